import type { BoardId } from '#shared/kanban/board.ts'
import type { EpochMs, MatterId } from '#shared/kanban/matter.ts'
import type { ConfirmedBoard } from './board-replica.ts'
import type { Conflict, MergeNote } from './conflict-record.ts'
import type { NumberedEntry, OutboxEntry, UndoStep } from './outbox-entry.ts'

/** What a device knew of a board when it was last looked at. */
export interface StoredBoard {
  /** The outbox that new changes go to (rule M1). */
  cid: string
  /** Null when there are no rows, or when they are too old to be shown (rule W4). */
  confirmed: ConfirmedBoard | null
  /** When the server last said that the rows are right. */
  contactAt: EpochMs | null
  /** In order of `n`. */
  outbox: NumberedEntry[]
  conflicts: Conflict[]
  undo: UndoStep[]
  notes: MergeNote[]
}

/** What is told to the other tabs, too: everything but the rows, which each tab reads for itself. */
export interface SharedWrite {
  /** What is told of an entry that ended comes in both lists, with its result. */
  outbox?: { put?: NumberedEntry[], remove?: { cid: string, n: number }[] }
  conflicts?: { put?: Conflict[], remove?: string[] }
  undo?: { put?: UndoStep[], remove?: string[] }
  notes?: { put?: MergeNote[], remove?: string[] }
  /** Matters of which nothing may stay on the device: drafts, kept details (rule C6). */
  purge?: MatterId[]
  /** Where the board stood when they went away: a tab that knows more goes by that. Only told, not stored. */
  purgedAt?: { epoch: string | null, version: number }
}

/** One transaction: all of it, or nothing (rules M4, L3). */
export interface StorageWrite extends SharedWrite {
  /** The rows and the version that they belong to. */
  rows?: {
    confirmed: ConfirmedBoard
    /**
     * The version that the rows named here begin at; null to replace all. Where the device holds another
     * version, all rows are replaced if `confirmed` is newer, and left alone if not: another tab was faster.
     */
    from: number | null
    put: MatterId[]
    remove: MatterId[]
  }
  contactAt?: EpochMs
  /** The rows are dropped, the rest is kept: the lease is over, or they are of another epoch (rule W4). */
  dropRows?: true
}

/**
 * Where a board is kept on a device (rule L3). Each call is one transaction; they are made in turn. None
 * rejects: what a disk refuses goes on in memory.
 */
export interface BoardStorage {
  /** False when what is kept here is lost with the page. */
  readonly isLasting: boolean
  open: (boardId: BoardId) => Promise<StoredBoard>
  /**
   * Gives the entry the next number of its outbox and keeps it, as one step (rule M1). One that has a number
   * already gets another in another outbox, or the one that it got there before: a copy of this device gave the
   * same number to something else, so that the outbox of both is given up.
   */
  append: (boardId: BoardId, entry: OutboxEntry, undo: UndoStep | null) => Promise<{ cid: string, n: number }>
  write: (boardId: BoardId, write: StorageWrite) => Promise<void>
}
