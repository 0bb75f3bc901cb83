import { readImportFile } from '#server/services/import/read-file.ts'
import type { ReadFileOptions } from '#server/services/import/read-file.ts'
import type { SourceCard, SourceFile } from '#server/services/import/source.ts'
import { Problem } from '#shared/protocol/problems.ts'

/*
 * Files of other programs, written for the tests.
 */

/** Bytes of a text in UTF-8. */
export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** Bytes of a text in UTF-16, with or without its mark. */
export function utf16(text: string, { bigEndian = false, bom = true } = {}): Uint8Array {
  const units = [...bom ? [0xFEFF] : [], ...Array.from({ length: text.length }, (_, index) => text.charCodeAt(index))]
  return Uint8Array.from(units.flatMap(unit => bigEndian ? [unit >> 8, unit & 0xFF] : [unit & 0xFF, unit >> 8]))
}

/** Bytes of a text in an old encoding, found by trying every character that it has. */
export function legacy(text: string, label: string): Uint8Array {
  const table = tableOf(label)
  return Uint8Array.from([...text].flatMap(char => table.get(char) ?? (() => { throw new Error(`${label} has no ${char}`) })()))
}

const tables = new Map<string, Map<string, number[]>>()

function tableOf(label: string): Map<string, number[]> {
  const known = tables.get(label)
  if (known)
    return known
  const table = new Map<string, number[]>()
  const decoder = new TextDecoder(label)
  const add = (bytes: number[]) => {
    const char = decoder.decode(Uint8Array.from(bytes))
    if ([...char].length === 1 && char !== '\uFFFD' && !table.has(char))
      table.set(char, bytes)
  }
  for (let first = 0; first < 256; first++)
    add([first])
  if (label !== 'windows-1252') {
    for (let first = 0x81; first < 0xFF; first++) {
      for (let second = 0x40; second < 0xFF; second++)
        add([first, second])
    }
  }
  tables.set(label, table)
  return table
}

/** A Trello export with what a test cares about. */
export function trello(parts: Record<string, unknown>): Uint8Array {
  return utf8(JSON.stringify({ id: 'b'.repeat(24), name: 'Cases', ...parts }))
}

/** The n-th id, as Trello writes them. */
export function trelloId(n: number): string {
  return `63792cd2${n.toString(16).padStart(16, '0')}`
}

export function trelloCard(n: number, parts: Record<string, unknown> = {}): Record<string, unknown> {
  return { id: trelloId(n), name: `Card ${n}`, idList: trelloId(900), pos: n, closed: false, ...parts }
}

export function trelloList(n: number, parts: Record<string, unknown> = {}): Record<string, unknown> {
  return { id: trelloId(900 + n), name: `List ${n}`, pos: n, closed: false, ...parts }
}

export async function read(bytes: Uint8Array, options?: ReadFileOptions): Promise<SourceFile> {
  return await readImportFile(bytes, options)
}

export async function readCards(bytes: Uint8Array): Promise<SourceCard[]> {
  return (await read(bytes)).rows.flatMap(({ item }) => item.kind === 'card' ? [item] : [])
}

/** The cells of a table, without their lines. */
export async function readCells(bytes: Uint8Array): Promise<string[][]> {
  return (await read(bytes)).rows.map(({ item }) => item.kind === 'cells' ? item.cells : [])
}

/** Why a file is refused; fails when it is not. */
export async function refusalOf(bytes: Uint8Array): Promise<string> {
  try {
    await readImportFile(bytes)
  }
  catch (error) {
    if (error instanceof Problem)
      return `${error.code} ${error.details.reason}`
    throw error
  }
  throw new Error('the file was read')
}
