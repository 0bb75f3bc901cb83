import type { EpochMs } from '#shared/kanban/matter.ts'
import type { ConfirmedBoard } from './board-replica.ts'
import { UNREAD_BOARD } from './board-replica.ts'
import type { StoredBoard } from './board-storage.ts'
import { refreshConflicts } from './engine-conflicts.ts'
import { inOrder, isNumbered, requeued, trimmed, withNumberOf } from './engine-outbox.ts'
import { purgeMissing } from './engine-purge.ts'
import { fillMissing } from './engine-send.ts'
import type { EngineState } from './engine-types.ts'
import type { NumberedEntry } from './outbox-entry.ts'
import type { Turn } from './engine-turn.ts'
import { mapKept, patch, patchLink } from './engine-turn.ts'
import { isLeaseOver, LEASE_MS } from './stored-board.ts'

/** Takes in what the device kept: of the rows whichever are newer, of everything else both. */
export function opened(turn: Turn, stored: StoredBoard): void {
  const before = turn.state
  const kept = isLeaseOver(stored.contactAt, turn.now) ? null : stored.confirmed
  const takesRows = kept !== null && isNewer(kept, before)
  const isSame = kept !== null && kept.epoch === before.confirmed.epoch && kept.version === before.confirmed.version
  const confirmed = takesRows ? kept : before.confirmed
  patch(turn, { confirmed, ...takesRows && { isWhole: true, contactAt: stored.contactAt }, ...!before.link.isOpened && { cid: stored.cid } })
  patchLink(turn, { isOpened: true, keptAt: stored.contactAt, digestAt: before.link.digestAt ?? turn.now, ...takesRows && { acks: {}, needsSnapshot: false } })
  turn.dropsRows = stored.confirmed !== null && !kept
  turn.replacesRows = !takesRows && !isSame
  // What was said in another epoch, or in one that nobody remembers, the server may have lost.
  const isSameEpoch = stored.confirmed?.epoch === confirmed.epoch
  mergeKept(turn, { ...stored, outbox: stored.outbox.filter(entry => !isDone(before, entry)) }, isSameEpoch)
  turn.disk = turn.told = {
    ...turn.state,
    // A conflict whose writing got lost is written again.
    conflicts: stored.conflicts,
    entries: merge(stored.outbox, before.entries, ({ key }) => key),
    undo: merge(stored.undo, before.undo, ({ key }) => key),
    confirmed: takesRows || isSame ? confirmed : UNREAD_BOARD,
  }
  // An outbox in this page's memory is known here alone, and as a whole.
  fillMissing(turn, cid => cid === stored.cid || cid === turn.state.cid || stored.outbox.some(entry => entry.cid === cid))
  patch(turn, { entries: inOrder(trimmed(turn.state.entries, turn.state), turn.state.cid) })
  if (!turn.state.isWhole)
    return
  purgeMissing(turn, !isSameEpoch)
  patch(turn, { conflicts: refreshConflicts(turn.state.conflicts, confirmed.rows) })
}

/** Whether an entry has ended here, so that only the writing of that got lost. What the server wants again hasn't. */
function isDone({ link: { done, wanted } }: EngineState, { cid, n }: NumberedEntry): boolean {
  return n <= (done[cid] ?? 0) && !(wanted?.cid === cid && n >= wanted.n)
}

/** What is stored and isn't here, then what is here, which may be further. An undo finds its change's number. */
function mergeKept(turn: Turn, stored: StoredBoard, isSameEpoch: boolean): void {
  const { entries, conflicts, notes, undo } = turn.state
  const all = merge(isSameEpoch ? stored.outbox : requeued(stored.outbox), entries, ({ key }) => key)
  const numbers = new Map(all.flatMap(entry => isNumbered(entry) ? [[entry.key, entry.n]] : []))
  patch(turn, {
    entries: mapKept(all, entry => withNumberOf(entry, entry.undoesKey ?? '', numbers.get(entry.undoesKey ?? '') ?? 0)),
    conflicts: merge(stored.conflicts, conflicts, ({ id }) => id),
    notes: merge(stored.notes, notes, ({ id }) => id),
    undo: merge(isSameEpoch ? stored.undo : [], undo, ({ key }) => key),
  })
}

/** Drops the rows that the server hasn't confirmed for too long. What waits for it stays. */
export function endLease(turn: Turn): void {
  const { isWhole, contactAt } = turn.state
  if (isWhole && contactAt !== null && isLeaseOver(contactAt, turn.now))
    dropRows(turn)
}

/** Keeps no row, here or on the device, until the server has told them all again. */
export function dropRows(turn: Turn): void {
  const { epoch, version } = turn.state.confirmed
  patch(turn, { confirmed: { ...UNREAD_BOARD, epoch, version }, isWhole: false })
  patchLink(turn, { needsSnapshot: true })
  turn.dropsRows = true
}

/** When the rows' lease ends; null without rows. */
export function leaseEnd({ isWhole, contactAt }: EngineState): EpochMs | null {
  return isWhole && contactAt !== null ? contactAt + LEASE_MS : null
}

function isNewer(kept: ConfirmedBoard, { confirmed, isWhole }: EngineState): boolean {
  return confirmed.epoch === null || (kept.epoch === confirmed.epoch && (!isWhole || kept.version > confirmed.version))
}

/** What is stored and isn't here, then what is here. */
function merge<T>(stored: readonly T[], own: readonly T[], keyOf: (item: T) => string): readonly T[] {
  const known = new Set(own.map(keyOf))
  const added = stored.filter(item => !known.has(keyOf(item)))
  return added.length > 0 ? [...added, ...own] : own
}
