import type { ActivityRecord } from '#server/db/records.ts'
import type { AssignmentRole, Deadline, Matter, MatterField } from '#shared/kanban/matter.ts'
import type { MemberId } from '#shared/kanban/member.ts'
import { mentionedIn } from '#shared/kanban/mentions.ts'
import type { Due, NotificationBody } from '#shared/protocol/notifications.ts'

/** A change of a matter, as far as it decides who is told of it. */
export interface MatterChange {
  /** The step in the matter's history that it is; a comment's body goes with it. */
  step: Pick<ActivityRecord, 'boardId' | 'matterId' | 'version' | 'kind' | 'actorId' | 'at' | 'commentId'>
  /** Null of a matter that is made or brought back. */
  before: Matter | null
  after: Matter
  changed: readonly MatterField[]
  /** What a comment said and says; `before` null of a new one. */
  comment?: { before: string | null, after: string } | undefined
}

/** What one member is told: a notification that lacks its member, id, marks and place in time. */
export type News = { [Type in NotificationBody['type']]: { type: Type, dedupeKey: string, data: DataOf<Type> } }[NotificationBody['type']]

/** What is stored of a type: everything but the matter, which is read with the walls of the moment. */
export type DataOf<Type extends NotificationBody['type']> = Omit<Extract<NotificationBody, { type: Type }>, 'type' | 'matter'>

type FollowedKind = DataOf<'followed'>['kind']

/** Whether anybody could have to be told; without it nobody needs to be asked for. A matter's place in its column is no news. */
export function isNews({ step, changed }: Pick<MatterChange, 'step' | 'changed'>): boolean {
  if (step.kind === 'commentRemoved')
    return false
  return (step.kind !== 'moved' && step.kind !== 'edited') || changed.some(field => field !== 'rank')
}

/**
 * Who is told of a change and of what, each at most once (rule N4): somebody's own assignment before a mention, a mention
 * before a deadline, and a deadline before everything else. Whether they may and want to know is asked later.
 */
export function newsOf(change: MatterChange, followers: readonly MemberId[]): Map<MemberId, News> {
  const { step, before, after } = change
  const news = new Map<MemberId, News>()
  const tell = (memberId: MemberId, one: News) => {
    if (memberId !== step.actorId && !news.has(memberId))
      news.set(memberId, one)
  }
  // Who brings a matter back assigns nobody: they were before.
  if (step.kind !== 'restored') {
    for (const [memberId, role] of newRoles(before, after))
      tell(memberId, { type: 'assigned', dedupeKey: `assigned:${after.id}:${step.version}`, data: { role } })
  }
  if (change.comment && step.commentId !== null) {
    for (const memberId of newMentions(change.comment))
      tell(memberId, { type: 'mentioned', dedupeKey: `mentioned:${step.commentId}`, data: { commentId: step.commentId } })
  }
  const deadline = before && changedDeadline(before, after)
  if (deadline) {
    for (const memberId of [...after.assignments.map(assignment => assignment.memberId), ...followers])
      tell(memberId, { type: 'deadlineChanged', dedupeKey: `deadlineChanged:${after.id}:${step.version}`, data: deadline })
  }
  const kind = followedKind(step.kind)
  if (kind) {
    for (const memberId of followers)
      tell(memberId, { type: 'followed', dedupeKey: followedKey(after.id), data: { changes: 1, kind } })
  }
  return news
}

/** The key that an unread notification about a followed matter has. */
function followedKey(matterId: string): string {
  return `followed:${matterId}`
}

function newRoles(before: Matter | null, after: Matter): [MemberId, AssignmentRole][] {
  const known = new Map(before?.assignments.map(({ memberId, role }) => [memberId, role]))
  return after.assignments.filter(({ memberId, role }) => known.get(memberId) !== role).map(({ memberId, role }) => [memberId, role])
}

function newMentions({ before, after }: NonNullable<MatterChange['comment']>): Set<MemberId> {
  return mentionedIn(after).difference(mentionedIn(before ?? ''))
}

/** The deadline that a change is about: of several the one that comes first. */
function changedDeadline(before: Matter, after: Matter): DataOf<'deadlineChanged'> | null {
  if (before.deadlines === after.deadlines)
    return null
  const known = new Map(before.deadlines.map(deadline => [deadline.id, deadline]))
  const changes: DataOf<'deadlineChanged'>[] = []
  for (const deadline of after.deadlines) {
    const old = known.get(deadline.id)
    known.delete(deadline.id)
    if (!old)
      changes.push({ deadline: nameOf(deadline), old: null, due: dueOf(deadline) })
    else if ((old.doneAt === null) !== (deadline.doneAt === null))
      changes.push({ deadline: nameOf(deadline), old: dueOf(old), due: dueOf(deadline), done: deadline.doneAt !== null })
    else if (dayOf(dueOf(old)) !== dayOf(dueOf(deadline)))
      changes.push({ deadline: nameOf(deadline), old: dueOf(old), due: dueOf(deadline) })
  }
  for (const deadline of known.values())
    changes.push({ deadline: nameOf(deadline), old: dueOf(deadline), due: null })
  const days = changes.map(change => dayOf((change.due ?? change.old)!))
  const first = days.reduce((least, day) => day < least ? day : least, days[0] ?? '')
  return changes[days.indexOf(first)] ?? null
}

function nameOf({ id, kind }: Deadline): DataOf<'deadlineChanged'>['deadline'] {
  return { id, kind }
}

/** When a deadline is due, and nothing else of it. */
export function dueOf({ date, time, timeZone }: Due): Due {
  return { date, time, timeZone }
}

/** Comparable, and told apart by all that says when it is due; a whole day ends after its hours. */
function dayOf({ date, time, timeZone }: Due): string {
  return `${date} ${time ?? '24:00'} ${timeZone ?? ''}`
}

function followedKind(kind: ActivityRecord['kind']): FollowedKind | null {
  switch (kind) {
    case 'moved': case 'edited': case 'deleted': case 'restored': return kind
    case 'commentAdded': case 'commentEdited': return 'commented'
    case 'created': case 'commentRemoved': case 'imported': case 'importUndone': return null
    default: return kind satisfies never
  }
}
