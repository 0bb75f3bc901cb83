import { EventEmitter } from 'eventemitter3'
import type { BoardId } from '#shared/kanban/board.ts'
import type { DigestAnswer, MutationsAnswer, NumberedMutation, ResetReason, SnapshotAnswer, UpdatesAnswer } from '#shared/protocol/messages.ts'
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
    | { kind: 'unchanged' }
    /** Only a full read helps (rule C1). */
    | { kind: 'reset', why: ResetReason }

export interface TransportEvents {
  /** The link stands differently. */
  connection: (connection: Connection) => void
  /** What changed on a board since a version arrived unasked. */
  updates: (boardId: BoardId, answer: UpdatesAnswer) => void
}
export type TransportEvent = keyof TransportEvents

/**
 * The way to the server. It carries bytes and knows no meaning: whichever way is used, the same
 * events come from it (rule T1).
 */
export interface RealTimeTransport {
  readonly connection: Connection
  readonly isConnected: boolean
  connect: () => void
  /** Ends what is under way; nothing more comes until `connect`. */
  disconnect: () => void
  /** Hears an event; returns how to stop. */
  on: <E extends TransportEvent>(event: E, listener: TransportEvents[E]) => () => void
  off: <E extends TransportEvent>(event: E, listener: TransportEvents[E]) => void
  emit: <E extends TransportEvent>(event: E, ...args: Parameters<TransportEvents[E]>) => void
  /** Asks what is new since `position`; without an epoch, for everything. Rejects with a `Fault`. */
  pull: (position: BoardPosition, signal?: AbortSignal) => Promise<PullOutcome>
  /** Sends numbered changes, in order; the same numbers again are the same changes (rule M2). Rejects with a `Fault`. */
  send: (boardId: BoardId, cid: string, items: readonly NumberedMutation[], signal?: AbortSignal) => Promise<MutationsAnswer>
  /** Compares a digest of the rows with the server's (rule K2). Rejects with a `Fault`. */
  compare: (rows: BoardRows, signal?: AbortSignal) => Promise<DigestAnswer>
}

/** The listening half of a transport. */
export function createTransportEvents(): Pick<RealTimeTransport, 'on' | 'off' | 'emit'> {
  const emitter = new EventEmitter<TransportEvent>()

  function off<E extends TransportEvent>(event: E, listener: TransportEvents[E]): void {
    emitter.off(event, listener)
  }

  function on<E extends TransportEvent>(event: E, listener: TransportEvents[E]): () => void {
    emitter.on(event, listener)
    return () => off(event, listener)
  }

  function emit<E extends TransportEvent>(event: E, ...args: Parameters<TransportEvents[E]>): void {
    emitter.emit(event, ...args)
  }

  return { on, off, emit }
}
