import type { Activity } from '#shared/kanban/activity.ts'
import type { EpochMs } from '#shared/kanban/matter.ts'

/*
 * What happened on a board, as one of its readers is told. No schemas here: the browser loads this file
 * (activity-requests.ts has them).
 */

/** Where a step stands among the steps of its board: `version.id`, to be given as `before` or `since`. */
export type StepCursor = string

/** `GET /api/boards/:id/activity`. */
export interface BoardActivityAnswer {
  /** Newest first; only of matters that the caller sees now. */
  activity: Activity[]
  /** To be given as `before` for the next page; null when there is none. */
  before: StepCursor | null
  /** When the caller last looked at the board; null for never. */
  lastVisit: EpochMs | null
  /** What others did since the caller was here; null of a later page, of what is newer, and for who never was. */
  away: AwaySummary | null
}

/** What others did on the matters that a reader sees, since that reader was here. */
export interface AwaySummary {
  since: EpochMs
  changes: number
  people: number
  /** There are more than were counted. */
  more: boolean
}

/** `POST /api/boards/:id/visit`: when the caller was here before. */
export interface VisitAnswer {
  lastVisit: EpochMs | null
}

/** Where a step stands. */
export function cursorOf({ version, id }: Pick<Activity, 'version' | 'id'>): StepCursor {
  return `${version}.${id}`
}
