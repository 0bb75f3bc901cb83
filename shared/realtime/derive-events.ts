import type { BoardId } from '#shared/kanban/board.ts'
import type { SnapshotAnswer, UpdatesAnswer } from '#shared/protocol/messages.ts'
import type { BoardChange } from './changed-rows.ts'
import type { ToldBoard } from './told-board.ts'
import { applyAnswer, changesBetween, fromKnown, fromSnapshot, nothingKnown } from './told-board.ts'
import type { TransportEmitter } from './transport-events.ts'
import type { KnownBoard, PullOutcome } from './transport.ts'

/** Tells `matter:*`, `column:*` and `comment:*` of the board that its reader has open, from the answers that bring its news. */
export interface BoardEventSource {
  /** Takes what came of a pull; to be called before it is handed out. */
  pulled: (boardId: BoardId, outcome: PullOutcome) => void
  /** Takes news that came unasked; to be called before they are handed out. */
  pushed: (boardId: BoardId, answer: UpdatesAnswer) => void
}

export interface BoardEventSourceOptions {
  /** The board as its reader has it just now, where it came with the page or from the device. @default () => null */
  known?: (boardId: BoardId) => KnownBoard | null
}

/** Epochs that were left, so that a late answer of one of them isn't taken for news. */
const MAX_LEFT = 8

/**
 * A source that goes by what is, not by what came: of answers that come twice, late or overlapping it tells nothing
 * again. A full read tells how it differs from what was there; the first is silent where nothing was.
 */
export function createBoardEventSource(tell: TransportEmitter['tell'], { known = () => null }: BoardEventSourceOptions = {}): BoardEventSource {
  let told: ToldBoard | null = null
  const left: string[] = []

  /** What was told of this board; completed by what the reader has, where they stand at the same place. */
  function toldOf(boardId: BoardId): ToldBoard | null {
    if (told?.boardId !== boardId || told.isWhole)
      return told?.boardId === boardId ? told : null
    return knownAt(boardId, told.epoch, told.version) ?? told
  }

  function knownAt(boardId: BoardId, epoch: string, version: number): ToldBoard | null {
    const board = known(boardId)
    return board?.epoch === epoch && board.version === version ? fromKnown(boardId, epoch, board) : null
  }

  /** Where nothing was told yet and the reader is further than an answer begins, another transport told what lies between. */
  function knownBeyond(boardId: BoardId, epoch: string, from: number): ToldBoard | null {
    const board = known(boardId)
    return board?.epoch === epoch && board.version > from ? fromKnown(boardId, epoch, board) : null
  }

  function become(next: ToldBoard, changes: readonly BoardChange[]): void {
    if (told && told.boardId === next.boardId && told.epoch !== next.epoch && left.push(told.epoch) > MAX_LEFT)
      left.shift()
    told = next
    // Whoever hears it may well bring the next answer.
    for (const { event, data } of changes)
      tell(event, data)
  }

  function readSnapshot(answer: SnapshotAnswer): void {
    const boardId = answer.board.id
    const board = known(boardId)
    const before = toldOf(boardId) ?? (board?.epoch ? fromKnown(boardId, board.epoch, board) : null)
    if (left.includes(answer.epoch) || (before?.epoch === answer.epoch && answer.version < before.version))
      return
    const next = fromSnapshot(answer)
    become(next, before ? changesBetween(before, next) : [])
  }

  function readUpdates(boardId: BoardId, answer: UpdatesAnswer): void {
    const { epoch, from, version } = answer
    // An answer that leads nowhere is a sign of life, or a call to ask.
    if (left.includes(epoch) || version <= from)
      return
    const before = toldOf(boardId) ?? knownBeyond(boardId, epoch, from)
    const isSameEpoch = before?.epoch === epoch
    if (before && isSameEpoch && before.version >= version)
      return
    if (before && isSameEpoch && before.version >= from)
      return follow(before, answer, [])
    // The reader can't take it in either, and asks (rule C3): what comes of that tells it all.
    const board = known(boardId)
    if (board?.epoch === epoch && board.version < from)
      return
    // What lies between reached the reader by another way. Another epoch begins with a full read (rule C1).
    const base = knownAt(boardId, epoch, from) ?? (before && !isSameEpoch ? null : nothingKnown(boardId, epoch, from))
    if (base)
      follow(base, answer, before ? changesBetween(before, base) : [])
  }

  function follow(base: ToldBoard, answer: UpdatesAnswer, missed: readonly BoardChange[]): void {
    const board = known(base.boardId)
    const isThen = board?.epoch === answer.epoch && board.version === answer.from
    const { board: next, changes } = applyAnswer(base, answer, id => isThen ? board.rows.get(id) : undefined)
    become(next, [...missed, ...changes])
  }

  return {
    pushed: readUpdates,
    pulled(boardId, outcome) {
      if (outcome.kind === 'snapshot')
        readSnapshot(outcome.answer)
      else if (outcome.kind === 'updates')
        readUpdates(boardId, outcome.answer)
    },
  }
}
