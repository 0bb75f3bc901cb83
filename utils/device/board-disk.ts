import type { BoardId } from '#shared/kanban/board.ts'
import type { EpochMs, Matter } from '#shared/kanban/matter.ts'
import type { ConfirmedBoard } from '#shared/sync/board-replica.ts'
import type { BoardStorage, StorageWrite, StoredBoard } from '#shared/sync/board-storage.ts'
import type { OutboxEntry, UndoStep } from '#shared/sync/outbox-entry.ts'
import { compareChangeIds, compareNumbers, isLeaseOver, rowsNamed, takeRows } from '#shared/sync/stored-board.ts'
import type { Connection, DeviceTransaction } from './connection.ts'
import { writerOf } from './connection.ts'
import type { BoardHead, OutboxHead, RowsHead, StoreName } from './schema.ts'
import { rangeOf, ROWS_SHAPE } from './schema.ts'

/** Rows that are handed over without a pause. */
const SLICE = 250

export interface BoardDiskOptions {
  connection: Connection
  /** Names a new outbox. The names of later ones must be greater, as those of UUIDv7 are. */
  makeId: () => string
  now: () => EpochMs
}

/** What may fail: each call rejects when the browser couldn't do it, and then nothing of it was done. */
export type BoardDisk = Omit<BoardStorage, 'isLasting'>

/** Keeps boards in a member's database, in which the member's other tabs read and write at the same time. */
export function createBoardDisk({ connection, makeId, now }: BoardDiskOptions): BoardDisk {
  async function open(boardId: BoardId): Promise<StoredBoard> {
    return await connection.change(['outboxes', 'boards', 'rows', 'outbox', 'conflicts', 'undo', 'notes'], 'relaxed', async (tx) => {
      const head = await headOf(tx, boardId)
      const range = rangeOf(boardId)
      const [{ cid }, rows, outbox, conflicts, undo, notes] = await Promise.all([
        outboxOf(tx, boardId),
        head.rows && !isLeaseOver(head.contactAt, now()) ? tx.objectStore('rows').getAll(range) : null,
        tx.objectStore('outbox').getAll(range),
        tx.objectStore('conflicts').getAll(range),
        tx.objectStore('undo').getAll(range),
        tx.objectStore('notes').getAll(range),
      ])
      if (!rows)
        dropRows(tx, boardId, head)
      return {
        cid,
        confirmed: head.rows && rows && { ...boardOf(head.rows), rows: new Map(rows.map(row => [row.id, row])) },
        contactAt: head.contactAt,
        outbox: outbox.sort(compareNumbers),
        conflicts: conflicts.sort(compareChangeIds),
        undo: undo.sort(compareNumbers),
        notes: notes.sort(compareChangeIds),
      }
    })
  }

  /** The outbox of a board, begun with the first who asks. */
  async function outboxOf(tx: DeviceTransaction, boardId: BoardId): Promise<OutboxHead> {
    const known = await tx.objectStore('outboxes').get(boardId)
    if (known)
      return known
    const begun = { cid: makeId(), lastN: 0 }
    writerOf(tx, 'outboxes').put(begun, boardId)
    return begun
  }

  async function append(boardId: BoardId, entry: OutboxEntry, undo: UndoStep | null): Promise<{ cid: string, n: number }> {
    return await connection.change(['outboxes', 'outbox', 'undo'], 'strict', async (tx) => {
      const [known, others] = await Promise.all([outboxOf(tx, boardId), entry.cid === null ? [] : tx.objectStore('outbox').getAll(rangeOf(boardId))])
      const before = others.find(({ key, cid }) => key === entry.key && cid !== entry.cid)
      if (before)
        return { cid: before.cid, n: before.n }
      const { cid, lastN } = known.cid === entry.cid ? { cid: makeId(), lastN: 0 } : known
      const place = { cid, n: lastN + 1 }
      writerOf(tx, 'outboxes').put({ cid, lastN: place.n }, boardId)
      writerOf(tx, 'outbox').put({ ...entry, ...place }, [boardId, cid, place.n])
      if (undo)
        writerOf(tx, 'undo').put({ ...undo, ...place }, [boardId, undo.key])
      return place
    })
  }

  async function write(boardId: BoardId, changes: StorageWrite): Promise<void> {
    const stores = storesOf(changes)
    if (stores.length === 0)
      return
    // Rows come again from the server; what a person did and what must not stay do not.
    const isPrecious = Boolean(changes.outbox ?? changes.conflicts ?? changes.purge)
    await connection.change(stores, isPrecious ? 'strict' : 'relaxed', async (tx) => {
      await purge(tx, boardId, changes.purge ?? [])
      writeShared(tx, boardId, changes)
      if (changes.rows || changes.dropRows || changes.contactAt !== undefined)
        await writeRows(tx, boardId, await headOf(tx, boardId), changes)
    })
  }

  return { open, append, write }
}

