/** What the network and PostgreSQL say while a database can't be reached, lets nobody in, or is so busy that a statement waits too long. */
const UNAVAILABLE_CODES = new Set([
  'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', '40001', '40P01', '53300', '57014', '57P01', '57P02', '57P03',
])

/** SQLite's primary codes for a disk that fails and one that is full. */
const UNAVAILABLE_RESULTS = new Set([10, 13])

/** Whether the database, not we, is what failed: the same request may succeed later. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error))
    return false
  if ('errcode' in error && typeof error.errcode === 'number')
    return UNAVAILABLE_RESULTS.has(error.errcode & 0xFF)
  return 'code' in error && typeof error.code === 'string' && (UNAVAILABLE_CODES.has(error.code) || error.code.startsWith('08'))
}
