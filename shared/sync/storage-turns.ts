import type { BoardId } from '#shared/kanban/board.ts'
import type { BoardStorage, StorageWrite, StoredBoard } from './board-storage.ts'
import { createMemoryStorage } from './memory-storage.ts'
import type { OutboxEntry, UndoStep } from './outbox-entry.ts'

export interface StorageTurns {
  /** False once something that was to be kept is only in this page's memory. */
  readonly isLasting: boolean
  open: () => Promise<StoredBoard>
  append: (entry: OutboxEntry, undo: UndoStep | null) => Promise<{ cid: string, n: number }>
  write: (write: StorageWrite) => void
}

/**
 * A board's calls to its storage, one after another in the order in which they were made. A storage that
 * fails costs the keeping, never the work: from then on this page gives the numbers, in an outbox of its
 * own, because a number that two tabs gave twice would lose a change.
 */
export function createStorageTurns(boardId: BoardId, storage: BoardStorage, makeId: () => string): StorageTurns {
  const spare = createMemoryStorage({ makeId })
  let numbers = storage
  let last: Promise<unknown> = Promise.resolve()

  function inTurn<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    const turn = last.then(call)
    last = turn.catch(() => {})
    return turn
  }

  function open(): Promise<StoredBoard> {
    return inTurn(() => storage.open(boardId).catch(() => {
      numbers = spare
      return spare.open(boardId)
    }))
  }

  function append(entry: OutboxEntry, undo: UndoStep | null): Promise<{ cid: string, n: number }> {
    return inTurn(() => numbers.append(boardId, entry, undo).catch(() => {
      numbers = spare
      return spare.append(boardId, entry, undo)
    }))
  }

  return {
    get isLasting() { return storage.isLasting && numbers === storage },
    open,
    append,
    // Rows that couldn't be written are read again; the outbox on the device is sent twice and done once.
    write: write => void inTurn(() => storage.write(boardId, write)).catch(() => {}),
  }
}
