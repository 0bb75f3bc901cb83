/**
 * `next`, built from as much of `previous` as is equal to it, so that what did not change keeps its
 * identity and nothing that shows it draws again. Looks into plain objects and arrays; anything else
 * is compared by identity. Neither argument is changed.
 */
export function shareStructure<T>(previous: unknown, next: T): T {
  if (Object.is(previous, next))
    return next
  if (Array.isArray(previous) && Array.isArray(next)) {
    const shared = next.map((item, index) => shareStructure(previous[index], item))
    return isSameList(previous, shared) ? previous as T : shared as T
  }
  if (isPlain(previous) && isPlain(next)) {
    const keys = Object.keys(next)
    const shared = Object.fromEntries(keys.map(key => [key, shareStructure(previous[key], (next as Record<string, unknown>)[key])]))
    const isSame = Object.keys(previous).length === keys.length
      && keys.every(key => Object.hasOwn(previous, key) && Object.is(previous[key], shared[key]))
    return isSame ? previous as T : shared as T
  }
  return next
}

function isSameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, index) => Object.is(item, b[index]))
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null)
    return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
