import type { ActivityRecord, CommentRecord } from '#server/db/records.ts'
import type { Column } from '#shared/kanban/board.ts'
import type { Matter } from '#shared/kanban/matter.ts'
import type { Stage } from './build-matter.ts'
import type { Case } from './content/case.ts'
import type { PersonKey } from './content/people.ts'
import { PEOPLE } from './content/people.ts'

/** What one step of a history has of its own. */
type Step = Pick<ActivityRecord, 'at' | 'kind' | 'actorId'> & Partial<Pick<ActivityRecord, 'reason' | 'fields' | 'commentId'>>

/** How a matter came to be as it is, oldest first: created, moved along its workflow, talked about, held. */
export function tellHistory(matter: Matter, story: Case, comments: readonly CommentRecord[], stage: Stage): ActivityRecord[] {
  const steps: Step[] = [
    ...moves(matter, story, stage),
    ...comments.map(({ createdAt, authorId, id }) => ({
      at: createdAt, kind: 'commentAdded' as const, actorId: authorId!, commentId: id,
    })),
  ]
  const leadId = stage.memberIds[staffOf(story)[0]!]
  if (matter.hold)
    steps.push({ at: matter.hold.since, kind: 'edited', actorId: leadId, fields: { hold: { old: null, new: matter.hold } } })
  if (matter.closeRequest)
    steps.push({ at: matter.closeRequest.at, kind: 'edited', actorId: matter.closeRequest.by, fields: { closeRequest: { old: null, new: matter.closeRequest } } })
  // A stable sort, so that at one moment the creation stays first.
  steps.sort((a, b) => a.at - b.at)
  return steps.map(({ at, kind, actorId, reason = null, fields = {}, commentId = null }) => ({
    id: stage.random.id(at),
    boardId: matter.boardId,
    matterId: matter.id,
    version: matter.version,
    kind,
    actorId,
    at,
    reason,
    fields,
    commentId,
    before: null,
    after: null,
    undo: false,
    cid: null,
    n: null,
  }))
}

/** The creation in the first column of a shortest way, and the moves along it. */
function moves(matter: Matter, story: Case, stage: Stage): Step[] {
  const { random, memberIds } = stage
  const target = stage.columns.find(({ id }) => id === matter.columnId)!
  const way = matter.stageEnteredAt === matter.createdAt ? [target] : shortestWay(stage.columns, target, stopsBeforeClosing(story))
  const staff = staffOf(story)
  const steps: Step[] = [{ at: matter.createdAt, kind: 'created', actorId: memberIds[random.pick(staff)] }]
  way.slice(1).forEach((to, index) => {
    const from = way[index]!
    const share = (index + 1) / (way.length - 1)
    const at = Math.round(matter.createdAt + (matter.stageEnteredAt - matter.createdAt) * share)
    const closes = to.kind === 'CLOSED'
    steps.push({
      at,
      kind: 'moved',
      actorId: memberIds[closes ? closerOf(staff) : to.critical ? staff[0]! : random.pick(staff)],
      reason: closes ? story.closed?.reason ?? null : to.critical ? criticalReason(story) : null,
      fields: {
        columnId: { old: from.id, new: to.id },
        ...(closes && { closedOn: { old: null, new: matter.closedOn }, closeOutcome: { old: null, new: matter.closeOutcome } }),
      },
    })
  })
  return steps
}

/** Who works on it, the lead first. */
function staffOf({ lead, team = [] }: Case): PersonKey[] {
  return lead ? [lead, ...team] : team
}

/** Only a partner closes. */
function closerOf(staff: readonly PersonKey[]): PersonKey {
  return staff.find(key => PEOPLE[key].role === 'PARTNER') ?? 'partner'
}

function criticalReason({ title }: Case): string {
  return /\p{Script=Han}/u.test(title) ? '期日の指定を受けたため' : 'Agreed with the client after the last hearing.'
}

/** What is declined is looked at; what ends otherwise was worked on too. */
function stopsBeforeClosing({ closed }: Case): number {
  return closed?.outcome === 'DECLINED' ? 2 : 3
}

/** The columns from the first one to `target`, as the workflow leads there; into the end not before `stops` others. */
function shortestWay(columns: readonly Column[], target: Column, stops: number): Column[] {
  const ways: Column[][] = [[columns[0]!]]
  const seen = new Set([columns[0]!.id])
  for (const way of ways) {
    const last = way.at(-1)!
    if (last.id === target.id)
      return way
    for (const id of last.allowedTargets ?? []) {
      const next = columns.find(column => column.id === id)
      // A way to somewhere else doesn't pass through the end.
      if (!next || seen.has(id) || (next.kind === 'CLOSED' && (next.id !== target.id || way.length < stops)))
        continue
      seen.add(id)
      ways.push([...way, next])
    }
  }
  return [target]
}
