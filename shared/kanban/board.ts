import type { Lifecycle } from './matter.ts'

export type BoardId = string
export type ColumnId = string

export interface WipLimit {
  /** Matters, as the person who looks counts them. */
  limit: number
  /** A hard limit refuses a move; a soft one only shows. */
  hard: boolean
}

export interface Column {
  id: ColumnId
  /** Short name for addresses, scripts and tests, like `in-progress`; unique on its board. */
  key: string
  name: { en: string, ja: string }
  /** The lifecycle of the matters in it. */
  kind: Lifecycle
  /** Order on the board, from 0. */
  position: number
  /** Columns a matter may go to from here; null lets every move pass. */
  allowedTargets: ColumnId[] | null
  /** Moves into it want a confirmation and a reason. */
  critical: boolean
  wip: WipLimit | null
  /** An archived column is kept for what is in it and takes nothing new. */
  archived: boolean
}

export interface Board {
  id: BoardId
  name: string
  /** Columns in order of `position`. */
  columns: Column[]
}

export function findColumn(board: Pick<Board, 'columns'>, id: ColumnId): Column | undefined {
  return board.columns.find(column => column.id === id)
}

/** The column that a person or script means: its id, its key (`in-progress`), or the key in capitals (`IN_PROGRESS`). */
export function resolveColumn(board: Pick<Board, 'columns'>, idOrKey: string): Column | undefined {
  const key = idOrKey.toLowerCase().replaceAll('_', '-')
  return findColumn(board, idOrKey)
    ?? board.columns.find(column => column.key === idOrKey)
    ?? board.columns.find(column => column.key === key)
}
