import { parse as parseSync } from 'csv-parse/sync'

/** What stands between cells, in order of preference where a file leaves it open. */
const DELIMITERS = [',', '\t', ';', '|']

/** Lines at the start of a file that tell its shape. */
const SAMPLE_RECORDS = 60

export interface CsvShape {
  delimiter: string
  /** Which record is the header row, from 0; those before it are preamble. */
  headerIndex: number
}

/** Options by which sample and file are read alike. */
export const CSV_OPTIONS = {
  relax_quotes: true,
  relax_column_count: true,
  skip_empty_lines: false,
  record_delimiter: ['\r\n', '\n', '\r'],
}

/**
 * The delimiter and the header row of a table, by its beginning. The right delimiter gives many rows
 * of one width; the header is the first row that fills about that width.
 *
 * @param head the first some thousand characters, possibly cut in the middle of a row
 * @param isWhole whether `head` is the whole file
 */
export function sniffCsv(head: string, isWhole: boolean): CsvShape {
  const samples = DELIMITERS.map((delimiter) => {
    const records = readSample(head, delimiter, isWhole)
    return { delimiter, records, ...widthOf(records) }
  })
  const best = samples.reduce((a, b) => b.score > a.score ? b : a)
  return { delimiter: best.delimiter, headerIndex: headerIndexOf(best.records, best.width) }
}

function readSample(head: string, delimiter: string, isWhole: boolean): string[][] {
  const lines = isWhole ? head : head.slice(0, Math.max(head.lastIndexOf('\n'), head.lastIndexOf('\r')) + 1 || head.length)
  for (const text of [lines, balanced(lines)]) {
    try {
      return parseSync(text, { ...CSV_OPTIONS, delimiter, to: SAMPLE_RECORDS })
    }
    catch {
      // A quoted cell goes on beyond the sample, or the quotes mean something else with this delimiter.
      continue
    }
  }
  return []
}

/** The sample up to where its last quote opens. */
function balanced(text: string): string {
  const quote = text.lastIndexOf('"')
  return quote === -1 ? text : text.slice(0, text.lastIndexOf('\n', quote) + 1)
}

/** The width that most rows with content have, and how strongly they agree on it. */
function widthOf(records: string[][]): { width: number, score: number } {
  const widths = new Map<number, number>()
  const filled = records.filter(record => record.some(cell => cell.trim() !== ''))
  for (const { length } of filled)
    widths.set(length, (widths.get(length) ?? 0) + 1)
  let width = 1
  let score = 0
  for (const [length, count] of widths) {
    // A file of one column has no delimiter at all; any real one beats it.
    const agreement = length === 1 ? 0 : (count / filled.length) * Math.min(length, 4) + length / 1_000
    if (agreement > score) {
      width = length
      score = agreement
    }
  }
  return { width, score }
}

function headerIndexOf(records: string[][], width: number): number {
  const filledCells = (record: string[]) => record.filter(cell => cell.trim() !== '').length
  const widest = Math.max(...records.map(filledCells), 0)
  const wanted = Math.max(1, Math.ceil(Math.min(width, widest) * 0.6))
  const index = records.findIndex(record => record.length >= Math.min(width, 2) && filledCells(record) >= wanted)
  return Math.max(0, index)
}
