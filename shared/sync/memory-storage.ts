import type { BoardId } from '#shared/kanban/board.ts'
import type { EpochMs } from '#shared/kanban/matter.ts'
import type { ConfirmedBoard } from './board-replica.ts'
import type { BoardStorage, SharedWrite, StorageWrite, StoredBoard } from './board-storage.ts'
import type { Conflict, MergeNote } from './conflict-record.ts'
import type { NumberedEntry, OutboxEntry, UndoStep } from './outbox-entry.ts'
import { compareChangeIds, compareNumbers, isLeaseOver, rowsNamed, takeRows } from './stored-board.ts'

/** What is kept of one board. */
export interface MemoryBoard {
  cid: string
  lastN: number
  contactAt: EpochMs | null
  confirmed: ConfirmedBoard | null
  outbox: Map<string, NumberedEntry>
  conflicts: Map<string, Conflict>
  undo: Map<string, UndoStep>
  notes: Map<string, MergeNote>
}

export interface MemoryStorageOptions {
  /** Names a new outbox. The names of later ones must be greater, as those of UUIDv7 are. */
  makeId: () => string
  /** Tells when the lease of kept rows is over. @default it never is */
  now?: () => EpochMs
  /** Where it is kept; several storages on one are like several tabs on one device. @default a place of its own */
  boards?: Map<BoardId, MemoryBoard>
}

/** Keeps boards as long as the page lives: for browsers that keep nothing, and for simulations. */
export function createMemoryStorage({ makeId, now, boards = new Map() }: MemoryStorageOptions): BoardStorage {
  function boardOf(boardId: BoardId): MemoryBoard {
    const board = boards.get(boardId) ?? {
      cid: makeId(), lastN: 0, contactAt: null, confirmed: null, outbox: new Map(), conflicts: new Map(), undo: new Map(), notes: new Map(),
    }
    boards.set(boardId, board)
    return board
  }

  async function open(boardId: BoardId): Promise<StoredBoard> {
    const board = boardOf(boardId)
    if (now && isLeaseOver(board.contactAt, now()))
      board.confirmed = null
    return {
      cid: board.cid,
      confirmed: board.confirmed,
      contactAt: board.contactAt,
      outbox: [...board.outbox.values()].sort(compareNumbers),
      conflicts: [...board.conflicts.values()].sort(compareChangeIds),
      undo: [...board.undo.values()].sort(compareNumbers),
      notes: [...board.notes.values()].sort(compareChangeIds),
    }
  }

  async function append(boardId: BoardId, entry: OutboxEntry, undo: UndoStep | null): Promise<{ cid: string, n: number }> {
    const board = boardOf(boardId)
    const before = entry.cid !== null && [...board.outbox.values()].find(({ key, cid }) => key === entry.key && cid !== entry.cid)
    if (before)
      return { cid: before.cid, n: before.n }
    if (board.cid === entry.cid)
      Object.assign(board, { cid: makeId(), lastN: 0 })
    const place = { cid: board.cid, n: ++board.lastN }
    board.outbox.set(outboxKey(place), { ...entry, ...place })
    if (undo)
      board.undo.set(undo.key, { ...undo, ...place })
    return place
  }

  async function write(boardId: BoardId, changes: StorageWrite): Promise<void> {
    const board = boardOf(boardId)
    writeShared(board, changes)
    if (changes.dropRows)
      board.confirmed = null
    if (changes.rows)
      board.confirmed = withRows(board.confirmed, changes.rows)
    board.contactAt = changes.contactAt ?? board.contactAt
  }

  return { isLasting: false, open, append, write }
}

function writeShared(board: MemoryBoard, { outbox, conflicts, undo, notes, purge = [] }: SharedWrite): void {
  for (const matterId of purge)
    purgeMatter(board, matterId)
  for (const entry of outbox?.put ?? [])
    board.outbox.set(outboxKey(entry), entry)
  for (const place of outbox?.remove ?? [])
    board.outbox.delete(outboxKey(place))
  change(board.conflicts, conflicts, ({ id }) => id)
  change(board.undo, undo, ({ key }) => key)
  change(board.notes, notes, ({ id }) => id)
}

/** Nothing with a value of the matter stays. To take back one's own deletion needs none, and is possible after it alone. */
function purgeMatter({ conflicts, undo, notes }: MemoryBoard, matterId: string): void {
  for (const kept of [conflicts, notes]) {
    for (const [id, about] of kept) {
      if (about.matterId === matterId)
        kept.delete(id)
    }
  }
  for (const [key, step] of undo) {
    if (step.matterId === matterId && step.change.kind !== 'delete')
      undo.delete(key)
  }
}

function change<Kept>(kept: Map<string, Kept>, { put = [], remove = [] }: { put?: Kept[], remove?: string[] } = {}, keyOf: (item: Kept) => string): void {
  for (const item of put)
    kept.set(keyOf(item), item)
  for (const key of remove)
    kept.delete(key)
}

function withRows(held: ConfirmedBoard | null, write: NonNullable<StorageWrite['rows']>): ConfirmedBoard | null {
  const { confirmed, put, remove } = write
  const taken = takeRows(held, write)
  if (taken !== 'change' || !held)
    return taken === 'leave' ? held : confirmed
  // Those that the write names and no others, as on a disk.
  const rows = new Map(held.rows)
  for (const id of remove)
    rows.delete(id)
  for (const row of rowsNamed(confirmed, put))
    rows.set(row.id, row)
  return { ...confirmed, rows }
}

function outboxKey({ cid, n }: { cid: string, n: number }): string {
  return `${cid}.${n}`
}
