import type { BoardId } from '#shared/kanban/board.ts'
import type { CommentArgs, Mutation } from '#shared/kanban/mutation.ts'
import type { EpochMs, MatterId } from '#shared/kanban/matter.ts'
import type { Member } from '#shared/kanban/member.ts'
import type { MutationResult, NumberedMutation, SnapshotAnswer, UpdatesAnswer } from '#shared/protocol/messages.ts'
import type { FaultKind } from '#shared/realtime/fault.ts'
import type { PullOutcome } from '#shared/realtime/transport.ts'
import type { ConfirmedBoard } from './board-replica.ts'
import type { SharedWrite, StorageWrite, StoredBoard } from './board-storage.ts'
import type { BoardView } from './board-view.ts'
import type { Conflict, MergeNote, Resolution } from './conflict-record.ts'
import type { RemoteChange } from './describe-changes.ts'
import type { Looked, OutboxEntry, UndoStep } from './outbox-entry.ts'
import type { Settled } from './submitted.ts'

/*
 * The engine's borders (rule Z1): everything that it is told is an `Input`, everything that it wants done
 * is an `Effect`. It knows no network, no storage, no clock and no chance but what comes with an input.
 */

/** What an exchange met, as plain data; see `Fault`. */
export interface FaultNote {
  kind: FaultKind
  /** What the server asked to wait at least, in milliseconds. */
  retryAfterMs: number
  /** The server's reason, where it gave one. */
  code: string | null
  /** Of `ORDER`: the number to go on with (rule M2). */
  wanted?: number
}

export type Input
  /** What the device kept. In a browser it follows `started`, or comes first where no page brought the board. */
  = | { kind: 'opened', stored: StoredBoard }
    /** A full read that came with the page; `isWhole` false when its rows are still to come. */
    | { kind: 'started', answer: SnapshotAnswer, isWhole: boolean }
    /** Ask what is new. */
    | { kind: 'sync' }
    | { kind: 'answered', tag: number, outcome: PullOutcome }
    /** News that came unasked. */
    | { kind: 'pushed', answer: UpdatesAnswer }
    | { kind: 'pullFailed', tag: number, fault: FaultNote }
    /** The person does something. `key` is new for each; `id` and `commentId` in it are made by the caller. */
    | { kind: 'submitted', key: string, mutation: Mutation, looked?: Looked }
    | { kind: 'undone', key: string }
    | { kind: 'resolved', key: string, conflictId: string, resolution: Resolution }
    | { kind: 'noteRead', id: string }
    /** The storage gave an entry its number, or could not: then a memory of its own gave it one in another outbox. */
    | { kind: 'appended', key: string, cid: string, n: number }
    | { kind: 'results', tag: number, cid: string, results: MutationResult[] }
    | { kind: 'sendFailed', tag: number, fault: FaultNote }
    /** Another tab of this member wrote. */
    | { kind: 'told', write: SharedWrite }
    | { kind: 'digested', version: number, same: boolean | null }
    | { kind: 'online', online: boolean }
    /** Signed in again, or to be tried again at once. */
    | { kind: 'resumed' }
    /** The person at the screen has another role or name now. */
    | { kind: 'identified', me: Member }
    /** The time that a `wake` asked for. */
    | { kind: 'woken' }

export type Effect
  /** Ask for news; `epoch` null for a full read. Answer with `answered` or `pullFailed`. */
  = | { kind: 'pull', tag: number, epoch: string | null, version: number, cid: string }
    /** A `sync` is over: with news, without, or failed. */
    | { kind: 'synced', outcome: 'news' | 'unchanged' } | { kind: 'syncFailed', fault: FaultNote }
    /** Send these in order. Answer with `results` or `sendFailed`. A new one gives up the one before. */
    | { kind: 'send', tag: number, cid: string, items: NumberedMutation[] }
    /** Give it a number and keep it. Answer with `appended`. In turn with `write`. */
    | { kind: 'append', entry: OutboxEntry, undo: UndoStep | null }
    | { kind: 'write', write: StorageWrite }
    /** Read again what the device keeps: the server wants a number that another tab may have given. Answer with `opened`. */
    | { kind: 'reopen' }
    /** Tell the member's other tabs of this board. */
    | { kind: 'tell', write: SharedWrite }
    /** Compare with the server's rows (rule K2). Answer with `digested`. */
    | { kind: 'digest', epoch: string, version: number, digest: string }
    /** Come back with `woken` at this time; null for not at all. Each replaces the one before. */
    | { kind: 'wake', at: EpochMs | null }
    /** What shows is different. At most once a step (rule C4). */
    | { kind: 'changed' }
    /** What others did. */
    | { kind: 'news', changes: RemoteChange[] }
    | { kind: 'settled', change: SettledChange }

