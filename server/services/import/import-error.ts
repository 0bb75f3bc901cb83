import type { TooLargeReason, UnreadableReason } from '#shared/import/import-fields.ts'
import { Problem } from '#shared/protocol/problems.ts'

/** A file that is no import, refused before anything is written. `line` is where reading stopped. */
export function unreadable(reason: UnreadableReason, line?: number): Problem {
  const place = line === undefined ? '' : ` (line ${line})`
  return new Problem('IMPORT_UNREADABLE', `${UNREADABLE_MESSAGES[reason]}${place}`, { reason })
}

/** A file over the limits. */
export function tooLarge(reason: TooLargeReason): Problem {
  return new Problem('IMPORT_TOO_LARGE', TOO_LARGE_MESSAGES[reason], { reason })
}

const UNREADABLE_MESSAGES: Record<UnreadableReason, string> = {
  EMPTY: 'the file is empty',
  BINARY: 'the file is not text',
  SPREADSHEET: 'the file is a spreadsheet or an archive: save it as CSV first',
  MARKUP: 'the file is HTML or XML',
  ENCODING: 'the text does not fit its encoding',
  JSON_INVALID: 'the file starts like JSON but is not valid',
  JSON_LINES: 'the file holds one JSON object a line, not one board',
  JSON_NOT_A_BOARD: 'the JSON is not a Trello board: it has no list of cards',
  CARDS_WITHOUT_LIST: 'no card names its list (idList): another tool wrote this file',
  UNCLOSED_QUOTE: 'a quoted cell is never closed',
  NO_ROWS: 'the file has no rows below its header',
}

const TOO_LARGE_MESSAGES: Record<TooLargeReason, string> = {
  TOO_MANY_BYTES: 'the file is larger than 20 MB',
  TOO_MANY_ROWS: 'the file has more than 20,000 rows',
  TOO_MANY_COLUMNS: 'the file has more than 500 columns',
}
