import { overviewOf } from '#server/services/assignments/overview.ts'
import { addDays } from '#shared/kanban/deadline.ts'
import type { Matter } from '#shared/kanban/matter.ts'
import type { Member } from '#shared/kanban/member.ts'
import type { AssignmentsAnswer, ScheduleDays } from '#shared/protocol/assignments.ts'
import { buildBoard, NOW, PEOPLE, TIME_ZONE, TODAY } from './builders.ts'

/** What the server answers of these matters to who sees them all. */
export function buildOverview(
  matters: Matter[],
  { version = 1, days = 14, members = Object.values(PEOPLE) }: { version?: number, days?: ScheduleDays, members?: Member[] } = {},
): AssignmentsAnswer {
  const span = { timeZone: TIME_ZONE, today: TODAY, from: addDays(TODAY, -2), to: addDays(TODAY, days - 1) }
  return { tag: `e.${version}.PARTNER.${TODAY}.${days}`, version, now: NOW, ...span, ...overviewOf({ matters, columns: buildBoard().columns, members, ...span }) }
}
