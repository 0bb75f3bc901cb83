import type { BoardId, Column } from '#shared/kanban/board.ts'
import type { Matter, MatterId } from '#shared/kanban/matter.ts'
import type { MatterOp, SnapshotAnswer, UpdatesAnswer } from '#shared/protocol/messages.ts'
import type { BoardChange } from './changed-rows.ts'
import { changesOfColumns, changesOfFields, changesOfMatter } from './changed-rows.ts'
import type { KnownBoard } from './transport.ts'

interface Row {
  /** Null when only some of its fields came. */
  matter: Matter | null
  version: number
  /** The board's version after which the reader came to see it; `LONG_AGO` where that wasn't told. */
  after: number
}

/** What of a board was told so far, or was there before anything was told. */
export interface ToldBoard {
  boardId: BoardId
  epoch: string
  version: number
  rows: ReadonlyMap<MatterId, Row>
  columns: readonly Column[] | null
  /** Whether rows and columns are all that the reader sees. */
  isWhole: boolean
  /** What was deleted, as long as the rows aren't all. */
  gone: ReadonlySet<MatterId>
}

const LONG_AGO = -1

/** A board of which the reader stands at a version, and nothing more is known. */
export function nothingKnown(boardId: BoardId, epoch: string, version: number): ToldBoard {
  return { boardId, epoch, version, rows: new Map(), columns: null, isWhole: false, gone: new Set() }
}

/** The board as its reader has it. */
export function fromKnown(boardId: BoardId, epoch: string, { version, rows, columns }: KnownBoard): ToldBoard {
  return wholeBoard(boardId, epoch, version, [...rows.values()], columns)
}

/** The board after a full read. */
export function fromSnapshot({ board, epoch, version, matters, columns }: SnapshotAnswer): ToldBoard {
  return wholeBoard(board.id, epoch, version, matters, columns)
}

function wholeBoard(boardId: BoardId, epoch: string, version: number, matters: readonly Matter[], columns: readonly Column[]): ToldBoard {
  const rows = new Map(matters.map(matter => [matter.id, { matter, version: matter.version, after: LONG_AGO }]))
  return { boardId, epoch, version, rows, columns, isWhole: true, gone: new Set() }
}

/** What differs between two states of a board, as far as both are known. */
export function changesBetween(before: ToldBoard, after: ToldBoard): BoardChange[] {
  if (!after.isWhole)
    return []
  const { boardId } = after
  const isSameEpoch = before.epoch === after.epoch
  const rows = [...after.rows].flatMap(([id, { matter, version }]) => {
    const row = before.rows.get(id)
    if (!row)
      return before.isWhole ? changesOfMatter(boardId, id, null, matter) : []
    // Versions of two epochs can't be compared.
    const isSame = row.version === version && (isSameEpoch || row.matter?.updatedAt === matter?.updatedAt)
    return isSame ? [] : changesOfMatter(boardId, id, row.matter ?? matter, matter)
  })
  const gone = [...before.rows.keys()].filter(id => !after.rows.has(id)).flatMap(id => changesOfMatter(boardId, id, null, null))
  return [...changesOfColumns(boardId, before.columns ?? after.columns!, after.columns!), ...rows, ...gone]
}

/**
 * The board after an answer that begins where it stands or before, and what of that hasn't been told.
 * An answer names each row that changed since its `from` and is still seen: one that should be named and isn't is gone.
 *
 * @param rowAt a row as it was at the answer's `from`, where the reader has it
 */
export function applyAnswer(told: ToldBoard, answer: UpdatesAnswer, rowAt: (id: MatterId) => Matter | undefined): { board: ToldBoard, changes: BoardChange[] } {
  const { boardId } = told
  const rows = new Map(told.rows)
  const gone = new Set(told.gone)
  const changes: BoardChange[] = answer.columns && told.columns ? changesOfColumns(boardId, told.columns, answer.columns) : []
  // What isn't among all rows that are seen came after them.
  const cameAfter = told.isWhole ? Math.max(told.version, answer.from) : answer.from

  function remove(id: MatterId): void {
    const isNews = rows.delete(id) || !(told.isWhole || gone.has(id))
    if (!told.isWhole)
      gone.add(id)
    if (isNews)
      changes.push(...changesOfMatter(boardId, id, null, null))
  }

  function take(op: MatterOp): void {
    const row = rows.get(op.id)
    const version = versionOf(op) ?? answer.version
    if (row && row.version >= version)
      return
    const then = row?.matter ?? (op.op === 'set' ? rowAt(op.id) : undefined) ?? null
    const matter = op.op === 'put' ? op.matter : then && { ...then, ...op.fields }
    const isSeen = row !== undefined || (op.op === 'set' && !told.isWhole && !gone.has(op.id))
    rows.set(op.id, { matter, version, after: row?.after ?? cameAfter })
    gone.delete(op.id)
    changes.push(...matter
      ? changesOfMatter(boardId, op.id, isSeen ? then ?? matter : null, matter)
      : changesOfFields(boardId, op.id, isSeen, op.op === 'set' ? op.fields : {}))
  }

  answer.matters.forEach(take)
  answer.deleted.forEach(remove)
  if (answer.from < told.version) {
    const named = new Set(answer.matters.map(({ id }) => id))
    for (const [id, { version, after }] of told.rows) {
      if (!named.has(id) && (version > answer.from || after >= answer.from))
        remove(id)
    }
  }
  return { board: { ...told, version: answer.version, rows, columns: answer.columns ?? told.columns, gone }, changes }
}

function versionOf(op: MatterOp): number | undefined {
  return op.op === 'put' ? op.matter.version : op.fields.version
}
