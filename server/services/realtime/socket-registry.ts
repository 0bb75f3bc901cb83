import type { SessionMember } from '#server/services/account-service.ts'
import type { MatterId } from '#shared/kanban/matter.ts'
import type { ServerFrame } from '#shared/protocol/frames.ts'

/** A reader's socket after its `hello`, as the services see it; the door (socket-door.ts) makes it, the fan-out moves it on. */
export interface BoardSocket {
  readonly id: string
  readonly boardId: string
  readonly sessionId: string
  readonly member: SessionMember
  /** The reader's outbox, whose acks travel with the news (rule M4). */
  cid: string
  /** Only what is urgent goes out (docs/adr/0014-transports.md). */
  readonly urgent: boolean
  /** Matters that the reader has open. */
  focus: ReadonlySet<MatterId>
  /**
   * The board's head up to which the reader has been told everything, and the reader's version then (rule P5);
   * null while nothing is told: after a `reset`, until the next `sync`.
   */
  place: { epoch: string, version: number, head: number } | null
  /** Sends one frame. */
  send: (frame: ServerFrame) => void
  /** Sends a frame that was encoded once for many. */
  sendEncoded: (frame: Buffer) => void
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
  boards: () => Iterable<string>
  all: () => Iterable<BoardSocket>
  ofMember: (memberId: string) => readonly BoardSocket[]
  readonly size: number
  /** Hears of boards that get their first socket or lose their last; returns how to stop. */
  onWatched: (listener: (boardId: string, isWatched: boolean) => void) => () => void
  /** Hears of every socket that comes (true) or goes; returns how to stop. */
  onSocket: (listener: (socket: BoardSocket, isOpen: boolean) => void) => () => void
}

const NONE: ReadonlySet<BoardSocket> = new Set()

export function createSocketRegistry(): SocketRegistry {
  const boards = new Map<string, Set<BoardSocket>>()
  const members = new Map<string, Set<BoardSocket>>()
  const sockets = new Set<BoardSocket>()
  const listeners = new Set<(boardId: string, isWatched: boolean) => void>()
  const socketListeners = new Set<(socket: BoardSocket, isOpen: boolean) => void>()

  function add(socket: BoardSocket): void {
    sockets.add(socket)
    const isFirst = insert(boards, socket.boardId, socket)
    insert(members, socket.member.id, socket)
    if (isFirst)
      listeners.forEach(listener => listener(socket.boardId, true))
    socketListeners.forEach(listener => listener(socket, true))
  }

  function remove(socket: BoardSocket): void {
    if (!sockets.delete(socket))
      return
    const isLast = take(boards, socket.boardId, socket)
    take(members, socket.member.id, socket)
    if (isLast)
      listeners.forEach(listener => listener(socket.boardId, false))
    socketListeners.forEach(listener => listener(socket, false))
  }

  return {
    add,
    remove,
    onBoard: boardId => boards.get(boardId) ?? NONE,
    boards: () => boards.keys(),
    all: () => sockets,
    ofMember: memberId => [...members.get(memberId) ?? NONE],
    get size() { return sockets.size },
    onWatched(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    onSocket(listener) {
      socketListeners.add(listener)
      return () => socketListeners.delete(listener)
    },
  }
}

/** True when it is the first under its key. */
function insert(index: Map<string, Set<BoardSocket>>, key: string, socket: BoardSocket): boolean {
  const known = index.get(key)
  known?.add(socket)
  if (!known)
    index.set(key, new Set([socket]))
  return !known
}

/** True when it was the last under its key. */
function take(index: Map<string, Set<BoardSocket>>, key: string, socket: BoardSocket): boolean {
  const known = index.get(key)
  known?.delete(socket)
  return known?.size === 0 && index.delete(key)
}