function storesOf({ outbox, conflicts, undo, notes, purge, rows, dropRows, contactAt }: StorageWrite): StoreName[] {
  const purged: StoreName[] = purge?.length ? ['conflicts', 'undo', 'notes', 'drafts', 'details'] : []
  return [...new Set<StoreName>([
    ...outbox ? ['outbox' as const] : [], ...conflicts ? ['conflicts' as const] : [], ...undo ? ['undo' as const] : [], ...notes ? ['notes' as const] : [],
    ...rows || dropRows ? ['rows' as const] : [], ...rows || dropRows || contactAt !== undefined ? ['boards' as const] : [], ...purged,
  ])]
}

function writeShared(tx: DeviceTransaction, boardId: BoardId, { outbox, conflicts, undo, notes }: StorageWrite): void {
  for (const entry of outbox?.put ?? [])
    writerOf(tx, 'outbox').put(entry, [boardId, entry.cid, entry.n])
  for (const { cid, n } of outbox?.remove ?? [])
    writerOf(tx, 'outbox').delete([boardId, cid, n])
  change(tx, 'conflicts', boardId, conflicts, ({ id }) => id)
  change(tx, 'undo', boardId, undo, ({ key }) => key)
  change(tx, 'notes', boardId, notes, ({ id }) => id)
}

function change<Kept>(
  tx: DeviceTransaction, store: StoreName, boardId: BoardId, { put = [], remove = [] }: { put?: Kept[], remove?: string[] } = {}, keyOf: (item: Kept) => string,
): void {
  for (const item of put)
    writerOf(tx, store).put(item, [boardId, keyOf(item)])
  for (const key of remove)
    writerOf(tx, store).delete([boardId, key])
}

/** Nothing with a value of these matters stays (rule C6). To take back one's own deletion needs none. */
async function purge(tx: DeviceTransaction, boardId: BoardId, matterIds: readonly string[]): Promise<void> {
  if (matterIds.length === 0)
    return
  for (const matterId of matterIds) {
    writerOf(tx, 'drafts').delete(rangeOf(matterId))
    writerOf(tx, 'details').delete(rangeOf(matterId))
  }
  const range = rangeOf(boardId)
  const [conflicts, notes, undo] = await Promise.all([
    tx.objectStore('conflicts').getAll(range), tx.objectStore('notes').getAll(range), tx.objectStore('undo').getAll(range),
  ])
  for (const { id } of conflicts.filter(({ matterId }) => matterIds.includes(matterId)))
    writerOf(tx, 'conflicts').delete([boardId, id])
  for (const { id } of notes.filter(({ matterId }) => matterIds.includes(matterId)))
    writerOf(tx, 'notes').delete([boardId, id])
  for (const { key } of undo.filter(({ matterId, change: { kind } }) => kind !== 'delete' && matterIds.includes(matterId)))
    writerOf(tx, 'undo').delete([boardId, key])
}

/** What is held of a board. Rows of another shape are as good as none. */
async function headOf(tx: DeviceTransaction, boardId: BoardId): Promise<BoardHead> {
  const head = await tx.objectStore('boards').get(boardId) ?? { contactAt: null, rows: null }
  return head.rows?.shape === ROWS_SHAPE ? head : { ...head, rows: null }
}

function dropRows(tx: DeviceTransaction, boardId: BoardId, head: BoardHead): void {
  writerOf(tx, 'rows').delete(rangeOf(boardId))
  writerOf(tx, 'boards').put({ ...head, rows: null }, boardId)
}

async function writeRows(tx: DeviceTransaction, boardId: BoardId, head: BoardHead, changes: StorageWrite): Promise<void> {
  const held = changes.dropRows ? null : head.rows
  const taken = changes.rows ? takeRows(held, changes.rows) : 'leave'
  if (changes.dropRows || taken === 'replace')
    dropRows(tx, boardId, head)
  writerOf(tx, 'boards').put({
    contactAt: changes.contactAt ?? head.contactAt,
    rows: changes.rows && taken !== 'leave' ? headFrom(changes.rows.confirmed) : held,
  } satisfies BoardHead, boardId)
  if (!changes.rows || taken === 'leave')
    return
  const { confirmed, put, remove } = changes.rows
  if (taken === 'change')
    remove.forEach(id => writerOf(tx, 'rows').delete([boardId, id]))
  await putRows(tx, boardId, taken === 'change' ? rowsNamed(confirmed, put) : [...confirmed.rows.values()])
}

/** A great board goes in slices, between which the page may do something else. */
async function putRows(tx: DeviceTransaction, boardId: BoardId, rows: readonly Matter[]): Promise<void> {
  for (let from = 0; from < rows.length; from += SLICE) {
    const [first, ...others] = rows.slice(from, from + SLICE)
    for (const row of others)
      writerOf(tx, 'rows').put(row, [boardId, row.id])
    await tx.objectStore('rows').put(first!, [boardId, first!.id])
  }
}

function headFrom({ epoch, version, board, columns, members, timeZone }: ConfirmedBoard): RowsHead {
  return { shape: ROWS_SHAPE, epoch, version, board, columns, members: [...members.values()], timeZone }
}

function boardOf({ epoch, version, board, columns, members, timeZone }: RowsHead): Omit<ConfirmedBoard, 'rows'> {
  return { epoch, version, board, columns, members: new Map(members.map(member => [member.id, member])), timeZone }
}
