import type { TransportEvent } from './transport.ts'

/** Of what members say so much is remembered. */
const MAX_REMEMBERED = 200

/** What members say reaches a tab by more than one way. */
const SAID: ReadonlySet<TransportEvent> = new Set<TransportEvent>(['member:joined', 'member:left', 'member:activity', 'note'])

/** Tells whether something wasn't said before: the same from the same member at the same moment is the same. Everything else is always new. */
export function createToldOnce(): (event: TransportEvent, data: unknown) => boolean {
  const told = new Set<string>()

  return (event, data) => {
    if (!SAID.has(event))
      return true
    const key = JSON.stringify([event, Object.entries(data as object).sort(([a], [b]) => a < b ? -1 : 1)])
    if (told.has(key))
      return false
    told.add(key)
    if (told.size > MAX_REMEMBERED)
      told.delete(told.values().next().value!)
    return true
  }
}
