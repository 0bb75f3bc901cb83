/** Nothing of ours is nested deeper; what is would take more stack than there is. */
const MAX_DEPTH = 100

/**
 * Where a text holds a NUL or half a character, which no database keeps as it is, or where a value is nested without end,
 * as a dotted path; null when all is well.
 */
export function findUnstorable(value: unknown, path = '', depth = 0): string | null {
  if (typeof value === 'string')
    return value.includes('\0') || !value.isWellFormed() ? path : null
  if (typeof value !== 'object' || value === null)
    return null
  if (depth >= MAX_DEPTH)
    return path
  for (const [key, item] of Object.entries(value)) {
    const found = findUnstorable(key, path) ?? findUnstorable(item, path ? `${path}.${key}` : key, depth + 1)
    if (found !== null)
      return found
  }
  return null
}
