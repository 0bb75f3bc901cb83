import { parse } from 'csv-parse'
import type { CsvError } from 'csv-parse'
import { MAX_IMPORT_COLUMNS, MAX_IMPORT_ROWS } from '#shared/protocol/imports.ts'
import type { Breather } from './breather.ts'
import { detectTableFormat } from './detect-format.ts'
import { cleanText } from './fit-text.ts'
import { tooLarge, unreadable } from './import-error.ts'
import { CSV_OPTIONS, sniffCsv } from './sniff-csv.ts'
import type { SourceFile, SourceRow } from './source.ts'

/** As much of the file as settles delimiter and header. */
const HEAD_CHARS = 64 * 1024

/** Fed to the parser in one go; what it takes for that is the longest step. */
const SLICE_CHARS = 32 * 1024

/** Ways in which programs write that there is no value. */
const NOTHING = /^(?:null|\(null\)|<null>|\\n)$/i

/** Reads any table: a row a line of text, its cells trimmed, as many as there are headers. */
export async function readCsv(chunks: AsyncIterable<string>, encoding: string, breathe: Breather): Promise<SourceFile> {
  const text = await collect(chunks)
  const shape = sniffCsv(text.slice(0, HEAD_CHARS), text.length <= HEAD_CHARS)
  const records = await parseAll(text, shape.delimiter, breathe)
  const header = records[shape.headerIndex]
  const body = records.slice(shape.headerIndex + 1).filter(({ cells }) => cells.some(cell => cell !== ''))
  if (!header || body.length === 0)
    throw unreadable('NO_ROWS')
  if (body.length > MAX_IMPORT_ROWS)
    throw tooLarge('TOO_MANY_ROWS')
  // A row may be longer than the header: its last cells still have to go somewhere.
  const width = body.reduce((widest, { cells }) => Math.max(widest, lastFilled(cells) + 1), lastFilled(header.cells) + 1)
  if (width > MAX_IMPORT_COLUMNS)
    throw tooLarge('TOO_MANY_COLUMNS')
  const used = Array.from({ length: width }, (_, index) => index)
    .filter(index => (header.cells[index] ?? '') !== '' || body.some(({ cells }) => (cells[index] ?? '') !== ''))
  const headers = nameHeaders(used.map(index => header.cells[index] ?? ''), used)
  await breathe()
  const rows: SourceRow[] = []
  for (const { line, cells } of body) {
    rows.push({ line, item: { kind: 'cells', cells: used.map(index => cells[index] ?? '') } })
    await breathe()
  }
  return {
    head: {
      format: detectTableFormat(headers),
      boardName: null,
      boardExternalId: null,
      encoding,
      columns: [],
      people: [],
      headers,
      delimiter: shape.delimiter,
      preambleLines: header.line - 1,
    },
    rows,
  }
}

interface CsvRecord {
  /** The line on which the record starts, from 1. */
  line: number
  cells: string[]
}

async function parseAll(text: string, delimiter: string, breathe: Breather): Promise<CsvRecord[]> {
  const records: CsvRecord[] = []
  const parser = parse({ ...CSV_OPTIONS, delimiter })
  let nextLine = 1
  parser.on('data', (record: string[]) => {
    records.push({ line: nextLine, cells: record.map(cleanCell) })
    nextLine += linesIn(record)
  })
  const done = new Promise<void>((resolve, reject) => {
    parser.once('end', resolve)
    parser.once('error', (error: CsvError) => reject(error.code === 'CSV_QUOTE_NOT_CLOSED' ? unreadable('UNCLOSED_QUOTE', nextLine) : error))
  })
  // The refusal is met below, when the file is through; until then nobody waits for it.
  done.catch(() => undefined)
  for (let start = 0; start < text.length && !parser.destroyed; start += SLICE_CHARS) {
    await new Promise<void>(resolve => parser.write(text.slice(start, start + SLICE_CHARS), () => resolve()))
    await breathe()
  }
  parser.end()
  await done
  return records
}

/** Lines of the file that a record takes up: one, and each line break within its cells. */
function linesIn(record: string[]): number {
  return record.reduce((lines, cell) => lines + (cell.includes('\n') || cell.includes('\r') ? cell.split(/\r\n|\n|\r/).length - 1 : 0), 1)
}

function cleanCell(cell: string): string {
  const trimmed = cleanText(cell).replaceAll('\r\n', '\n').trim()
  return NOTHING.test(trimmed) ? '' : trimmed
}

function lastFilled(cells: string[]): number {
  return cells.findLastIndex(cell => cell !== '')
}

/** Headers that tell columns apart: blank ones take their place's number, repeated ones count on. */
function nameHeaders(headers: string[], places: number[]): string[] {
  const seen = new Set<string>()
  return headers.map((header, index) => {
    const base = header.replace(/\s+/g, ' ') || `Column ${places[index]! + 1}`
    let name = base
    for (let count = 2; seen.has(name.toLowerCase()); count++)
      name = `${base} (${count})`
    seen.add(name.toLowerCase())
    return name
  })
}

async function collect(chunks: AsyncIterable<string>): Promise<string> {
  const parts: string[] = []
  for await (const chunk of chunks)
    parts.push(chunk)
  return parts.join('')
}
