/** Where a text holds a NUL or half a character, which no database keeps as it is, as a dotted path; null when all is well. */
export function findUnstorable(value: unknown, path = ''): string | null {
  if (typeof value === 'string')
    return value.includes('\0') || !value.isWellFormed() ? path : null
  if (typeof value !== 'object' || value === null)
    return null
  for (const [key, item] of Object.entries(value)) {
    const found = findUnstorable(key, path) ?? findUnstorable(item, path ? `${path}.${key}` : key)
    if (found !== null)
      return found
  }
  return null
}
