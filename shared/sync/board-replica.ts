import type { BoardId, Column } from '#shared/kanban/board.ts'
import type { Matter, MatterId } from '#shared/kanban/matter.ts'
import type { Member, MemberId } from '#shared/kanban/member.ts'
import type { MatterOp, SnapshotAnswer, UpdatesAnswer } from '#shared/protocol/messages.ts'
import { shareStructure } from '#shared/realtime/share-structure.ts'

/** A board as the server last told it. */
export interface ConfirmedBoard {
  /** Null before the first full read. */
  epoch: string | null
  version: number
  board: { id: BoardId, name: string } | null
  columns: readonly Column[]
  members: ReadonlyMap<MemberId, Member>
  /** IANA zone of the firm's legal time. */
  timeZone: string
  rows: ReadonlyMap<MatterId, Matter>
}

/** What an answer did to the rows: each that differs, before and after; null where it isn't. */
export type RowChanges = ReadonlyMap<MatterId, { before: Matter | null, after: Matter | null }>

/**
 * - `applied`: the board is now at the answer's version.
 * - `known`: nothing that isn't here already (rule C2).
 * - `gap`: it doesn't begin where this board stands: ask again from here (rule C3).
 * - `foreign`: another epoch, or a row that isn't here: only a full read helps (rule C1).
 */
export type ReceiveOutcome
  = | { kind: 'applied', board: ConfirmedBoard, changes: RowChanges }
    | { kind: 'known' | 'gap' | 'foreign' }

/** A board of which nothing is known yet. */
export const UNREAD_BOARD: ConfirmedBoard = {
  epoch: null, version: 0, board: null, columns: [], members: new Map(), timeZone: 'UTC', rows: new Map(),
}

/** The board after a full read. What is equal to before keeps its identity. */
export function receiveSnapshot(confirmed: ConfirmedBoard, answer: SnapshotAnswer): { board: ConfirmedBoard, changes: RowChanges } {
  const rows = new Map(answer.matters.map(matter => [matter.id, shareStructure(confirmed.rows.get(matter.id), matter)]))
  const changes = new Map<MatterId, { before: Matter | null, after: Matter | null }>()
  for (const [id, after] of rows) {
    const before = confirmed.rows.get(id) ?? null
    if (before !== after)
      changes.set(id, { before, after })
  }
  for (const [id, before] of confirmed.rows) {
    if (!rows.has(id))
      changes.set(id, { before, after: null })
  }
  const board: ConfirmedBoard = {
    epoch: answer.epoch,
    version: answer.version,
    board: shareStructure(confirmed.board, answer.board),
    columns: shareStructure(confirmed.columns, answer.columns),
    members: receiveMembers(confirmed.members, answer.members),
    timeZone: answer.timeZone,
    rows,
  }
  return { board, changes }
}

/** The board after an answer to "what is new since", as one step (rules C1–C4). */
export function receiveUpdates(confirmed: ConfirmedBoard, answer: UpdatesAnswer): ReceiveOutcome {
  if (answer.epoch !== confirmed.epoch)
    return { kind: 'foreign' }
  if (answer.version <= confirmed.version)
    return { kind: 'known' }
  if (answer.from !== confirmed.version)
    return { kind: 'gap' }

  const rows = new Map(confirmed.rows)
  const changes = new Map<MatterId, { before: Matter | null, after: Matter | null }>()
  for (const op of answer.matters) {
    const before = rows.get(op.id) ?? null
    const after = applyOp(before, op)
    if (!after)
      return { kind: 'foreign' }
    rows.set(op.id, after)
    if (after !== before)
      changes.set(op.id, { before, after })
  }
  for (const id of answer.deleted) {
    const before = rows.get(id)
    if (rows.delete(id))
      changes.set(id, { before: before!, after: null })
  }
  const columns = answer.columns ? shareStructure(confirmed.columns, answer.columns) : confirmed.columns
  const members = answer.members ? receiveMembers(confirmed.members, answer.members) : confirmed.members
  return { kind: 'applied', changes, board: { ...confirmed, version: answer.version, columns, members, rows } }
}

/** The members by id; the same map when nobody changed. */
function receiveMembers(known: ConfirmedBoard['members'], answer: readonly Member[]): ConfirmedBoard['members'] {
  const members = shareStructure([...known.values()], answer)
  const isSame = members.length === known.size && members.every(member => known.get(member.id) === member)
  return isSame ? known : new Map(members.map(member => [member.id, member]))
}

/** The row after an op; null when the op builds on a row that isn't here. */
function applyOp(row: Matter | null, op: MatterOp): Matter | null {
  if (op.op === 'put')
    return shareStructure(row, op.matter)
  if (!row)
    return null
  return shareStructure(row, { ...row, ...op.fields })
}
