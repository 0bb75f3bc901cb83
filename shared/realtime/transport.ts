import { EventEmitter } from 'eventemitter3'
import type { BoardId } from '#shared/kanban/board.ts'
import type { Mutation } from '#shared/kanban/mutation.ts'
import type { MutationAnswer, ResetReason, SnapshotAnswer, UpdatesAnswer } from '#shared/protocol/messages.ts'
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

/** What came of asking for news; the news themselves arrive as events before it. */
export type PullOutcome
  = | { kind: 'fresh' }
    | { kind: 'unchanged' }
    /** Only a full read helps (rule C1). */
    | { kind: 'reset', why: ResetReason }

export interface TransportEvents {
  /** The link stands differently. */
  connection: (connection: Connection) => void
  /** A full read of a board arrived. */
  snapshot: (boardId: BoardId, answer: SnapshotAnswer) => void
  /** What changed on a board since a version arrived. */
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
  /** Sends one change; the same `key` again is the same change (rule M2). Rejects with a `Fault`. */
  send: (boardId: BoardId, mutation: Mutation, key: string, signal?: AbortSignal) => Promise<MutationAnswer>
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
