import type { DBSchema, IDBPDatabase } from 'idb'
import type { BoardId } from '#shared/kanban/board.ts'
import type { EpochMs, Matter, MatterId } from '#shared/kanban/matter.ts'
import type { Member, MemberId } from '#shared/kanban/member.ts'
import type { ConfirmedBoard } from '#shared/sync/board-replica.ts'
import type { Conflict, MergeNote } from '#shared/sync/conflict-record.ts'
import type { NumberedEntry, UndoStep } from '#shared/sync/outbox-entry.ts'

/** Of the stores. A newer one is reached in steps; an older page then keeps nothing, and says so. */
export const DATABASE_VERSION = 1

/** Of the rows and what describes them. Rows of another shape are dropped, as a cache may be. */
export const ROWS_SHAPE = 1

/** Which outbox new changes of a board go to, and its last number (rule M1). */
export interface OutboxHead {
  cid: string
  lastN: number
}

/** What the rows of a board are, written with them (rule L3). */
export interface RowsHead extends Omit<ConfirmedBoard, 'rows' | 'members'> {
  shape: number
  members: Member[]
}

/** When the server last spoke about a board, and what is held of it. */
export interface BoardHead {
  contactAt: EpochMs | null
  rows: RowsHead | null
}

/** Something typed and not yet sent. */
export interface KeptDraft {
  /** JSON. */
  text: string
  /** Of a matter: its board. */
  board: BoardId | null
}

/** What was fetched of a matter (rule W4). */
export interface KeptDetail {
  /** The board version that was known when it was asked for. */
  readAt: number
  content: unknown
  /** When the server gave it. */
  contactAt: EpochMs
}

/** What one member has on a device. Keys begin with the board or the matter, so that all of one is a range. */
export interface DeviceSchema extends DBSchema {
  outboxes: { key: BoardId, value: OutboxHead }
  boards: { key: BoardId, value: BoardHead }
  rows: { key: [BoardId, MatterId], value: Matter }
  outbox: { key: [BoardId, string, number], value: NumberedEntry }
  conflicts: { key: [BoardId, string], value: Conflict }
  undo: { key: [BoardId, string], value: UndoStep }
  notes: { key: [BoardId, string], value: MergeNote }
  drafts: { key: [MatterId, string], value: KeptDraft }
  details: { key: [MatterId, string], value: KeptDetail }
}

export type DeviceDatabase = IDBPDatabase<DeviceSchema>

export type StoreName = 'outboxes' | 'boards' | 'rows' | 'outbox' | 'conflicts' | 'undo' | 'notes' | 'drafts' | 'details'

/** All of them. */
export const STORES: readonly StoreName[] = ['outboxes', 'boards', 'rows', 'outbox', 'conflicts', 'undo', 'notes', 'drafts', 'details']

/** A member's database on this device. */
export function databaseName(memberId: MemberId): string {
  return `aster-${memberId}`
}

/** Whose database it is; null when it isn't one of ours. */
export function memberOfDatabase(name: string): MemberId | null {
  return /^aster-([\da-f-]{36})$/.exec(name)?.[1] ?? null
}

/** Brings a database from any earlier version to the present one. */
export function upgradeDatabase(database: DeviceDatabase, from: number): void {
  if (from < 1)
    STORES.forEach(name => database.createObjectStore(name))
}

/** Every key that begins with this board or matter: in the order of keys an array comes after all text. */
export function rangeOf(first: string): IDBKeyRange {
  return IDBKeyRange.bound([first], [first, []])
}
