import { MAX_IMPORT_BYTES } from '#shared/import/import-fields.ts'
import { createBreather } from './breather.ts'
import type { Breather } from './breather.ts'
import { decodeText, detectEncoding } from './decode-text.ts'
import { detectShape, refuseBinary } from './detect-format.ts'
import { tooLarge, unreadable } from './import-error.ts'
import { readCsv } from './read-csv.ts'
import { readTrello } from './read-trello.ts'
import type { SourceFile } from './source.ts'

export interface ReadFileOptions {
  /** Label of the encoding; absent, the bytes tell. */
  encoding?: string | undefined
  /** @default createBreather() */
  breathe?: Breather
}

/**
 * Reads any file that an import takes, in small steps, so that the server goes on answering meanwhile.
 * Throws `IMPORT_UNREADABLE` or `IMPORT_TOO_LARGE` with the reason.
 */
export async function readImportFile(bytes: Uint8Array, options: ReadFileOptions = {}): Promise<SourceFile> {
  const { breathe = createBreather() } = options
  if (bytes.length > MAX_IMPORT_BYTES)
    throw tooLarge('TOO_MANY_BYTES')
  refuseBinary(bytes)
  const detected = await detectEncoding(bytes, breathe)
  const encoding = options.encoding === undefined || options.encoding === detected.label ? detected : { label: options.encoding, bomLength: 0 }
  const chunks = decodeText(bytes, encoding, breathe)
  const first = await chunks.next()
  if (first.done)
    throw unreadable('EMPTY')
  const text = restart(first.value, chunks)
  return detectShape(first.value) === 'json' ? await readTrello(text, breathe) : await readCsv(text, encoding.label, breathe)
}

/** The text from its beginning again, after its first piece was looked at. */
async function* restart(first: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield first
  yield* rest
}
