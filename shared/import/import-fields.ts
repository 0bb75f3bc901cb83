import type { Lifecycle } from '#shared/kanban/matter.ts'

/*
 * What screens and server both know of imports. The screens need no schema, so these words and limits
 * stand apart from the wire and its schema library.
 */

/** The largest file that an import takes, in bytes. */
export const MAX_IMPORT_BYTES = 20 * 1024 * 1024

/** What became of a row; the list of rows can be narrowed to one of them. */
export const ROW_RESULTS = ['created', 'updated', 'skipped', 'failed'] as const
export type RowResult = typeof ROW_RESULTS[number]

/** The kinds of file that an import reads. `wekan` is a CSV with the headers that several boards export. */
export type ImportFormat = 'trello' | 'clio' | 'wekan' | 'csv'

/**
 * What a CSV's column can mean. `extra` puts the value under its header into the description, so that
 * nothing is lost without a word; `ignore` leaves it out.
 */
export const IMPORT_FIELDS = [
  'title', 'description', 'status', 'caseNumber', 'externalId', 'courtCaseNumber', 'courtName', 'clientName',
  'clientFirstName', 'clientLastName', 'clientCompany', 'opposingParty', 'practiceArea', 'priority', 'responsible',
  'people', 'tags', 'dueDate', 'openedOn', 'filedOn', 'closedOn', 'waitingOn', 'comment', 'task', 'extra', 'ignore',
] as const
export type ImportField = typeof IMPORT_FIELDS[number]

/** Fields that several columns of one file may share. */
export const REPEATABLE_FIELDS: readonly ImportField[] = ['people', 'tags', 'dueDate', 'comment', 'task', 'extra', 'ignore']

export const DATE_FIELDS: readonly ImportField[] = ['dueDate', 'openedOn', 'filedOn', 'closedOn']

/** Which part of a date comes first. */
export const DATE_ORDERS = ['ymd', 'mdy', 'dmy'] as const
export type DateOrder = typeof DATE_ORDERS[number]

export const LIFECYCLES = ['PENDING', 'OPEN', 'CLOSED'] as const satisfies readonly Lifecycle[]

/** Why a file is no import. */
export const UNREADABLE_REASONS = [
  'EMPTY', 'BINARY', 'SPREADSHEET', 'MARKUP', 'ENCODING', 'JSON_INVALID', 'JSON_LINES', 'JSON_NOT_A_BOARD',
  'CARDS_WITHOUT_LIST', 'UNCLOSED_QUOTE', 'NO_ROWS',
] as const
export type UnreadableReason = typeof UNREADABLE_REASONS[number]

/** Why a file that could be read is too much. */
export const TOO_LARGE_REASONS = ['TOO_MANY_BYTES', 'TOO_MANY_ROWS', 'TOO_MANY_COLUMNS'] as const
export type TooLargeReason = typeof TOO_LARGE_REASONS[number]

/** Why a row was skipped or failed. */
export const ROW_REASONS = [
  'UNCHANGED', 'DELETED_SINCE', 'TITLE_MISSING', 'DATE_INVALID', 'DUPLICATE_IN_FILE', 'CASE_NUMBER_TAKEN', 'CASE_NUMBER_TOO_LONG', 'CARD_MALFORMED',
] as const
export type RowReason = typeof ROW_REASONS[number]

/** What a person should know of a row that came in. */
export const NOTE_CODES = [
  'TITLE_CUT', 'TITLE_MADE', 'TEXT_CUT', 'DESCRIPTION_CONTINUED', 'COMMENT_SPLIT', 'TASK_CUT', 'TASKS_CONTINUED', 'TAG_CUT', 'TAGS_MOVED',
  'PERSON_UNMAPPED', 'LABEL_UNKNOWN', 'LIST_UNKNOWN', 'PRACTICE_AREA_UNKNOWN', 'PRIORITY_UNKNOWN', 'CLOSE_DATE_UNKNOWN', 'CLOSE_DATE_MOVED',
] as const
export type NoteCode = typeof NOTE_CODES[number]
