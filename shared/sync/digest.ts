import type { Matter } from '#shared/kanban/matter.ts'
import { MATTER_FIELDS } from '#shared/kanban/matter.ts'

/**
 * A digest of a board's rows, in whichever order they come, to tell whether two copies are the same
 * (rule K2). It finds what went wrong by mistake, not what somebody forged: 64 bits by cyrb53's
 * multiplications, because the browser's own hashes are asynchronous and absent in plain http.
 */
export function digestRows(rows: Iterable<Matter>): string {
  let [high, low] = [0, 0]
  for (const row of rows) {
    const [one, two] = hashOf([row.id, row.version, ...MATTER_FIELDS.map(field => row[field])])
    high = (high + one) >>> 0
    low = (low + two) >>> 0
  }
  return [high, low].map(half => half.toString(16).padStart(8, '0')).join('')
}

function hashOf(values: readonly unknown[]): [number, number] {
  let [one, two] = [0xDEADBEEF, 0x41C6CE57]

  function feed(code: number): void {
    one = Math.imul(one ^ code, 2_654_435_761)
    two = Math.imul(two ^ code, 1_597_334_677)
  }

  /** Each value begins with its kind and length, so that no two of them run into each other. */
  function feedText(kind: number, text: string): void {
    feed(kind)
    feed(text.length)
    for (let index = 0; index < text.length; index++)
      feed(text.charCodeAt(index))
  }

  function feedValue(value: unknown): void {
    if (typeof value === 'string')
      return feedText(1, value)
    if (typeof value !== 'object' || value === null)
      return feedText(2, String(value ?? null))
    // Equal data may have been written with its keys in another order.
    const keys = Array.isArray(value) ? null : Object.keys(value).sort()
    const items: readonly unknown[] = Array.isArray(value) ? value : keys!.flatMap(key => [key, (value as Record<string, unknown>)[key]])
    feed(keys ? 3 : 4)
    feed(items.length)
    items.forEach(feedValue)
  }

  values.forEach(feedValue)
  one = Math.imul(one ^ (one >>> 16), 2_246_822_507) ^ Math.imul(two ^ (two >>> 13), 3_266_489_909)
  two = Math.imul(two ^ (two >>> 16), 2_246_822_507) ^ Math.imul(one ^ (one >>> 13), 3_266_489_909)
  return [one >>> 0, two >>> 0]
}
