import type { TransportKind } from '#shared/config/features.ts'
import type { BoardId } from '#shared/kanban/board.ts'
import type { EpochMs, MatterId } from '#shared/kanban/matter.ts'
import type { BoardEvent, SaidData, SaidTopic } from '#shared/protocol/events.ts'
import type { UpdatesAnswer } from '#shared/protocol/messages.ts'
import type { Clock } from './clock.ts'
import type { OpenSocket } from './socket-like.ts'
import type { BoardPosition, HeartbeatOptions, PullOutcome, ReconnectOptions } from './transport.ts'

/**
 * Why there is no socket.
 *
 * - `blocked`: with a good ticket it didn't come to a welcome; something in between doesn't let sockets through.
 * - `dropped`: it ended without a word. `silent`: it stands and nothing comes.
 * - `server`: the server ended it, or takes nobody just now.
 * - `network`: not even the ticket came.
 */
export type DropCause = 'blocked' | 'dropped' | 'silent' | 'server' | 'network'

export type ChannelState
  /** Not wanted, nothing to open it for yet, or nobody has looked for a long time. */
  = | { state: 'closed' }
    | { state: 'opening', attempt: number }
    | { state: 'live', since: EpochMs, roundTripMs: number }
    /** `retryAt` null: whoever owns it decides when. */
    | { state: 'waiting', attempt: number, retryAt: EpochMs | null, cause: DropCause }
    /** Asking again gives the same, until `retryNow`. */
    | { state: 'refused', code: string }

/** One board's socket, through all its lives: it is opened, watched, given up and opened again. */
export interface SocketChannel {
  readonly state: ChannelState
  /** How long the last ping took, in milliseconds; null before the first. */
  readonly roundTripMs: number | null
  /** The server goes on from where the reader stands: everything new comes by itself. */
  readonly isPlaced: boolean
  /** When the last frame came, epoch milliseconds; null for never. */
  readonly heardAt: EpochMs | null
  /** Wants this board; the same board again only says where its reader stands now. */
  join: (boardId: BoardId, position: () => BoardPosition) => void
  leave: () => void
  /**
   * Wants the socket. Ends when it is live or has failed once, and at once where there is nothing to open it for yet: no
   * board, or none of its rows.
   */
  open: () => Promise<void>
  close: () => void
  /** Tries at once, dropping what stands, and forgets all failures. */
  retryNow: () => Promise<void>
  /** The reader's rows came, or moved on, by another way: opens it where it waited for them, and tells the server. */
  moved: () => void
  /** Asks what is new, in the stream's own order. Rejects with a `Fault`; where it isn't live, at once. */
  sync: (position: BoardPosition, signal?: AbortSignal) => Promise<PullOutcome>
  /** Rejects with a `Fault`. */
  say: <Topic extends SaidTopic>(topic: Topic, data: SaidData[Topic]) => Promise<void>
  focus: (matterIds: readonly MatterId[]) => void
  attend: (isLooking: boolean) => void
  /** Asks whether the server is there, and gives the socket up after so many milliseconds. */
  probe: (deadlineMs?: number) => void
  setReconnect: (options: ReconnectOptions) => void
  setHeartbeat: (options: HeartbeatOptions | false) => void
}

export interface SocketChannelOptions {
  openSocket: OpenSocket
  /** Rejects with a `Fault`. */
  ticket: (signal: AbortSignal) => Promise<string>
  clock: Clock
  /** Only what is urgent is to come by itself. @default false */
  urgent?: boolean
  /** Who decides when a failed one is tried again: itself (rule T4), or whoever owns it. @default 'itself' */
  retry?: 'itself' | 'never'
  onState: (state: ChannelState) => void
  /** News that weren't asked for. An empty answer is a sign of life, one from above the reader's version a gap (`TransportEvents.updates`). */
  onAnswer: (boardId: BoardId, answer: UpdatesAnswer) => void
  onSaid: (boardId: BoardId, events: BoardEvent[]) => void
  onMode: (transport: TransportKind) => void
  /** The server goes away, and asks to come back in so many milliseconds. */
  onMaintenance: (backIn: number) => void
  onError: (code: string) => void
  /** A ping of ours was answered after so many milliseconds. */
  onRoundTrip?: (tookMs: number) => void
  /** A socket, or the attempt at one, came to nothing. Before `onState` tells what follows. */
  onDrop?: (cause: DropCause) => void
}
