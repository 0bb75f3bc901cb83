import type { Member } from '#shared/kanban/member.ts'
import type { MemoryBoard } from '#shared/sync/memory-storage.ts'
import { createMemoryStorage } from '#shared/sync/memory-storage.ts'
import type { BoardStorage, StorageWrite } from '#shared/sync/board-storage.ts'
import type { OutboxEntry, UndoStep } from '#shared/sync/outbox-entry.ts'
import { BOARD_ID } from '../../helpers/builders.ts'
import type { Link } from './network.ts'
import type { Tab } from './tab.ts'

/** One browser of one member: a storage, a clock and a link that all of its tabs share. */
export interface Device {
  readonly index: number
  readonly member: () => Member
  readonly link: Link
  readonly tabs: Tab[]
  /** What its clock is ahead of the world's, in milliseconds. */
  clockOffset: number
  storage: DeviceStorage
  /** The world's time until which its storage fails. */
  brokenUntil: number
}

/** A place to keep boards, looked at from outside. */
export interface DeviceStorage {
  readonly kept: BoardStorage
  readonly board: () => MemoryBoard | undefined
  /** Gives the number at once, as the one who looks on must know it. */
  append: (entry: OutboxEntry, undo: UndoStep | null) => { cid: string, n: number }
  write: (write: StorageWrite) => void
  /** A write got lost once. */
  hasLost: boolean
}

/** @param makeId names outboxes; later names are greater */
export function createDeviceStorage(makeId: () => string, now?: () => number): DeviceStorage {
  const boards = new Map<string, MemoryBoard>()
  const kept = createMemoryStorage({ makeId, boards, ...(now && { now }) })
  const board = () => boards.get(BOARD_ID)
  // The memory works at once and only answers later: what it did can be read from where it keeps it.
  return {
    kept,
    board,
    hasLost: false,
    append(entry, undo) {
      void kept.append(BOARD_ID, entry, undo)
      const { cid, lastN: n } = board()!
      return { cid, n }
    },
    write: write => void kept.write(BOARD_ID, write),
  }
}
