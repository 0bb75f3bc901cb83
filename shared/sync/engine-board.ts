import type { MatterId } from '#shared/kanban/matter.ts'
import type { SnapshotAnswer, UpdatesAnswer } from '#shared/protocol/messages.ts'
import type { ConfirmedBoard, ReceiveOutcome, RowChanges } from './board-replica.ts'
import { receiveSnapshot } from './board-replica.ts'
import { describeChanges } from './describe-changes.ts'
import { refreshConflicts } from './engine-conflicts.ts'
import { requeued, trimmed } from './engine-outbox.ts'
import { missingMatters, purge } from './engine-purge.ts'
import type { EngineState } from './engine-types.ts'
import type { Turn } from './engine-turn.ts'
import { patch, patchLink } from './engine-turn.ts'

/** Clocks this close are taken for equal: an answer's way takes time, too. */
const CLOCKS_AGREE_MS = 60_000

const NO_CHANGES: RowChanges = new Map()

/** Takes in a full read that was asked for: what it doesn't name isn't there (rule C1). */
export function takeSnapshot(turn: Turn, answer: SnapshotAnswer): void {
  const { state } = turn
  const { board, changes } = receiveSnapshot(state.confirmed, answer)
  turn.replacesRows = true
  patch(turn, { isWhole: true, clockOffset: offsetOf(answer, turn.now) })
  patchLink(turn, { needsSnapshot: false, digestAt: turn.now, acks: answer.acks })
  // Versions of another epoch, or beyond a board that went back, say nothing about this one.
  if (isOtherEpoch(state.confirmed, board) || board.version < state.confirmed.version)
    forgetVersions(turn)
  layOver(turn, board, changes, state.isWhole ? changes : NO_CHANGES)
}

/** Takes in the full read that came with the page. Without its rows it only says what board this is. */
export function started(turn: Turn, answer: SnapshotAnswer, isWhole: boolean): void {
  const { confirmed } = turn.state
  const isOlder = answer.epoch === confirmed.epoch && answer.version <= confirmed.version
  if (turn.state.isWhole && (isOlder || !isWhole))
    return
  if (isWhole)
    takeSnapshot(turn, answer)
  else
    patch(turn, { confirmed: receiveSnapshot(confirmed, answer).board, clockOffset: offsetOf(answer, turn.now) })
  patch(turn, { contactAt: turn.now, isConfirmed: true })
}

/** Takes in what is new, as one batch (rule C4). */
export function takeUpdates(turn: Turn, { board, changes }: Extract<ReceiveOutcome, { kind: 'applied' }>, answer: UpdatesAnswer): void {
  patch(turn, { wish: answer.next })
  patchLink(turn, { acks: { ...turn.state.link.acks, ...answer.acks } })
  layOver(turn, board, changes, changes, answer.deleted)
}

/** Everything that a new confirmed board means for what is laid over it. */
function layOver(turn: Turn, confirmed: ConfirmedBoard, changes: RowChanges, news: RowChanges, deleted: readonly MatterId[] = []): void {
  const isOwn = ownWork(turn.state)
  const gone = new Set(deleted)
  for (const [id, { after }] of changes) {
    if (!after)
      gone.add(id)
  }
  const isNewEpoch = isOtherEpoch(turn.state.confirmed, confirmed)
  takeConfirmed(turn, confirmed)
  patch(turn, { entries: trimmed(turn.state.entries, turn.state) })
  missingMatters(turn.state, isNewEpoch).forEach(id => gone.add(id))
  if (gone.size > 0)
    purge(turn, gone)
  if (changes.size > 0)
    patch(turn, { conflicts: refreshConflicts(turn.state.conflicts, confirmed.rows) })
  const remote = describeChanges(news, isOwn)
  if (remote.length > 0)
    turn.effects.push({ kind: 'news', changes: remote })
}

function isOtherEpoch(before: ConfirmedBoard, { epoch }: ConfirmedBoard): boolean {
  return before.epoch !== null && before.epoch !== epoch
}

/** Takes over the rows, but for those of which another tab knows already that they are gone. */
function takeConfirmed(turn: Turn, confirmed: ConfirmedBoard): void {
  const { epoch, version } = confirmed
  const gone = turn.state.link.gone.filter(word => word.epoch === epoch && word.version > version)
  if (turn.state.link.gone.length > 0)
    patchLink(turn, { gone })
  patch(turn, { confirmed: withoutRows(confirmed, gone.map(({ matterId }) => matterId)) })
}

/** The board without some rows; the same when it has none of them. */
export function withoutRows(confirmed: ConfirmedBoard, ids: readonly MatterId[]): ConfirmedBoard {
  if (!ids.some(id => confirmed.rows.has(id)))
    return confirmed
  return { ...confirmed, rows: new Map([...confirmed.rows].filter(([id]) => !ids.includes(id))) }
}

/** Whether this member did it: the row says who wrote it; that it went away only the own work does. */
function ownWork({ me, entries, undo }: EngineState): (id: MatterId, by: string | null) => boolean {
  const deleted = new Set([
    ...entries.flatMap(({ mutation }) => mutation.kind === 'delete' ? [mutation.id] : []),
    ...undo.flatMap(({ matterId, change }) => change.kind === 'delete' ? [matterId] : []),
  ])
  return (id, by) => by === me.id || (by === null && deleted.has(id))
}

/** The server may have lost what it said: it is asked again, and what can't be told any more isn't undone. */
function forgetVersions(turn: Turn): void {
  patch(turn, { entries: requeued(turn.state.entries), undo: [], commentsDone: [] })
}

function offsetOf(answer: SnapshotAnswer, now: number): number {
  const ahead = answer.now - now
  return Math.abs(ahead) < CLOCKS_AGREE_MS ? 0 : ahead
}
