import { Buffer } from 'node:buffer'
import { request } from 'node:http'
import type { ImportOutcome, UnattendedOptions } from '#server/services/import/import-unattended.ts'
import { MAX_IMPORT_BYTES } from '#shared/import/import-fields.ts'
import { isProblemBody, Problem } from '#shared/protocol/problems.ts'
import { packImport } from './operator-body.ts'
import { readAccess } from './operator-file.ts'
import type { OperatorAccess } from './operator-file.ts'

/** Where a running server takes a file from a command on its own machine. */
export const OPERATOR_IMPORT_PATH = '/api/operator/import'

/**
 * Has the server that holds the data folder import a file. Null when none is there that listens to us:
 * another command holds the folder, or the word left in it is a crashed server's. Throws the `Problem`
 * for which the server refuses.
 */
export async function importOverServer(dataDir: string, bytes: Uint8Array, options: UnattendedOptions): Promise<ImportOutcome | null> {
  const access = await readAccess(dataDir)
  if (!access)
    return null
  if (bytes.length > MAX_IMPORT_BYTES)
    throw new Problem('IMPORT_TOO_LARGE', 'the file is larger than 20 MB', { reason: 'TOO_MANY_BYTES' })
  const answer = await post(access, packImport(options, bytes))
  if (isProblemBody(answer) && answer.code !== 'NOT_FOUND') {
    const { code, message, ...details } = answer
    throw new Problem(code, message, details)
  }
  return isOutcome(answer) ? answer : null
}

/**
 * Answers the parsed body; null when nobody listens, or what listens isn't ours. Node's `fetch` would
 * give up after five minutes, and a long import takes longer.
 */
function post({ url, token }: OperatorAccess, body: Uint8Array): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let connected = false
    const asking = request(new URL(OPERATOR_IMPORT_PATH, url), {
      method: 'POST',
      headers: { 'authorization': `Bearer ${token}`, 'content-type': 'application/octet-stream' },
    })
    const lose = () => connected
      ? reject(new Problem('UNAVAILABLE', 'the running server ended before it answered; what it has written of the import shows in the browser, at /import'))
      : resolve(null)
    asking.once('socket', socket => socket.once('connect', () => connected = true))
    asking.once('error', lose)
    asking.once('response', (response) => {
      const pieces: Buffer[] = []
      response.on('data', (piece: Buffer) => pieces.push(piece))
      response.once('error', lose)
      response.once('end', () => resolve(parse(Buffer.concat(pieces).toString())))
    })
    asking.end(body)
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  }
  catch {
    return null
  }
}

function isOutcome(value: unknown): value is ImportOutcome {
  return typeof value === 'object' && value !== null && 'report' in value && 'stopped' in value
}
