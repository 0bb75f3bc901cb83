import type { BoardId } from '#shared/kanban/board.ts'
import type { AssignmentRole, Deadline, EpochMs, MatterId } from '#shared/kanban/matter.ts'
import type { MemberId } from '#shared/kanban/member.ts'

/*
 * What a member is told of, kept by the server (docs/adr/0015-awareness.md, 2 and 3). No schemas here: the browser loads this file.
 */

/** The matter that a notification is about, as its reader sees it now. */
export interface NotifiedMatter {
  id: MatterId
  boardId: BoardId
  caseNumber: string
  title: string
}

/** When something is due, as the deadline says it. */
export type Due = Pick<Deadline, 'date' | 'time' | 'timeZone'>

/** What differs from type to type. `matter` is null where it is about none. */
export type NotificationBody
  = | { type: 'assigned', matter: NotifiedMatter, role: AssignmentRole }
    | { type: 'mentioned', matter: NotifiedMatter, commentId: string }
    /** `days`: how many before it is due this was told. */
    | { type: 'deadlineNear', matter: NotifiedMatter, deadline: Pick<Deadline, 'id' | 'kind'>, due: Due, days: number }
    /** `due` null: there was none before, or there is none any more. `done`: it was ticked off, or (false) opened again. */
    | { type: 'deadlineChanged', matter: NotifiedMatter, deadline: Pick<Deadline, 'id' | 'kind'>, old: Due | null, due: Due | null, done?: boolean }
    /** `changes`: how many since it was read last; `kind`: of the last one. */
    | { type: 'followed', matter: NotifiedMatter, changes: number, kind: 'moved' | 'edited' | 'commented' | 'deleted' | 'restored' }
    | { type: 'system', matter: null, maintenance: Maintenance }

export type Notification = {
  id: string
  at: EpochMs
  /** Who did it; null where nobody did. */
  by: MemberId | null
  read: boolean
} & NotificationBody

/** The server goes away for a while, as an administrator announced. */
export interface Maintenance {
  startsAt: EpochMs
  /** How long it will take, in minutes. */
  minutes: number
  /** What people are told beside the times; may be empty. */
  text: string
}

/** One request marks or clears so many at the most. */
export const MOST_MARKED = 500

/** `GET /api/notifications`: the history, newest first. */
export interface NotificationsAnswer {
  notifications: Notification[]
  /** To be given as `before` for the next page; null when there is none. */
  before: string | null
}
