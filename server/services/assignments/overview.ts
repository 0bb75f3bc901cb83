import { firmDay, IN_COURT } from '#shared/assignments/schedule-axis.ts'
import type { Column } from '#shared/kanban/board.ts'
import { findColumn } from '#shared/kanban/board.ts'
import { deadlineInstant } from '#shared/kanban/deadline.ts'
import type { AssignmentRole, DateOnly, Deadline, EpochMs, Matter } from '#shared/kanban/matter.ts'
import type { Member, MemberId } from '#shared/kanban/member.ts'
import { isStaff } from '#shared/kanban/member.ts'
import { isOpenMatter, leadOf } from '#shared/kanban/unassigned.ts'
import type { AssignmentsAnswer, MatterBrief, ScheduledDeadline, ScheduleEntry, UnassignedMatter, Workload } from '#shared/protocol/assignments.ts'

export interface OverviewInput {
  /** Those that the reader sees, and no others: whatever is counted is counted of them (rule W3). */
  matters: readonly Matter[]
  columns: Column[]
  /** Everyone, closed accounts too. */
  members: readonly Member[]
  timeZone: string
  today: DateOnly
  /** First and last day of the schedule. */
  from: DateOnly
  to: DateOnly
}

/** What a board's open matters come to for who has to share them out. */
export function overviewOf({ matters, columns, members, timeZone, today, from, to }: OverviewInput): Pick<AssignmentsAnswer, 'members' | 'unassigned' | 'workload' | 'schedule' | 'matters'> {
  const byId = new Map(members.map(member => [member.id, member]))
  const open = matters.filter(matter => isOpenMatter(matter, { columns }))
  const dueOf = duesIn(timeZone)
  const dated = open.flatMap(matter => matter.deadlines.filter(({ doneAt }) => doneAt === null).map(deadline => ({
    ...dueOf(deadline),
    entry: { matterId: matter.id, deadline: briefDeadline(deadline), memberIds: matter.assignments.map(({ memberId }) => memberId) } satisfies ScheduleEntry,
  }))).sort((a, b) => a.at - b.at || (a.entry.deadline.id < b.entry.deadline.id ? -1 : 1))

  const schedule = dated.filter(({ day, entry }) => day >= from && day <= to && entry.memberIds.length > 0).map(({ entry }) => entry)
  const hearings = new Map<MemberId, ScheduleEntry>()
  for (const { day, entry } of dated) {
    if (day >= today && IN_COURT.includes(entry.deadline.kind))
      entry.memberIds.filter(id => !hearings.has(id)).forEach(id => hearings.set(id, entry))
  }

  const counts = new Map<MemberId, Workload['matters']>()
  for (const { memberId, role } of open.flatMap(({ assignments }) => assignments))
    counts.set(memberId, countedOne(counts.get(memberId), role))

  const unassigned = open.filter(matter => leadOf(matter, id => byId.get(id)) === null).map(matter => unassignedMatter(matter, columns))
  const workload = members.filter(member => member.active && isStaff(member))
    .map(({ id }): Workload => ({ memberId: id, matters: counts.get(id) ?? {}, nextHearing: hearings.get(id) ?? null }))
  const told = new Set([...schedule, ...workload.flatMap(({ nextHearing }) => nextHearing ?? [])].map(({ matterId }) => matterId))
  const named = new Set([...unassigned.flatMap(({ assignments }) => assignments), ...workload].map(({ memberId }) => memberId))
  return {
    members: members.filter(({ id }) => named.has(id)),
    unassigned,
    workload,
    schedule,
    matters: open.filter(({ id }) => told.has(id)).map(brief),
  }
}

/** When deadlines are due: telling takes long for thousands of them, and many are due at the same time. */
function duesIn(timeZone: string): (deadline: Deadline) => { day: DateOnly, at: EpochMs } {
  const known = new Map<string, { day: DateOnly, at: EpochMs }>()
  return (deadline) => {
    const key = `${deadline.date} ${deadline.time} ${deadline.timeZone}`
    const due = known.get(key) ?? { day: firmDay(deadline, timeZone), at: deadlineInstant(deadline, timeZone) }
    known.set(key, due)
    return due
  }
}

function unassignedMatter(matter: Matter, columns: Column[]): UnassignedMatter {
  const { priority, confidentiality, assignments, deadlines, createdAt, version } = matter
  return {
    ...brief(matter),
    priority,
    confidentiality,
    column: findColumn({ columns }, matter.columnId)!.name,
    assignments,
    deadlines: deadlines.filter(({ doneAt }) => doneAt === null).map(briefDeadline),
    waitingSince: assignments.some(({ role }) => role === 'PRIMARY_LAWYER') ? null : createdAt,
    version,
  }
}

function countedOne(counts: Workload['matters'] = {}, role: AssignmentRole): Workload['matters'] {
  return { ...counts, [role]: (counts[role] ?? 0) + 1 }
}

function brief({ id, caseNumber, title, clientName }: Matter): MatterBrief {
  return { id, caseNumber, title, clientName }
}

function briefDeadline({ id, kind, title, date, time, timeZone }: Deadline): ScheduledDeadline {
  return { id, kind, title, date, time, timeZone }
}
