import type { Column } from '#shared/kanban/board.ts'
import type { Assignment, AssignmentRole, Confidentiality, DateOnly, Deadline, EpochMs, MatterId, Priority } from '#shared/kanban/matter.ts'
import type { Member, MemberId } from '#shared/kanban/member.ts'

/*
 * What `GET /api/boards/:id/assignments` answers: three parts of one state of the board, as the caller sees it.
 */

/** The spans that the time axis knows, in days from today. */
export const SCHEDULE_DAYS = [14, 30, 90] as const
export type ScheduleDays = typeof SCHEDULE_DAYS[number]

/** So many days before today are on the axis, too: what was missed yesterday is still somebody's. */
export const DAYS_BEHIND = 2

/** An open deadline, as far as a schedule tells of it. */
export type ScheduledDeadline = Pick<Deadline, 'id' | 'kind' | 'title' | 'date' | 'time' | 'timeZone'>

/** What every part says of a matter. */
export interface MatterBrief {
  id: MatterId
  caseNumber: string
  title: string
  clientName: string
}

/** An open matter that no active lawyer leads. */
export interface UnassignedMatter extends MatterBrief {
  priority: Priority
  confidentiality: Confidentiality
  column: Column['name']
  assignments: Assignment[]
  /** Open ones. */
  deadlines: ScheduledDeadline[]
  /** Since when it waits for a lawyer; null where one led it who is none any more. */
  waitingSince: EpochMs | null
  /** Board version of the row: what an assignment is based on. */
  version: number
}

/** A colleague's open matters, of those that the caller sees. */
export interface Workload {
  memberId: MemberId
  /** By the role in which they work on it; roles without any are left out. */
  matters: Partial<Record<AssignmentRole, number>>
  /** The next time in court, from today on. */
  nextHearing: ScheduleEntry | null
}

/** One date of one matter. */
export interface ScheduleEntry {
  matterId: MatterId
  deadline: ScheduledDeadline
  /** Those who work on the matter: it stands in the row of each. */
  memberIds: MemberId[]
}

export interface AssignmentsAnswer {
  /** Names what this answer says, for `If-None-Match`. */
  tag: string
  /** The reader's version of the board that it was read in. */
  version: number
  /** Today in the firm's zone, and the days that the schedule goes from and to. */
  today: DateOnly
  from: DateOnly
  to: DateOnly
  /** The server's clock, epoch milliseconds. */
  now: EpochMs
  /** IANA zone of the firm's legal time. */
  timeZone: string
  /** Everybody whom the parts name, and all who can be assigned. */
  members: Member[]
  unassigned: UnassignedMatter[]
  /** Of every active colleague. */
  workload: Workload[]
  schedule: ScheduleEntry[]
  /** The matters that the schedule and the next hearings are about. */
  matters: MatterBrief[]
}
