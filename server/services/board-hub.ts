import type { BoardHead } from '#server/db/records.ts'
import type { Actor } from '#shared/kanban/member.ts'
import { createBoardWaiters } from './board-waiters.ts'

/** Where a reader stood when the board's head was `head`: as long as that is so, there is nothing new to read. */
export interface Quiet {
  epoch: string
  /** The reader's version (rule P5). */
  version: number
  /** The board's own version at that time. */
  head: number
}

/** Where the boards of this process stand, and who waits for them to move on. */
export interface BoardHub {
  /** Tells that a transaction was committed. */
  committed: (head: BoardHead) => void
  /** Remembers a head that was read, unless a newer one is known. */
  seen: (head: BoardHead) => void
  /** To be called when a transaction ended nobody knows how: until the board is read again, nothing is known of it. */
  doubt: (boardId: string) => void
  /** Boards that were doubted and weren't read since. */
  doubts: () => ReadonlySet<string>
  /** What this process knows of the boards, by id. */
  heads: () => ReadonlyMap<string, BoardHead>
  /** Forgets where a board stands, or all: the next who asks reads. */
  forget: (boardId?: string) => void
  /** Whether anybody waits, or asked for their place since the last call. */
  takeAsked: () => boolean
  /** Hears of every newer head, `isOwn` when this process committed it; returns how to stop. */
  onMoved: (listener: (head: BoardHead, isOwn: boolean) => void) => () => void
  /** Ends with true when the board moves beyond `version`, with false after `waitMs` or when the signal aborts. */
  wait: (boardId: string, version: number, waitMs: number, signal: AbortSignal) => Promise<boolean>
  /** How many wait just now. */
  waiting: () => number
  /** The reader's place, if nothing happened on the board since it was remembered (rule R4). */
  quiet: (boardId: string, reader: Actor) => Quiet | null
  remember: (boardId: string, reader: Actor, quiet: Quiet) => void
  /** Where the reader last stood, even if the board has moved on: from there on is all that must be looked at. */
  lastKnown: (boardId: string, reader: Actor) => Quiet | null
  /** Lets everyone go who waits, and nobody waits any more. */
  close: () => void
}

/** Readers whose place is remembered; beyond it all are forgotten and read once more. */
const MAX_READERS = 20_000

/** The hub of one process. */
export function createBoardHub(): BoardHub {
  const heads = new Map<string, BoardHead>()
  const readers = new Map<string, Quiet>()
  const waiters = createBoardWaiters()
  const listeners = new Set<(head: BoardHead, isOwn: boolean) => void>()
  const doubted = new Set<string>()
  let closed = false
  let asked = false
  // A member's role decides what they see, so another role is another reader.
  const keyOf = (boardId: string, reader: Actor) => `${boardId} ${reader.id} ${reader.role}`

  function moveTo(head: BoardHead, isOwn: boolean): void {
    const known = heads.get(head.id)
    if (known && known.epoch === head.epoch && known.version >= head.version)
      return
    heads.set(head.id, head)
    doubted.delete(head.id)
    waiters.wake(head.id)
    listeners.forEach(listener => listener(head, isOwn))
  }

  return {
    committed: head => moveTo(head, true),
    seen: head => moveTo(head, false),
    onMoved(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    doubt(boardId) {
      heads.delete(boardId)
      doubted.add(boardId)
    },
    doubts: () => doubted,
    heads: () => heads,
    forget(boardId) {
      for (const id of boardId === undefined ? [...heads.keys(), ...doubted] : [boardId]) {
        heads.delete(id)
        doubted.delete(id)
      }
    },
    takeAsked() {
      const was = asked || waiters.count > 0
      asked = false
      return was
    },
    wait(boardId, version, waitMs, signal) {
      const known = heads.get(boardId)
      if (closed || signal.aborted)
        return Promise.resolve(false)
      if (known && known.version > version)
        return Promise.resolve(true)
      return waiters.wait(boardId, signal, waitMs)
    },
    waiting: () => waiters.count,
    quiet(boardId, reader) {
      asked = true
      const quiet = readers.get(keyOf(boardId, reader))
      const head = heads.get(boardId)
      return quiet && head && quiet.epoch === head.epoch && quiet.head === head.version ? quiet : null
    },
    remember(boardId, reader, quiet) {
      if (readers.size >= MAX_READERS)
        readers.clear()
      readers.set(keyOf(boardId, reader), quiet)
    },
    lastKnown: (boardId, reader) => readers.get(keyOf(boardId, reader)) ?? null,
    close() {
      closed = true
      listeners.clear()
      waiters.release()
    },
  }
}
