import { randomBytes } from 'node:crypto'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

/** Where a running server is reached from its own machine, and what makes it listen. */
export interface OperatorAccess {
  url: string
  /** Another one at each start. */
  token: string
}

const accessSchema = z.object({ url: z.url({ protocol: /^http$/ }), token: z.string().min(32) })

const pathIn = (dataDir: string) => join(dataDir, 'operator.json')

/** Leaves word in the data folder, for its owner alone and never half written. */
export async function leaveAccess(dataDir: string, url: string): Promise<OperatorAccess> {
  const access = { url, token: randomBytes(32).toString('base64url') }
  const unfinished = `${pathIn(dataDir)}.new`
  // A file that is there would keep its mode.
  await rm(unfinished, { force: true })
  await writeFile(unfinished, `${JSON.stringify(access, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  await rename(unfinished, pathIn(dataDir))
  return access
}

/** Takes the word back. */
export async function removeAccess(dataDir: string): Promise<void> {
  await rm(pathIn(dataDir), { force: true })
}

/** What a server left in the data folder, perhaps one that crashed; null without any that can be read. */
export async function readAccess(dataDir: string): Promise<OperatorAccess | null> {
  try {
    return accessSchema.parse(JSON.parse(await readFile(pathIn(dataDir), 'utf8')))
  }
  catch {
    return null
  }
}

/**
 * The address at which the machine itself reaches a server.
 *
 * @param host where it listens; none is everywhere
 */
export function localUrl(host: string | undefined, port: string | undefined): string {
  return `http://${reachable(host?.trim() ?? '')}:${port?.trim() || '3000'}`
}

function reachable(host: string): string {
  if (host === '' || host === '0.0.0.0')
    return '127.0.0.1'
  if (host === '::')
    return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}
