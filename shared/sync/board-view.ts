import type { MoveState, MutationContext } from '#shared/kanban/apply-mutation.ts'
import { applyMutation } from '#shared/kanban/apply-mutation.ts'
import type { Column, ColumnId } from '#shared/kanban/board.ts'
import { dateInZone } from '#shared/kanban/deadline.ts'
import type { EpochMs, Matter, MatterId } from '#shared/kanban/matter.ts'
import type { Actor, Member, MemberId } from '#shared/kanban/member.ts'
import type { Mutation } from '#shared/kanban/mutation.ts'
import type { RankedMatter } from '#shared/kanban/rank.ts'
import { compareRank } from '#shared/kanban/rank.ts'
import { shareStructure } from '#shared/realtime/share-structure.ts'
import type { ConfirmedBoard } from './board-replica.ts'
import { UNREAD_BOARD } from './board-replica.ts'

/** Stands on a new matter until the server has given it a number. */
export const PENDING_CASE_NUMBER = '…'

/** A board as it shows: what the server told, with this person's own changes drawn in (rule C7). */
export interface BoardView {
  epoch: string | null
  version: number
  board: { id: string, name: string } | null
  columns: readonly Column[]
  members: ReadonlyMap<MemberId, Member>
  timeZone: string
  byId: ReadonlyMap<MatterId, Matter>
  /** All rows, in no order. */
  matters: readonly Matter[]
  /** Rows by column and rank, archived ones too. */
  ranked: ReadonlyMap<ColumnId, readonly Matter[]>
  /** Rows by column and rank, without archived ones. */
  shown: ReadonlyMap<ColumnId, readonly Matter[]>
}

/** A change that is drawn before the server has it. */
export interface DrawnMutation {
  mutation: Mutation
  /** When the person made it: its time, so that drawing it again gives the same. */
  at: EpochMs
  /** Of an undo: what its move had changed from. */
  before: MoveState | null
}

/** A row that the server has answered with, and that the board's version doesn't contain yet (rule M4). */
export interface AcknowledgedRow {
  version: number
  /** Null when it was deleted. */
  matter: Matter | null
}

/** The view of a board that nobody has read yet. */
export const EMPTY_VIEW: BoardView = {
  ...UNREAD_BOARD, byId: UNREAD_BOARD.rows, matters: [], ranked: new Map(), shown: new Map(),
}

/**
 * The view, drawn anew from what is confirmed. Rows and lists that come out equal to `previous` are
 * the same objects; a drawn change that no longer fits is left out, until the server says so too.
 */
export function drawBoard(
  previous: BoardView,
  confirmed: ConfirmedBoard,
  acknowledged: ReadonlyMap<MatterId, AcknowledgedRow>,
  work: readonly DrawnMutation[],
  actor: Actor,
): BoardView {
  const rows = new Map(confirmed.rows)
  for (const [id, { matter }] of acknowledged)
    setRow(rows, id, matter)
  for (const { mutation, at, before } of work) {
    const context = withOwnMove(mutationContext({ ...confirmed, ranked: rankedLazily(rows) }, actor, at), before)
    const result = applyMutation(rows.get(mutation.id) ?? null, mutation, context)
    if (result.ok)
      setRow(rows, mutation.id, result.deleted ? null : result.matter)
  }
  return withRows(previous, confirmed, rows)
}

type RankedColumns = Pick<BoardView['ranked'], 'get'>

/** What the rules ask about the world, answered from a board as it shows. */
export function mutationContext(
  view: Pick<BoardView, 'board' | 'columns' | 'members' | 'timeZone'> & { ranked: RankedColumns },
  actor: Actor,
  now: EpochMs,
): MutationContext {
  return {
    board: { id: view.board?.id ?? '', name: view.board?.name ?? '', columns: view.columns as Column[] },
    actor,
    now,
    today: dateInZone(now, view.timeZone),
    findMember: id => view.members.get(id),
    matterRanks: columnId => view.ranked.get(columnId)?.map(toRanked) ?? [],
    nextCaseNumber: () => PENDING_CASE_NUMBER,
    findOwnMove: () => null,
  }
}

/** The context in which an undo finds what its move had changed from. */
export function withOwnMove(context: MutationContext, before: MoveState | null): MutationContext {
  return { ...context, findOwnMove: () => before }
}

function toRanked({ id, rank, archived }: Matter): RankedMatter {
  return { id, rank, visible: !archived }
}

function setRow(rows: Map<MatterId, Matter>, id: MatterId, row: Matter | null): void {
  if (row)
    rows.set(id, row)
  else
    rows.delete(id)
}

/** Columns in order, sorted only when a rule looks at them. */
function rankedLazily(rows: ReadonlyMap<MatterId, Matter>): RankedColumns {
  return { get: columnId => [...rows.values()].filter(row => row.columnId === columnId).sort(compareRank) }
}

function withRows(previous: BoardView, confirmed: ConfirmedBoard, rows: Map<MatterId, Matter>): BoardView {
  const { epoch, version, board, columns, members, timeZone } = confirmed
  const head = { epoch, version, board, columns, members, timeZone }
  const touched = new Set<ColumnId>()
  let isSame = rows.size === previous.byId.size
  for (const [id, row] of rows) {
    const before = previous.byId.get(id)
    const after = shareStructure(before, row)
    if (after !== row)
      rows.set(id, after)
    if (after === before)
      continue
    isSame = false
    touched.add(after.columnId)
    if (before)
      touched.add(before.columnId)
  }
  for (const [id, before] of previous.byId) {
    if (rows.has(id))
      continue
    isSame = false
    touched.add(before.columnId)
  }
  if (isSame)
    return { ...previous, ...head }

  const matters = [...rows.values()]
  const ranked = new Map(previous.ranked)
  const shown = new Map(previous.shown)
  for (const columnId of touched) {
    const all = matters.filter(row => row.columnId === columnId).sort(compareRank)
    ranked.set(columnId, shareList(previous.ranked.get(columnId), all))
    shown.set(columnId, shareList(previous.shown.get(columnId), all.filter(row => !row.archived)))
  }
  return { ...head, byId: rows, matters, ranked, shown }
}

function shareList(previous: readonly Matter[] | undefined, next: readonly Matter[]): readonly Matter[] {
  return previous?.length === next.length && previous.every((row, index) => row === next[index]) ? previous : next
}