/** An own change whose end is known, also one that was made before the page was loaded. */
export interface SettledChange {
  key: string
  matterId: MatterId
  mutation: Mutation
  /** When the person made it. */
  at: EpochMs
  settled: Settled
}

/** A comment's change that a fetched list may lack; `version` is null until the server has it. */
export interface CommentWork {
  matterId: MatterId
  args: CommentArgs
  version: number | null
  at: EpochMs
}

/** All that the engine knows. Plain data, never changed in place: equal parts keep their identity. */
export interface EngineState {
  readonly boardId: BoardId
  readonly me: Member
  readonly cid: string
  readonly confirmed: ConfirmedBoard
  readonly entries: readonly OutboxEntry[]
  readonly conflicts: readonly Conflict[]
  readonly notes: readonly MergeNote[]
  readonly undo: readonly UndoStep[]
  readonly commentsDone: readonly CommentWork[]
  readonly view: BoardView
  /** All rows have been read once, here or by an earlier page of this device. */
  readonly isWhole: boolean
  /** The server has said something since the page was opened. */
  readonly isConfirmed: boolean
  /** When the server last said that the rows are right; null for never. */
  readonly contactAt: EpochMs | null
  /** What the server's clock is ahead of this one, in milliseconds; 0 when they nearly agree. */
  readonly clockOffset: number
  /** When the board last changed here, by anybody; null for never. */
  readonly changedAt: EpochMs | null
  /** The server's wish for the next poll, in milliseconds (rule R5). */
  readonly wish: number | null
  /** The server no longer speaks this page's protocol: nothing is sent, and what waits is kept (rule K1). */
  readonly isOutdated: boolean
  readonly link: LinkState
}

/** Where the exchanges stand. */
export interface LinkState {
  readonly isOnline: boolean
  readonly isSignedOut: boolean
  readonly nextTag: number
  /** What the device keeps has come in. */
  readonly isOpened: boolean
  /** By outbox, the last number that the confirmed rows contain (rule M4). */
  readonly acks: Readonly<Record<string, number>>
  /**
   * The pull under way; only its answer counts (rule C5). `retried`: it is itself the catch-up of another;
   * `asked`: a `sync` waits for it; `again`: it may have been asked too early to bring what is waited for.
   */
  readonly pull: { tag: number, cid: string, isFull: boolean, at: EpochMs, retried: boolean, asked: boolean, again: boolean } | null
  readonly needsSnapshot: boolean
  /** The send under way. */
  readonly send: { tag: number, cid: string, count: number, at: EpochMs } | null
  readonly sendFailures: number
  /** Not before; and how long that was to wait, in milliseconds, for when the clock jumps. */
  readonly sendAt: EpochMs
  readonly sendPause: number
  /** How many may go in one request: one, after the server refused several as a whole. */
  readonly sendLimit: number
  /** The server refused even a void: nothing is sent until `resumed`. */
  readonly isHalted: boolean
  /** The server wants this number, which isn't here: the device is asked whether another tab gave it (rule M2). */
  readonly wanted: { cid: string, n: number } | null
  /** By outbox, the last number whose end was heard of since the page was opened. */
  readonly done: Readonly<Record<string, number>>
  /** When entries of other tabs were heard of, by key: their own tab sends them first. */
  readonly heard: Readonly<Record<string, EpochMs>>
  /** Matters that another tab, which had read further, said to be gone: rows from before that don't bring them back. */
  readonly gone: readonly { matterId: MatterId, epoch: string | null, version: number }[]
  /** When `contactAt` was last written. */
  readonly keptAt: EpochMs | null
  /** The `wake` that is set. */
  readonly wakeAt: EpochMs | null
  /** Times of the last resets, for rule T6. */
  readonly resets: readonly EpochMs[]
  readonly digestAt: EpochMs | null
}

/** The engine's one function: a new state, and what is to be done. Neither input nor state is changed. */
export type Step = (state: EngineState, input: Input, now: EpochMs, random: () => number) => { state: EngineState, effects: Effect[] }
