import { z } from 'zod'
import { DATE_ORDERS, IMPORT_FIELDS, LIFECYCLES, ROW_RESULTS } from '#shared/import/import-fields.ts'
import type { DateOrder, ImportFormat, NoteCode, RowReason, RowResult } from '#shared/import/import-fields.ts'
import type { Column } from '#shared/kanban/board.ts'
import type { Member } from '#shared/kanban/member.ts'
import { idSchema } from './messages.ts'

/** The most rows that an import takes. */
export const MAX_IMPORT_ROWS = 20_000

/** The most columns of a table that an import takes. */
export const MAX_IMPORT_COLUMNS = 500

/** A file whose mapped status column has more values than this was mapped wrongly. */
export const MAX_STATUSES = 60

const key = z.string().max(300)

/** Where an import goes: a board that exists, or a new one by this name. */
const targetSchema = z.union([
  z.strictObject({ id: idSchema }),
  z.strictObject({ name: z.string().trim().min(1).max(120) }),
])

/** Where matters with a status go: a column of the board, or a column of that name, made when it is missing. */
const statusTargetSchema = z.union([
  z.strictObject({ columnId: idSchema }),
  z.strictObject({ name: z.string().trim().min(1).max(120), kind: z.enum(LIFECYCLES) }),
])

/** What the person decides about an import. `PUT /api/imports/:id/mapping` replaces the whole; with another target, columns are chosen anew. */
export const importMappingSchema = z.strictObject({
  target: targetSchema,
  /** The lawyer of matters that the file gives none. */
  responsibleId: idSchema.nullable(),
  /** What each column of a CSV means, in the file's order; empty for a Trello file. */
  fields: z.array(z.enum(IMPORT_FIELDS)).max(MAX_IMPORT_COLUMNS),
  /** By index of a date column, the order that a person chose for it. */
  dateOrders: z.record(z.string().regex(/^\d{1,3}$/), z.enum(DATE_ORDERS)),
  /** Whether several people or tags in one cell stand apart by a blank, as some tools write them. */
  splitOnBlank: z.boolean(),
  /** By status as the file writes it, or a Trello list's id. */
  statuses: z.record(key, statusTargetSchema),
  /** By person as the file names them, or a Trello member's id; null leaves the person out. */
  people: z.record(key, idSchema.nullable()),
})
export type ImportMapping = z.infer<typeof importMappingSchema>
export type ImportTarget = ImportMapping['target']
export type StatusTarget = z.infer<typeof statusTargetSchema>

/** `POST /api/imports`: the file is the body, or the part `file` of a form. */
export const uploadQuerySchema = z.object({
  /** The file's name, when the body doesn't carry it. */
  name: z.string().max(255).optional(),
  /** Overrides the encoding that the bytes suggest. */
  encoding: z.enum(['utf-8', 'utf-16le', 'utf-16be', 'windows-1252', 'shift_jis', 'euc-jp']).optional(),
})

export const importRowsQuerySchema = z.object({
  result: z.enum(ROW_RESULTS).optional(),
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

export type ImportStateName = 'preview' | 'running' | 'undoing' | 'done' | 'failed' | 'undone'

/** One column of a CSV as the wizard shows it. */
export interface ImportColumnView {
  header: string
  /** The first values; empty for those who may not see content. */
  samples: string[]
  /** Set where the column holds dates. */
  dates: ImportDatesView | null
}

export interface ImportDatesView {
  /** What the values say, or the best guess. */
  order: DateOrder
  /** No value settles which of day and month comes first: the person must say. */
  ambiguous: boolean
}

/** A status or a Trello list, with how many rows have it. */
export interface ImportStatusView {
  key: string
  label: string
  count: number
  archived: boolean
}

export interface ImportPersonView {
  key: string
  label: string
  count: number
}

export interface ImportCounts {
  columns: number
  archivedColumns: number
  matters: number
  archivedMatters: number
  comments: number
  tasks: number
  deadlines: number
  members: number
  tags: number
}

export type ResultCounts = Record<RowResult, number>

/** What the wizard shows before anything is written. */
export interface ImportPreview {
  counts: ImportCounts
  columns: ImportColumnView[]
  statuses: ImportStatusView[]
  people: ImportPersonView[]
  /** The first rows, as they lie in the file; empty for those who may not see content. */
  rows: { line: number, cells: string[] }[]
  /** What running it now would come to. */
  forecast: ResultCounts
  /** By code, how often. */
  reasons: Record<string, number>
  /** The first rows that would fail. */
  failures: { line: number, reason: RowReason }[]
  /** Lines before the header row. */
  preambleLines: number
  encoding: string
  delimiter: string | null
  /** False where the person may import but not read what is in the file. */
  contentVisible: boolean
}

/** One import as its person sees it. */
export interface ImportView {
  id: string
  fileName: string
  format: ImportFormat
  state: ImportStateName
  boardId: string | null
  boardName: string | null
  createdAt: number
  finishedAt: number | null
  progress: { done: number, total: number }
  results: ResultCounts
  /** By code, how often. */
  reasons: Record<string, number>
  /** After an undo: matters left because someone changed them since. */
  left: number
}

/** What a mapping can choose from. */
export interface ImportChoices {
  boards: { id: string, name: string }[]
  /** Columns of the board that the mapping aims at; empty for a new one. */
  columns: Pick<Column, 'id' | 'name' | 'kind' | 'archived'>[]
  /** False on a board with a workflow of its own, whose columns only an administrator changes. */
  mayAddColumns: boolean
  /** Those who work on matters, active ones. */
  members: Member[]
}

/** `GET /api/imports/:id`, and what every step answers. */
export interface ImportAnswer {
  job: ImportView
  mapping: ImportMapping
  choices: ImportChoices
  /** Null once the import has started. */
  preview: ImportPreview | null
}

export interface ImportRowView {
  line: number
  result: RowResult
  reason: RowReason | null
  notes: NoteCode[]
  /** The row's title; null where it may not be seen. */
  label: string | null
  /** Null when nothing came of the row, or the matter is gone. */
  matterId: string | null
  /** After an undo: the matter was left, because someone changed it since the import. */
  left: boolean
}

export interface ImportRowsAnswer {
  rows: ImportRowView[]
  total: number
}

export interface ImportsAnswer {
  imports: ImportView[]
  /** IANA zone of the firm's legal time. */
  timeZone: string
}
