import type { ActivityRecord, CommentRecord } from '#server/db/records.ts'
import type { Column } from '#shared/kanban/board.ts'
import { addDays, dateInZone, instantInZone } from '#shared/kanban/deadline.ts'
import type { AssignmentRole, Deadline, EpochMs, Matter } from '#shared/kanban/matter.ts'
import type { MemberId } from '#shared/kanban/member.ts'
import type { Case, DueDate } from './content/case.ts'
import type { PersonKey } from './content/people.ts'
import { PEOPLE } from './content/people.ts'
import type { Random } from './random.ts'
import { tellHistory } from './tell-history.ts'

/** Where and when stories become matters. */
export interface Stage {
  random: Random
  now: EpochMs
  /** The firm's zone. */
  timeZone: string
  boardId: string
  columns: readonly Column[]
  memberIds: Readonly<Record<PersonKey, MemberId>>
}

/** A matter with what people said about it and what became of it so far. Its case number comes when it is written. */
export interface BuiltMatter {
  matter: Matter
  comments: CommentRecord[]
  activity: ActivityRecord[]
}

const ROLES_ON_A_MATTER: Partial<Record<string, AssignmentRole>> = {
  PARTNER: 'SECONDARY_LAWYER', ASSOCIATE: 'SECONDARY_LAWYER', PARALEGAL: 'PARALEGAL', CLERK: 'CLERK',
}

/** The matter that a story tells of. */
export function buildMatter(story: Case, rank: string, stage: Stage): BuiltMatter {
  const { random, timeZone, memberIds } = stage
  const column = stage.columns.find(({ key }) => key === story.column)!
  const createdAt = momentAgo(story.age, stage)
  const stageEnteredAt = story.stage >= story.age ? createdAt : momentAgo(story.stage, stage)
  const id = random.id(createdAt)
  const happenedAgo = (days: number) => Math.max(createdAt, momentAgo(days, stage))
  const comments: CommentRecord[] = (story.comments ?? []).map(({ by, ago, body }) => {
    const at = happenedAgo(ago)
    return { id: random.id(at), matterId: id, body, authorId: memberIds[by], authorName: null, createdAt: at, editedAt: null }
  }).sort((a, b) => a.createdAt - b.createdAt)
  const request = story.closeRequest
  const matter: Matter = {
    id,
    boardId: stage.boardId,
    caseNumber: '',
    courtCaseNumber: courtNumber(story, stage),
    courtName: story.court ?? null,
    title: story.title,
    description: story.description ?? '',
    clientName: story.client,
    opposingParty: story.opposing ?? null,
    practiceArea: story.area,
    columnId: column.id,
    rank,
    hold: story.hold ? { since: happenedAgo(story.hold.since), reason: story.hold.reason } : null,
    waitingOn: story.waitingOn ?? null,
    closeOutcome: story.closed?.outcome ?? null,
    closeRequest: request ? { by: memberIds[request.by], at: happenedAgo(request.ago), outcome: request.outcome, reason: request.reason } : null,
    priority: story.priority ?? 'MEDIUM',
    confidentiality: story.confidentiality ?? 'NORMAL',
    assignments: [
      ...(story.lead ? [{ memberId: memberIds[story.lead], role: 'PRIMARY_LAWYER' as const }] : []),
      ...(story.team ?? []).map(key => ({ memberId: memberIds[key], role: ROLES_ON_A_MATTER[PEOPLE[key].role] ?? 'CONSULTANT' })),
    ],
    clientMemberIds: (story.clients ?? []).map(key => memberIds[key]),
    deadlines: (story.deadlines ?? []).map(deadline => buildDeadline(deadline, createdAt, stage)),
    tasks: (story.tasks ?? []).map(({ title, done }) => ({
      id: random.id(createdAt), title, doneAt: done ? happenedAgo(random.int(story.closed ? story.stage : 0, story.age)) : null,
    })),
    tags: story.tags ?? [],
    openedOn: dateInZone(createdAt, timeZone),
    filedOn: story.filed === undefined ? null : daysFromToday(-story.filed, stage),
    closedOn: column.kind === 'CLOSED' ? dateInZone(stageEnteredAt, timeZone) : null,
    externalRefs: [],
    archived: false,
    commentCount: comments.length,
    stageEnteredAt,
    createdAt,
    createdBy: '',
    updatedAt: createdAt,
    updatedBy: '',
    version: 0,
    fieldVersions: {},
  }
  const activity = tellHistory(matter, story, comments, stage)
  const [first, last] = [activity[0]!, activity.at(-1)!]
  return { matter: { ...matter, createdBy: first.actorId, updatedAt: last.at, updatedBy: last.actorId }, comments, activity }
}

function buildDeadline(
  { inDays, kind, title, source, time, extendable = false, done = false }: DueDate, createdAt: EpochMs, stage: Stage,
): Deadline {
  const date = daysFromToday(inDays, stage)
  return {
    id: stage.random.id(createdAt),
    kind,
    title,
    date,
    time: time ?? null,
    timeZone: time ? stage.timeZone : null,
    source,
    extendable,
    doneAt: done ? Math.min(instantInZone(date, '16:20', stage.timeZone), stage.now) : null,
  }
}

function daysFromToday(days: number, { now, timeZone }: Stage): string {
  return addDays(dateInZone(now, timeZone), days)
}

/** A moment in the office hours of that day; of today, one that has passed. */
function momentAgo(days: number, stage: Stage): EpochMs {
  const { random, now, timeZone } = stage
  if (days === 0)
    return now - random.int(10, 150) * 60_000
  const time = `${String(random.int(9, 17)).padStart(2, '0')}:${String(random.int(0, 59)).padStart(2, '0')}`
  return instantInZone(daysFromToday(-days, stage), time, timeZone)
}

/** The court counts by the year of filing: Reiwa in Japan, two digits in the United States. */
function courtNumber({ courtNumber, filed = 0 }: Case, stage: Stage): string | null {
  const year = Number(daysFromToday(-filed, stage).slice(0, 4))
  return courtNumber?.replace(/令和\d+年/, `令和${year - 2018}年`).replace(/:\d\d-cv/, `:${String(year).slice(2)}-cv`) ?? null
}
