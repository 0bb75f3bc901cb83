import type { TransportKind } from '#shared/config/features.ts'
import type { BoardId, Column } from '#shared/kanban/board.ts'
import type { Matter, MatterId } from '#shared/kanban/matter.ts'
import type { RealTimeEvents, SaidData, SaidTopic } from '#shared/protocol/events.ts'
import type { DigestAnswer, MutationsAnswer, NumberedMutation, ResetReason, SnapshotAnswer, UpdatesAnswer } from '#shared/protocol/messages.ts'
import type { PresenceAnswer } from '#shared/protocol/presence.ts'
import type { Connection } from './connection.ts'

/** Where a reader stands on a board: what the server must not tell again. */
export interface BoardPosition {
  boardId: BoardId
  /** Null before the first full read. */
  epoch: string | null
  version: number
  /** The outbox that asks (rule M1). */
  cid: string
}

/** A board as its reader has it just now, from wherever that came. */
export interface KnownBoard {
  /** Null before the first full read. */
  epoch: string | null
  version: number
  columns: readonly Column[]
  rows: ReadonlyMap<MatterId, Matter>
}

/** Rows as a digest, for `compare`. */
export interface BoardRows {
  boardId: BoardId
  epoch: string
  version: number
  digest: string
}

/** What came of asking for news. */
export type PullOutcome
  = | { kind: 'snapshot', answer: SnapshotAnswer }
    | { kind: 'updates', answer: UpdatesAnswer }
    /** `next` is the server's wish for the next poll, in milliseconds (rule R5); absent where it has none. */
    | { kind: 'unchanged', next?: number }
    /** Only a full read helps (rule C1). */
    | { kind: 'reset', why: ResetReason }

/** Everything that a transport tells: the typed events of the wire, and what its users need to run on it. */
export interface TransportEvents extends RealTimeEvents {
  /** The link stands differently, or `delivers` does. */
  connection: Connection
  /**
   * What changed on a board arrived unasked. An answer without ops, whose `version` is its `from`, says that the
   * reader's rows are right as of now; one from above the reader's version, that something got lost.
   */
  updates: { boardId: BoardId, answer: UpdatesAnswer }
  /** The firm or the member wants another way now. */
  policy: { transport: TransportKind }
}
export type TransportEvent = keyof TransportEvents
export type TransportListener<E extends TransportEvent> = (data: TransportEvents[E]) => void

/**
 * What comes without being asked for: `all` that the reader may see, what is `urgent` to them and everything before
 * it, or `nothing`.
 */
export type Delivers = 'all' | 'urgent' | 'nothing'

/** What of all that isn't kept somebody takes. */
export interface TransportWishes {
  /** Where others point. */
  cursors: boolean
}

/** How to come back after a drop (rule T4); what is left out keeps its value. */
export interface ReconnectOptions {
  /** The ceiling of the first wait, in milliseconds. @default 500 */
  baseMs?: number
  /** The ceiling's ceiling while the outage is young, in milliseconds. @default 1_500 */
  youngCapMs?: number
  /** How long an outage is young, in milliseconds. @default 30_000 */
  youngForMs?: number
  /** The ceiling's ceiling after that, in milliseconds. @default 60_000 */
  capMs?: number
}

/** How a silent link is found out (rule S3). */
export interface HeartbeatOptions {
  /** So long without a frame, then the server is asked whether it is there, in milliseconds. @default 35_000 */
  afterMs?: number
  /** And given up so long after, in milliseconds. @default 6_000 */
  timeoutMs?: number
}

/**
 * The way to the server. It carries bytes and knows no meaning: whichever way is used, the same
 * events come from it (rule T1).
 */
export interface RealTimeTransport {
  readonly kind: TransportKind
  readonly connection: Connection
  /** What comes unasked just now. */
  readonly delivers: Delivers
  /** When the link last was live, epoch milliseconds; null for never. */
  readonly lastConnected: number | null
  isConnected: () => boolean
  /**
   * Opens it, until `disconnect`. Ends when it can be used: at once where nothing is to be opened, else with the
   * first welcome or the first failure, after which it is polled.
   */
  connect: () => Promise<void>
  /** Ends what is under way; nothing more comes until `connect`. */
  disconnect: () => void
  /** Drops the link and opens it at once, forgetting how often that failed. */
  reconnect: () => Promise<void>
  setReconnectOptions: (options: ReconnectOptions) => void
  /** Sets the heartbeat of links that stay open; `false` stops it. */
  enableHeartbeat: (options: HeartbeatOptions | false) => void
  /** Hears an event; returns how to stop. */
  on: <E extends TransportEvent>(event: E, listener: TransportListener<E>) => () => void
  off: <E extends TransportEvent>(event: E, listener: TransportListener<E>) => void
  /**
   * Says something to the others on the board that was joined last; they get it as an event. Rejects with a `Fault`. A
   * `cursor` goes by a live socket, as often as the server takes one, and nowhere without: of that nobody is told.
   */
  emit: <Topic extends SaidTopic>(topic: Topic, data: SaidData[Topic]) => Promise<void>
  /**
   * Wants the news of a board, from where its reader stands whenever that is asked for; returns how to leave. One
   * board at a time: the last one counts. `known`: the rows that the reader has, so that `matter:*` and the like tell
   * whole rows of a board that came with the page or from the device, too.
   */
  join: (boardId: BoardId, position: () => BoardPosition, known?: () => KnownBoard | null) => () => void
  /** Names the matters that the reader has open: they are urgent. */
  focus: (matterIds: readonly MatterId[]) => void
  /** What of all that isn't kept this reader takes; nothing of it before, and nothing without a socket (rule A2). */
  want: (wishes: TransportWishes) => void
  /** True: somebody looks (again), and the link proves at once that it stands. False: nobody does. */
  attend: (isLooking: boolean) => void
  /** Asks what is new since `position`; without an epoch, for everything. Rejects with a `Fault`. */
  pull: (position: BoardPosition, signal?: AbortSignal) => Promise<PullOutcome>
  /** Sends numbered changes, in order; the same numbers again are the same changes (rule M2). Rejects with a `Fault`. */
  send: (boardId: BoardId, cid: string, items: readonly NumberedMutation[], signal?: AbortSignal) => Promise<MutationsAnswer>
  /** Who else is on a board, and where (rule A1). Rejects with a `Fault`. */
  presence: (boardId: BoardId, signal?: AbortSignal) => Promise<PresenceAnswer>
  /** Compares a digest of the rows with the server's (rule K2). Rejects with a `Fault`. */
  compare: (rows: BoardRows, signal?: AbortSignal) => Promise<DigestAnswer>
}
