import type { Matter } from '#shared/kanban/matter.ts'

const texts = new WeakMap<object, string>()

/** A row as text, with its keys in order; made once for each object, as rows are never changed in place. */
export function textOf(row: Matter): string {
  const known = texts.get(row)
  if (known !== undefined)
    return known
  const text = canonical(row)
  texts.set(row, text)
  return text
}

export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (part instanceof Map)
      return Object.fromEntries([...part].sort(([a], [b]) => String(a) < String(b) ? -1 : 1))
    return part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => a < b ? -1 : 1))
      : part
  })
}

/** How two sets of rows differ, in a few words; null when they don't. */
export function differenceOf(have: ReadonlyMap<string, Matter>, want: ReadonlyMap<string, Matter>): string | null {
  for (const [id, row] of want) {
    const own = have.get(id)
    if (!own)
      return `${id} is missing`
    if (own !== row && textOf(own) !== textOf(row)) {
      const field = Object.keys(row).find(name => canonical(own[name as keyof Matter]) !== canonical(row[name as keyof Matter]))
      return `${id}: ${field} is ${JSON.stringify(own[field as keyof Matter])}, not ${JSON.stringify(row[field as keyof Matter])}`
    }
  }
  const extra = [...have.keys()].find(id => !want.has(id))
  return extra === undefined ? null : `${extra} should not be there`
}
