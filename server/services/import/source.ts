import type { ImportFormat } from '#shared/import/import-fields.ts'

/*
 * What a reader makes of a file: still the file's own words, nothing of the firm in it. Rows are kept
 * with the import, so that a preview, a second mapping and a resumed run need the file no more.
 */

/** A list of a Trello board. */
export interface SourceColumn {
  /** The list's id. */
  key: string
  name: string
  archived: boolean
  softLimit: number | null
}

/** Someone whom the file names. */
export interface SourcePerson {
  key: string
  name: string
  /** How often rows name this person. */
  count: number
}

export interface SourceComment {
  key: string
  text: string
  /** Epoch milliseconds; null when the file doesn't say. */
  at: number | null
  personKey: string | null
  personName: string | null
}

export interface SourceTask {
  key: string
  title: string
  done: boolean
}

/** An instant or a day, with what it is for. */
export interface SourceDue {
  key: string
  title: string
  /** Epoch milliseconds. */
  at: number
  done: boolean
}

/** A Trello card. */
export interface SourceCard {
  kind: 'card'
  id: string
  columnKey: string
  title: string
  description: string
  archived: boolean
  dues: SourceDue[]
  start: number | null
  createdAt: number | null
  lastActivityAt: number | null
  personKeys: string[]
  tags: string[]
  tasks: SourceTask[]
  comments: SourceComment[]
  /** Headed lines that have no field of their own. */
  extras: SourceExtra[]
  unknownLabels: number
  /** The list that the card names isn't in the file. */
  listUnknown: boolean
}

/** A value without a field of its own, which goes under its name into the description. */
export interface SourceExtra {
  name: string
  value: string
}

/** A line of a table. */
export interface SourceCells {
  kind: 'cells'
  cells: string[]
}

/** Something in the file that is no row at all. */
export interface SourceMalformed {
  kind: 'malformed'
}

export type SourceItem = SourceCard | SourceCells | SourceMalformed

/** A row with its place: the line of a table, the number of a card in the file. */
export interface SourceRow {
  line: number
  item: SourceItem
}

/** What holds for the whole file; stored with the import. */
export interface SourceHead {
  format: ImportFormat
  /** What the board is called in the file, or null. */
  boardName: string | null
  /** The board's id in Trello. */
  boardExternalId: string | null
  encoding: string
  columns: SourceColumn[]
  people: SourcePerson[]
  headers: string[]
  delimiter: string | null
  preambleLines: number
}

export interface SourceFile {
  head: SourceHead
  rows: SourceRow[]
}
