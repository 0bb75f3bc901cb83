import type { BoardId } from '#shared/kanban/board.ts'
import type { BoardStorage, StorageWrite, StoredBoard } from '#shared/sync/board-storage.ts'
import type { OutboxEntry, UndoStep } from '#shared/sync/outbox-entry.ts'
import type { BoardDisk } from './board-disk.ts'

/** Rows that couldn't be kept so often are given up: each try costs a whole board. */
const MOST_ROW_FAILURES = 3

export interface DeviceStorageOptions {
  disk: BoardDisk
  /** Takes over where the disk fails. Its outboxes are others than those on the disk, begun later. */
  memory: BoardStorage
  /** Called when what is kept is from now on lost with the page. */
  onLasting: (isLasting: false) => void
}

/**
 * A board's storage that never fails its caller (rule L3). Changes that the disk refuses go on in memory,
 * under the outbox that memory has of its own: a number that was given there and on the disk would lose a
 * change (rule M1). It stays so until the page ends, since changes in two outboxes have no order.
 */
export function createDeviceStorage({ disk, memory, onLasting }: DeviceStorageOptions): BoardStorage {
  let isLasting = true
  let rowFailures = 0

  function fallBack(): void {
    if (!isLasting)
      return
    isLasting = false
    onLasting(false)
  }

  async function open(boardId: BoardId): Promise<StoredBoard> {
    const stored = await disk.open(boardId).catch(fallBack)
    if (stored && isLasting)
      return stored
    const own = await memory.open(boardId)
    return stored ? joined(stored, own) : own
  }

  async function append(boardId: BoardId, entry: OutboxEntry, undo: UndoStep | null): Promise<{ cid: string, n: number }> {
    if (isLasting) {
      const place = await disk.append(boardId, entry, undo).catch(fallBack)
      if (place)
        return place
    }
    return await memory.append(boardId, entry, undo)
  }

  async function write(boardId: BoardId, changes: StorageWrite): Promise<void> {
    if (!isLasting)
      return await writeBoth(boardId, changes)
    if (await isWritten(boardId, changes.rows && rowFailures >= MOST_ROW_FAILURES ? withoutRows(changes) : changes))
      return
    // Without its rows it may be little enough, and what is dropped makes room for it.
    rowFailures++
    if (changes.rows && await isWritten(boardId, withoutRows(changes)))
      return
    fallBack()
    await writeBoth(boardId, changes)
  }

  async function writeBoth(boardId: BoardId, changes: StorageWrite): Promise<void> {
    const { cid } = await memory.open(boardId)
    await memory.write(boardId, { ...changes, outbox: outboxPart(changes, entry => entry.cid === cid) })
    // What is on the disk already has still to follow, above all what must go.
    await isWritten(boardId, { ...withoutRows(changes), outbox: outboxPart(changes, entry => entry.cid !== cid) })
  }

  async function isWritten(boardId: BoardId, changes: StorageWrite): Promise<boolean> {
    return await disk.write(boardId, changes).then(() => true, () => false)
  }

  return { get isLasting() { return isLasting }, open, append, write }
}

function withoutRows({ rows, ...changes }: StorageWrite): StorageWrite {
  return rows ? { ...changes, dropRows: true } : changes
}

function outboxPart({ outbox }: StorageWrite, isMeant: (place: { cid: string }) => boolean): StorageWrite['outbox'] {
  return outbox && { put: outbox.put?.filter(isMeant), remove: outbox.remove?.filter(isMeant) }
}

/** What is on the disk, and what memory has taken on since; new changes go to memory. */
function joined(stored: StoredBoard, own: StoredBoard): StoredBoard {
  return {
    ...stored,
    cid: own.cid,
    outbox: [...stored.outbox, ...own.outbox],
    conflicts: joinedBy(stored.conflicts, own.conflicts, ({ id }) => id),
    undo: joinedBy(stored.undo, own.undo, ({ key }) => key),
    notes: joinedBy(stored.notes, own.notes, ({ id }) => id),
  }
}

function joinedBy<Kept>(stored: Kept[], own: Kept[], keyOf: (kept: Kept) => string): Kept[] {
  return [...new Map([...stored, ...own].map(kept => [keyOf(kept), kept])).values()]
}
