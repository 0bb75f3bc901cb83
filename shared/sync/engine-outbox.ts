import type { Mutation } from '#shared/kanban/mutation.ts'
import type { EngineState, Input } from './engine-types.ts'
import type { Turn } from './engine-turn.ts'
import { mapKept, patch } from './engine-turn.ts'
import type { NumberedEntry, OutboxEntry } from './outbox-entry.ts'

/** Whether an entry is stored. */
export function isNumbered(entry: OutboxEntry): entry is NumberedEntry {
  return entry.n !== null
}

/** The entries in order: what other outboxes kept first, then this one's by number, then what has no number yet (rule C7). */
export function inOrder(entries: readonly OutboxEntry[], ownCid: string): readonly OutboxEntry[] {
  const outbox = ({ cid }: OutboxEntry) => cid === null ? '2' : cid === ownCid ? '1' : `0${cid}`
  const isBefore = (a: OutboxEntry, b: OutboxEntry) => outbox(a) === outbox(b) ? (a.n ?? 0) <= (b.n ?? 0) : outbox(a) < outbox(b)
  if (entries.every((entry, index) => index === 0 || isBefore(entries[index - 1]!, entry)))
    return entries
  return entries.toSorted((a, b) => isBefore(a, b) ? isBefore(b, a) ? 0 : -1 : 1)
}

/** Takes in the number that the storage gave. */
export function appended(turn: Turn, { key, cid, n }: Extract<Input, { kind: 'appended' }>): void {
  const { state } = turn
  const entry = state.entries.find(other => other.key === key)
  if (!entry || isNumbered(entry))
    return
  const entries = state.entries.map(other => other === entry ? { ...entry, cid, n } : withNumberOf(other, key, n))
  const undo = mapKept(state.undo, step => step.key === key ? { ...step, cid, n } : step)
  patch(turn, { cid, entries: inOrder(entries, cid), undo })
  // What is stored is what was asked for then: it may have changed since, and its undo may have been used up.
  const isAsStored = entry.mutation.kind !== 'void' && !entry.undoesKey
  const isUnused = hasStep(entry) && !undo.some(step => step.key === key)
  turn.disk = {
    ...turn.disk,
    entries: isAsStored ? turn.state.entries : turn.state.entries.filter(other => other.key !== key),
    undo: isUnused ? [...undo, { key, cid, n, matterId: '', change: { kind: 'delete', version: null, matter: null } }] : undo,
  }
}

/** An undo of a change that lost its number waits for the next one. */
export function withoutNumberOf(entry: OutboxEntry, { key }: OutboxEntry): OutboxEntry {
  const { mutation, undoesKey } = entry
  return undoesKey === key && mutation.kind === 'undo' ? { ...entry, mutation: { ...mutation, args: { n: 0 } } } : entry
}

/** An undo that waited for the number of its change, once that has it. */
export function withNumberOf(entry: OutboxEntry, key: string, n: number): OutboxEntry {
  const { mutation, undoesKey } = entry
  return n !== 0 && undoesKey === key && mutation.kind === 'undo' && 'n' in mutation.args && mutation.args.n === 0
    ? { ...entry, mutation: { ...mutation, args: { n } } }
    : entry
}

function hasStep({ mutation: { kind } }: OutboxEntry): boolean {
  return kind === 'move' || kind === 'edit' || kind === 'delete' || kind === 'void'
}

/**
 * The entries as they stand to the rows: what these contain is no longer drawn, and gone once its result is
 * known (rule M4). What they would have to contain and don't, the server has lost: it is sent again.
 */
export function trimmed(entries: readonly OutboxEntry[], { confirmed, link: { acks } }: Pick<EngineState, 'confirmed' | 'link'>): readonly OutboxEntry[] {
  return mapKept(entries, (entry) => {
    if (!isNumbered(entry))
      return entry
    const { state, cid, n, result } = entry
    if (state === 'acked' && result!.version > confirmed.version)
      return entry
    const isContained = acks[cid] === undefined ? state !== 'queued' || isInRow(entry, confirmed) : n <= acks[cid]
    if (isContained && result)
      return null
    const next = isContained ? 'contained' : 'queued'
    return next === state ? entry : { ...entry, state: next }
  })
}

/** Whether the matter itself says that the entry went into it. */
function isInRow({ cid, n, mutation }: NumberedEntry, { rows }: EngineState['confirmed']): boolean {
  const row = mutation.kind === 'void' ? undefined : rows.get(mutation.id)
  return row !== undefined && (mutation.kind === 'create' || Object.values(row.fieldVersions).some(last => last?.cid === cid && last.n! >= n))
}

/** The entries of a server that may have lost what it said: all is sent again. */
export function requeued(entries: readonly OutboxEntry[]): readonly OutboxEntry[] {
  return mapKept(entries, entry => entry.state === 'queued' && !entry.seen ? entry : { ...entry, state: 'queued', seen: 0 })
}

/** The entry as one that does nothing and keeps its number (rule C6). */
export function asVoid({ undoesKey: _key, ...entry }: OutboxEntry): OutboxEntry {
  return { ...entry, mutation: { kind: 'void' }, looked: {}, undoes: null, state: 'queued', result: null }
}

/** The key of a comment's change, a matter's otherwise: what the entry is about; null of a void one. */
export function matterOf({ mutation }: OutboxEntry): Mutation['id'] | null {
  return mutation.kind === 'void' ? null : mutation.id
}
