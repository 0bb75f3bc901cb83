import type { SharedWrite } from './board-storage.ts'
import { withoutRows } from './engine-board.ts'
import { inOrder, isNumbered, trimmed } from './engine-outbox.ts'
import { pullSoon } from './engine-pull.ts'
import { purge } from './engine-purge.ts'
import { end, noteDone } from './engine-results.ts'
import type { Turn } from './engine-turn.ts'
import { GONE, mapKept, patch, patchLink, settleEntry } from './engine-turn.ts'
import type { NumberedEntry, OutboxEntry } from './outbox-entry.ts'

/** Takes in what another tab wrote. It is stored already. */
export function told(turn: Turn, write: SharedWrite): void {
  const removed = write.outbox?.remove ?? []
  const isRemoved = ({ cid, n }: { cid: string | null, n: number | null }) => removed.some(place => place.cid === cid && place.n === n)
  for (const entry of write.outbox?.put ?? [])
    takeEntry(turn, entry, isRemoved(entry), write)
  removed.forEach(place => noteDone(turn, place))
  const { confirmed, entries, conflicts, undo, notes, cid } = turn.state
  // What the server made in a version that isn't here yet is drawn until it is.
  const isLeft = (entry: OutboxEntry) => !isRemoved(entry) || (entry.state !== 'contained' && (entry.result?.version ?? 0) > confirmed.version)
  const left = mapKept(entries.filter(isLeft), entry => isRemoved(entry) && entry.state === 'queued' ? { ...entry, state: 'acked' as const } : entry)
  patch(turn, {
    entries: inOrder(left, cid),
    conflicts: changed(conflicts, write.conflicts, ({ id }) => id),
    undo: changed(undo, write.undo, ({ key }) => key),
    notes: changed(notes, write.notes, ({ id }) => id),
  })
  patch(turn, { entries: trimmed(turn.state.entries, turn.state) })
  const { entries: known } = turn.state
  if (write.purge)
    purgeTold(turn, write.purge, write.purgedAt)
  turn.ended = []
  turn.purged = []
  turn.told = { ...turn.state, entries: known }
  // This tab may have written of them after the other had removed them.
  turn.disk = { ...turn.told, entries: [...known, ...entries.filter(entry => entry.state !== 'queued' && !isLeft(entry))] }
  const keys = new Set(turn.state.entries.map(({ key }) => key))
  const { heard } = turn.state.link
  if (Object.keys(heard).some(key => !keys.has(key)))
    patchLink(turn, { heard: Object.fromEntries(Object.entries(heard).filter(([key]) => keys.has(key))) })
}

function takeEntry(turn: Turn, entry: NumberedEntry, isRemoved: boolean, { purge: purged = [] }: SharedWrite): void {
  const { entries, cid, confirmed, link } = turn.state
  const mine = entries.find(({ key }) => key === entry.key)
  if (!mine) {
    const isOfOurs = !link.isOpened || entry.cid === cid || entries.some(other => other.cid === entry.cid)
    const isToCome = entry.state === 'acked' && entry.result!.version > confirmed.version
    const isWaiting = !isRemoved && entry.n > Math.max(link.acks[entry.cid] ?? 0, link.done[entry.cid] ?? 0)
    if (isOfOurs && (isToCome || isWaiting)) {
      if (isToCome)
        pullSoon(turn)
      patch(turn, { entries: [...entries, entry] })
      patchLink(turn, { heard: { ...turn.state.link.heard, [entry.key]: turn.now } })
    }
    return
  }
  if (!isNumbered(mine))
    return
  if (entry.result && mine.state !== 'acked')
    return endTold(turn, mine, entry)
  const isVoided = entry.mutation.kind === 'void' && mine.mutation.kind !== 'void'
  if (isVoided && mine.result === null && link.heard[mine.key] === undefined) {
    const isUndone = mine.mutation.kind === 'undo' && !purged.includes(mine.mutation.id)
    settleEntry(turn, mine, isUndone ? { ok: true, version: turn.state.view.version, merged: false } : GONE)
  }
  // The other tab has learned that the server may have lost it.
  const isRequeued = mine.state === 'acked' && entry.state === 'queued' && entry.result !== null
  if (isVoided || mine.undoesKey || isRequeued) {
    const next = { ...entry, state: isRequeued ? 'queued' as const : mine.state, result: mine.result }
    patch(turn, { entries: entries.map(other => other === mine ? next : other) })
  }
}

/** How an own entry ended is news here, too; of another tab's that tab says so. */
function endTold(turn: Turn, mine: NumberedEntry, { result }: NumberedEntry): void {
  const isForeign = turn.state.link.heard[mine.key] !== undefined
  end(turn, mine, result!)
  const index = turn.effects.findIndex(effect => effect.kind === 'settled' && effect.change.key === mine.key)
  if (isForeign && index !== -1)
    turn.effects.splice(index, 1)
}

/**
 * Rows that went away for another tab go here, too, unless this one knows more of them. Of two epochs nobody
 * knows which is the newer: then the server is asked.
 */
function purgeTold(turn: Turn, ids: readonly string[], at: SharedWrite['purgedAt'] = { epoch: null, version: 0 }): void {
  const { confirmed, link } = turn.state
  const isSameEpoch = at.epoch === confirmed.epoch
  const isAhead = isSameEpoch && at.version > confirmed.version
  const gone = ids.filter(id => isAhead || !confirmed.rows.has(id))
  if (isAhead)
    patchLink(turn, { gone: [...link.gone, ...gone.map(matterId => ({ matterId, ...at }))] })
  const rest = withoutRows(confirmed, gone)
  if (rest !== confirmed)
    patch(turn, { confirmed: rest })
  if (rest !== confirmed || !isSameEpoch)
    pullSoon(turn)
  if (gone.length > 0)
    purge(turn, new Set(gone))
}

function changed<T>(items: readonly T[], { put = [], remove = [] }: { put?: T[], remove?: string[] } = {}, keyOf: (item: T) => string): readonly T[] {
  if (put.length + remove.length === 0)
    return items
  const replaced = new Set([...remove, ...put.map(keyOf)])
  return [...items.filter(item => !replaced.has(keyOf(item))), ...put]
}
