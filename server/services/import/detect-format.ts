import type { ImportFormat } from '#shared/import/import-fields.ts'
import { unreadable } from './import-error.ts'

/** Looks at the first bytes: what can't be text is refused by what it is. */
export function refuseBinary(bytes: Uint8Array): void {
  const startsWith = (...signature: number[]) => signature.every((byte, index) => bytes[index] === byte)
  if (bytes.length === 0)
    throw unreadable('EMPTY')
  // ZIP (xlsx, ods, numbers) and the older compound file (xls).
  if (startsWith(0x50, 0x4B, 0x03, 0x04) || startsWith(0xD0, 0xCF, 0x11, 0xE0))
    throw unreadable('SPREADSHEET')
  const isBinary = startsWith(0x25, 0x50, 0x44, 0x46) || startsWith(0x89, 0x50, 0x4E, 0x47) || startsWith(0xFF, 0xD8, 0xFF)
    || startsWith(0x47, 0x49, 0x46, 0x38) || startsWith(0x1F, 0x8B)
  if (isBinary)
    throw unreadable('BINARY')
}

/** Whether the text, by its beginning, is a board in JSON or a table; anything else is refused with its reason. */
export function detectShape(head: string): 'json' | 'table' {
  const start = head.trimStart()
  if (start === '')
    throw unreadable('EMPTY')
  if (head.includes('\0'))
    throw unreadable('BINARY')
  if (start.startsWith('<'))
    throw unreadable('MARKUP')
  if (start.startsWith('{'))
    return 'json'
  if (/^\[\s*(?:[[{"\d\]-]|true|false|null)/.test(start))
    throw unreadable('JSON_NOT_A_BOARD')
  return 'table'
}

/** Which tool wrote a table, by its headers. */
export function detectTableFormat(headers: readonly string[]): Exclude<ImportFormat, 'trello'> {
  const names = new Set(headers.map(header => header.trim().toLowerCase().replaceAll(/[\s-]+/g, '_')))
  const has = (...wanted: string[]) => wanted.every(name => names.has(name))
  if (has('status', 'description') && (has('custom_number') || has('client_last_name') || has('client_company_name')))
    return 'clio'
  return has('title', 'stage') && (has('members') || has('labels')) ? 'wekan' : 'csv'
}
