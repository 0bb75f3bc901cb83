import type { MatterId } from '#shared/kanban/matter.ts'
import { asVoid, matterOf } from './engine-outbox.ts'
import type { EngineState } from './engine-types.ts'
import type { Turn } from './engine-turn.ts'
import { GONE, mapKept, patch, settleEntry } from './engine-turn.ts'
import type { OutboxEntry } from './outbox-entry.ts'

/**
 * Nothing of a matter stays that is no longer there for this reader (rule C6). An own deletion can still be
 * taken back: that needs no value of it.
 */
export function purge(turn: Turn, gone: ReadonlySet<MatterId>): void {
  const { entries, conflicts, undo, notes, commentsDone } = turn.state
  const isHere = ({ matterId }: { matterId: MatterId }) => !gone.has(matterId)
  turn.purged = [...turn.purged, ...gone]
  patch(turn, {
    entries: mapKept(entries, entry => gone.has(matterOf(entry) ?? '') ? withoutMatter(turn, entry) : entry),
    conflicts: keep(conflicts, isHere),
    undo: keep(undo, step => isHere(step) || step.change.kind === 'delete'),
    notes: keep(notes, isHere),
    commentsDone: keep(commentsDone, isHere),
  })
}

function withoutMatter(turn: Turn, entry: OutboxEntry): OutboxEntry | null {
  const { mutation, undoes, state } = entry
  if (mutation.kind === 'undo' && undoes?.kind === 'delete')
    return entry
  // Whether it was this deletion that took the matter away, the server says.
  if (mutation.kind === 'delete')
    return withoutValues(entry)
  if (state === 'acked')
    return null
  // Of one that is sent again the person knows already. A matter that was there has been made.
  if (entry.result === null)
    settleEntry(turn, entry, mutation.kind === 'create' ? { ok: true, version: turn.state.confirmed.version, merged: false } : GONE)
  return asVoid(entry)
}

/** The entry without the values that its maker looked at; the server only asks for their versions. */
export function withoutValues<Entry extends OutboxEntry>(entry: Entry): Entry {
  const looked = Object.entries(entry.looked)
  return looked.every(([, seen]) => seen!.value === null)
    ? entry
    : { ...entry, looked: Object.fromEntries(looked.map(([name, seen]) => [name, { ...seen!, value: null }])) }
}

/** Purges what is found missing. */
export function purgeMissing(turn: Turn, knowsAll: boolean): void {
  const missing = missingMatters(turn.state, knowsAll)
  if (missing.length > 0)
    purge(turn, new Set(missing))
}

/**
 * Matters that something here is about and that the rows lack, though nobody is about to make them.
 *
 * @param knowsAll the rows are newer than everything here; else what comes from a later version isn't judged by them
 */
export function missingMatters({ confirmed, entries, conflicts, undo, notes, commentsDone }: EngineState, knowsAll: boolean): MatterId[] {
  const { rows } = confirmed
  const version = knowsAll ? Infinity : confirmed.version
  const made = new Set(entries.flatMap(({ mutation }) => mutation.kind === 'create' ? [mutation.id] : []))
  const areKnown = (named: readonly { version: number }[]) => named.every(one => one.version <= version)
  const named = new Set([
    ...entries.flatMap(entry => (entry.seen ?? 0) <= version ? matterOf(entry) ?? [] : []),
    ...conflicts.flatMap(({ matterId, fields }) => areKnown(fields) ? [matterId] : []),
    ...notes.flatMap(({ matterId, others }) => areKnown(others) ? [matterId] : []),
    ...undo.flatMap(({ matterId, change }) => change.kind !== 'delete' && (change.version ?? 0) <= version ? [matterId] : []),
    ...commentsDone.flatMap(({ matterId, version: made }) => made! <= version ? [matterId] : []),
  ])
  return [...named].filter(id => !rows.has(id) && !made.has(id))
}

function keep<T>(items: readonly T[], isKept: (item: T) => boolean): readonly T[] {
  return items.every(isKept) ? items : items.filter(isKept)
}
