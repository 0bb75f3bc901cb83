import type { MutationContext, OwnChange } from '#shared/kanban/apply-mutation.ts'
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
import type { OutboxEntry } from './outbox-entry.ts'

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

/** The view of a board that nobody has read yet. */
export const EMPTY_VIEW: BoardView = {
  ...UNREAD_BOARD, byId: UNREAD_BOARD.rows, matters: [], ranked: new Map(), shown: new Map(),
}

/** Whether an entry shows: the rows don't contain it yet, and it isn't void. */
export function isDrawn(entry: OutboxEntry): entry is OutboxEntry & { mutation: Mutation } {
  return entry.state !== 'contained' && entry.mutation.kind !== 'void'
}

/**
 * The view, drawn anew from what is confirmed and the entries that it doesn't contain, in their order. Rows and
 * lists that come out equal to `previous` are the same objects; a change that no longer fits is left out, until
 * the server says so too.
 */
export function drawBoard(previous: BoardView, confirmed: ConfirmedBoard, entries: readonly OutboxEntry[], actor: Actor): BoardView {
  const rows = new Map(confirmed.rows)
  for (const { mutation, at, undoes, state } of entries.filter(isDrawn)) {
    // What the server has made has found its room there, whatever else is drawn here.
    const columns = state === 'acked' ? confirmed.columns.map(column => ({ ...column, wip: null })) : confirmed.columns
    const context = mutationContext({ ...confirmed, columns, ranked: rankedLazily(rows) }, actor, at)
    const change = undoes && withTombstone(undoes, confirmed.rows.get(mutation.id))
    const result = applyMutation(rows.get(mutation.id) ?? null, mutation, { ...context, findOwnChange: () => change })
    if (result.ok)
      setRow(rows, mutation.id, result.deleted ? null : result.matter)
  }
  return withRows(previous, confirmed, rows)
}

/** An own deletion with what it deleted, as long as the rows still have it: nothing is kept beside them. */
function withTombstone(change: OwnChange, row: Matter | undefined): OwnChange {
  return change.kind === 'delete' ? { ...change, matter: row ?? null } : change
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
    findOwnChange: () => null,
  }
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
