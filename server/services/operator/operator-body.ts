import { Buffer } from 'node:buffer'
import { unattendedOptionsSchema } from '#server/services/import/import-unattended.ts'
import type { UnattendedOptions } from '#server/services/import/import-unattended.ts'
import { Problem } from '#shared/protocol/problems.ts'

/*
 * The body in which a command hands over a file: a line of JSON with the options, then the file's bytes
 * as they are. An address would be too short for the options, and a form of 20 MB slow to take apart.
 */

const LINE_FEED = 0x0A

/** Puts the options before the file. */
export function packImport(options: UnattendedOptions, bytes: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`${JSON.stringify(options)}\n`), bytes])
}

/** Takes them apart again. Throws BAD_REQUEST or VALIDATION. */
export function unpackImport(body: Uint8Array): { options: UnattendedOptions, bytes: Uint8Array } {
  const end = body.indexOf(LINE_FEED)
  const options = unattendedOptionsSchema.safeParse(end === -1 ? undefined : parse(body.subarray(0, end)))
  if (!options.success)
    throw new Problem('VALIDATION', 'the options are not those of an import', { field: options.error.issues[0]!.path.join('.') })
  return { options: options.data, bytes: body.subarray(end + 1) }
}

function parse(line: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(line))
  }
  catch {
    throw new Problem('BAD_REQUEST', 'the first line is not JSON in UTF-8')
  }
}
