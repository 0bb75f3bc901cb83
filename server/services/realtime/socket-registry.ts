import type { SessionMember } from '#server/services/account-service.ts'
import type { TransportKind } from '#shared/config/features.ts'
import type { MatterId } from '#shared/kanban/matter.ts'
import type { ServerFrame } from '#shared/protocol/frames.ts'

/** A reader's socket after its `hello`, as the services see it; the door (socket-door.ts) makes it, the fan-out moves it on. */
export interface BoardSocket {
  readonly id: string
  readonly boardId: string
  readonly sessionId: string
  readonly member: SessionMember
  /** The way that its member is to use. */
  readonly way: TransportKind
  /** The reader's outbox, whose acks travel with the news (rule M4). */
  cid: string
  /** Only what is urgent goes out (docs/adr/0014-transports.md). */
  readonly urgent: boolean
  /** Matters that the reader has open. */
  focus: ReadonlySet<MatterId>
  /** It takes where others point (rule A2). */
  cursors: boolean
  /**
   * The board's head up to which the reader has been told everything, and the reader's version then (rule P5);
   * null while nothing is told: after a `reset`, until the next `sync`.
   */
  place: { epoch: string, version: number, head: number } | null
  /** Sends one frame. */
  send: (frame: ServerFrame) => void
  /** Sends a frame that was encoded once for many, as a message (text-message.ts). */
  sendEncoded: (message: Buffer) => void
  /** Bytes that were sent and haven't left. */
  unsentBytes: () => number
  /** Says `bye` and closes with a code of `CLOSE`. */
  end: (code: number, bye?: Extract<ServerFrame, { t: 'bye' }>) => void
}

/** The open sockets of this process. */
export interface SocketRegistry {
  add: (socket: BoardSocket) => void
  remove: (socket: BoardSocket) => void
  onBoard: (boardId: string) => ReadonlySet<BoardSocket>
  readonly size: number
  /** How many there are of each way. */
  ways: () => ReadonlyMap<TransportKind, number>
  /** Hears of every socket that comes (true) or goes; returns how to stop. */
  onSocket: (listener: (socket: BoardSocket, isOpen: boolean) => void) => () => void
}

const NONE: ReadonlySet<BoardSocket> = new Set()

export function createSocketRegistry(): SocketRegistry {
  const boards = new Map<string, Set<BoardSocket>>()
  const listeners = new Set<(socket: BoardSocket, isOpen: boolean) => void>()
  let size = 0

  return {
    add(socket) {
      const known = boards.get(socket.boardId) ?? new Set()
      boards.set(socket.boardId, known.add(socket))
      size++
      listeners.forEach(listener => listener(socket, true))
    },
    remove(socket) {
      const known = boards.get(socket.boardId)
      if (!known?.delete(socket))
        return
      if (known.size === 0)
        boards.delete(socket.boardId)
      size--
      listeners.forEach(listener => listener(socket, false))
    },
    onBoard: boardId => boards.get(boardId) ?? NONE,
    get size() { return size },
    ways() {
      const ways = new Map<TransportKind, number>()
      for (const sockets of boards.values())
        sockets.forEach(({ way }) => ways.set(way, (ways.get(way) ?? 0) + 1))
      return ways
    },
    onSocket(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
