import { changedAssignments } from '#shared/kanban/list-change.ts'
import type { Assignment, MatterId } from '#shared/kanban/matter.ts'
import type { Member, MemberId } from '#shared/kanban/member.ts'
import { leadOf } from '#shared/kanban/unassigned.ts'
import type { AssignmentsAnswer, MatterBrief, ScheduleEntry, UnassignedMatter, Workload } from '#shared/protocol/assignments.ts'
import { entryKey, firmDay } from './schedule-axis.ts'

/** The answer by id, so that a row keeps its identity wherever it comes to stand. */
export interface Overview extends Pick<AssignmentsAnswer, 'tag' | 'version' | 'today' | 'from' | 'to' | 'timeZone'> {
  members: Readonly<Record<MemberId, Member>>
  unassigned: Readonly<Record<MatterId, UnassignedMatter>>
  workload: Readonly<Record<MemberId, Workload>>
  schedule: Readonly<Record<string, ScheduleEntry>>
  matters: Readonly<Record<MatterId, MatterBrief>>
}

/** Somebody is put on a matter. */
export interface AssignChange extends Assignment {
  matterId: MatterId
  /** Who was on it when the person looked. */
  before: readonly Assignment[]
}

export function overviewFrom(answer: AssignmentsAnswer): Overview {
  const { now: _now, members, unassigned, workload, schedule, matters, ...rest } = answer
  return {
    ...rest,
    members: byKey(members, ({ id }) => id),
    unassigned: byKey(unassigned, ({ id }) => id),
    workload: byKey(workload, ({ memberId }) => memberId),
    schedule: byKey(schedule, entryKey),
    matters: byKey(matters, ({ id }) => id),
  }
}

/** The overview as it will be once the server has the change: counts, dates and the list of who waits move together. */
export function withAssignment(overview: Overview, { matterId, memberId, role, before }: AssignChange): Overview {
  const after = changedAssignments([...before], { put: [{ memberId, role }] })
  const row = overview.unassigned[matterId]
  const isLed = leadOf({ assignments: after }, id => overview.members[id]) !== null
  const { [matterId]: _taken, ...others } = overview.unassigned
  return {
    ...overview,
    unassigned: !row ? overview.unassigned : isLed ? others : { ...overview.unassigned, [matterId]: { ...row, assignments: after } },
    workload: recounted(overview.workload, before, after),
    schedule: rescheduled(overview, matterId, row, after),
    matters: row ? { ...overview.matters, [matterId]: briefOf(row) } : overview.matters,
  }
}

/** How many open matters somebody works on, whatever as. */
export function loadOf(workload: Workload | undefined): number {
  return Object.values(workload?.matters ?? {}).reduce((sum, count) => sum + count, 0)
}

function recounted(workload: Overview['workload'], before: readonly Assignment[], after: readonly Assignment[]): Overview['workload'] {
  const next: Record<MemberId, Workload> = { ...workload }
  for (const [list, step] of [[before, -1], [after, 1]] as const) {
    for (const { memberId, role } of list) {
      const known = next[memberId]
      if (known)
        next[memberId] = { ...known, matters: { ...known.matters, [role]: Math.max(0, (known.matters[role] ?? 0) + step) } }
    }
  }
  return next
}

function rescheduled({ schedule, from, to, timeZone }: Overview, matterId: MatterId, row: UnassignedMatter | undefined, after: readonly Assignment[]): Overview['schedule'] {
  const memberIds = after.map(({ memberId }) => memberId)
  const known = Object.values(schedule).filter(entry => entry.matterId === matterId)
  const dates = row
    ? row.deadlines.filter(deadline => firmDay(deadline, timeZone) >= from && firmDay(deadline, timeZone) <= to)
    : known.map(({ deadline }) => deadline)
  return { ...schedule, ...byKey(dates.map((deadline): ScheduleEntry => ({ matterId, deadline, memberIds })), entryKey) }
}

function briefOf({ id, caseNumber, title, clientName }: UnassignedMatter): MatterBrief {
  return { id, caseNumber, title, clientName }
}

function byKey<Item>(items: readonly Item[], keyOf: (item: Item) => string): Record<string, Item> {
  return Object.fromEntries(items.map(item => [keyOf(item), item]))
}
