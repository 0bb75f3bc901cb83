import type { BoardId, ColumnId } from '#shared/kanban/board.ts'
import type { EpochMs, MatterId } from '#shared/kanban/matter.ts'
import type { MemberId } from '#shared/kanban/member.ts'

/*
 * Who is on a board, and where (rules A1–A3). No schemas here: the browser loads this file.
 */

/** What somebody does at a place. `editing`: a field; `typing`: a comment. */
export const ACTIONS = ['viewing', 'editing', 'typing'] as const

/** Where one tab of a member is. */
export interface Place {
  /** Tells the tabs of a member apart; chosen by the tab. */
  tab: string
  /** Null on the board itself. */
  matterId: MatterId | null
  action: typeof ACTIONS[number]
  /** The field that is edited, as the matter calls it; an item's as `deadlines/<id>`. */
  field?: string
}

/** Somebody who is on the board. */
export interface PresentMember {
  id: MemberId
  since: EpochMs
  /** At matters that the reader sees; empty where they are on the board itself. */
  places: Place[]
}

/** `GET /api/presence?board=`. */
export interface PresenceAnswer {
  boardId: BoardId
  /** False: the firm doesn't want it, and nobody is named. */
  enabled: boolean
  /** All but the caller. */
  members: PresentMember[]
}

/** `member:activity`. `gone`: the tab is nowhere any more. */
export interface ActivityData {
  tab: string
  matterId: MatterId | null
  action: typeof ACTIONS[number] | 'gone'
  field?: string | undefined
}

/** `cursor`: where somebody points, as fractions of a column's or card's width and height (rule A2); null: nowhere any more. */
export interface CursorData {
  at: { columnId: ColumnId, matterId: MatterId | null, x: number, y: number } | null
}
