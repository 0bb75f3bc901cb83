import type { Column, ColumnId } from './board.ts'
import type { Matter } from './matter.ts'

/** A column as a reader sees it now. */
export interface ColumnLayout {
  column: Column
  /** The cards in order, those that a filter hides left out. */
  matters: readonly Matter[]
  /** What the column holds for this reader, filter or not, without what is archived: counts and limits speak of it. */
  total: number
  /** Closed matters stand newest first, so a place among them can't be chosen. */
  sorted: boolean
}

/** A held card keeps the place it was lifted from, whatever happens beneath it (rule C8). */
export interface HeldPlace {
  matter: Matter
  columnId: ColumnId
  index: number
}

export interface BoardLayoutOptions {
  columns: readonly Column[]
  /** The matters of a column by rank. */
  mattersIn: (columnId: ColumnId) => readonly Matter[]
  /** Whether the filters let a matter through. @default all */
  isShown?: (matter: Matter) => boolean
  /** @default false */
  withArchivedColumns?: boolean
  held?: HeldPlace | null
}

/** The board's columns with their cards, as they stand on the screen. */
export function layOutBoard({ columns, mattersIn, isShown, withArchivedColumns = false, held = null }: BoardLayoutOptions): ColumnLayout[] {
  return columns.filter(column => !column.archived || withArchivedColumns).map((column) => {
    const all = mattersIn(column.id)
    const sorted = column.kind === 'CLOSED'
    const shown = isShown ? all.filter(isShown) : all
    const ordered = sorted ? shown.toSorted(newestFirst) : shown
    return { column, matters: held ? withHeld(ordered, column.id, held) : ordered, total: all.filter(({ archived }) => !archived).length, sorted }
  })
}

function newestFirst(a: Matter, b: Matter): number {
  return b.stageEnteredAt - a.stageEnteredAt || (a.id < b.id ? -1 : 1)
}

function withHeld(matters: readonly Matter[], columnId: ColumnId, held: HeldPlace): readonly Matter[] {
  const others = matters.filter(({ id }) => id !== held.matter.id)
  return columnId === held.columnId ? others.toSpliced(held.index, 0, held.matter) : others
}

/** How full a column is against its limit. */
export type WipState = 'free' | 'full' | 'over'

/** Null without a limit. */
export function wipState(column: Pick<Column, 'wip'>, total: number): WipState | null {
  if (!column.wip)
    return null
  return total > column.wip.limit ? 'over' : total === column.wip.limit ? 'full' : 'free'
}
