import type { ActivityRecord } from '#server/db/records.ts'
import type { ActivityPage, Repository, Stores } from '#server/db/repository.ts'
import { currentActor } from '#server/services/current-actor.ts'
import { activityToWire } from '#server/services/wire.ts'
import type { EpochMs, MatterId } from '#shared/kanban/matter.ts'
import type { Actor } from '#shared/kanban/member.ts'
import { canSee, canSeeComments } from '#shared/kanban/visibility.ts'
import type { AwaySummary, BoardActivityAnswer } from '#shared/protocol/activity.ts'
import { cursorOf } from '#shared/protocol/activity.ts'
import type { BoardActivityQuery } from '#shared/protocol/activity-requests.ts'
import { Problem } from '#shared/protocol/problems.ts'

/** Steps that are read at once on the way to a page. */
const CHUNK = 200
const MAX_CHUNK = 2_000

/** Beyond so many, what happened meanwhile is only said to be more. */
const MAX_COUNTED = 500

/**
 * What happened on a board, newest first, of matters that the reader sees in the state that is read (rule W3): what is
 * hidden leaves no gap, no cursor and no count. Throws `FORBIDDEN` to who doesn't work at the firm, and `BOARD_GONE`.
 */
export async function readBoardActivity(repository: Repository, asker: Actor, boardId: string, query: BoardActivityQuery): Promise<BoardActivityAnswer> {
  return await repository.consistentRead(async (stores) => {
    const reader = await staffOn(stores, asker, boardId)
    const { before, since: after, actor: actorId, kind: kinds, matter: matterId, limit } = query
    const found: ActivityRecord[] = []
    // One more than is wanted tells whether there is a next page.
    for await (const step of visibleSteps(stores, reader, boardId, { before, after, actorId, kinds, matterId, limit: Math.max(CHUNK, limit + 1) })) {
      found.push(step)
      if (found.length > limit)
        break
    }
    const steps = found.slice(0, limit)
    const lastVisit = await stores.personal.visit(reader.id, boardId)
    const since = query.seen ?? lastVisit
    return {
      activity: steps.map(activityToWire),
      before: found.length > limit ? cursorOf(steps.at(-1)!) : null,
      lastVisit,
      away: before || after || since === null ? null : await countSince(stores, reader, boardId, since),
    }
  })
}

/** Notes that a member looks at a board now; answers when they did before. Throws as `readBoardActivity` does. */
export async function noteVisit(repository: Repository, asker: Actor, boardId: string, now: EpochMs): Promise<EpochMs | null> {
  return await repository.transaction(async (stores) => {
    const reader = await staffOn(stores, asker, boardId)
    const lastVisit = await stores.personal.visit(reader.id, boardId)
    await stores.personal.setVisit(reader.id, boardId, now)
    return lastVisit
  })
}

async function staffOn(stores: Stores, asker: Actor, boardId: string): Promise<Actor> {
  const reader = await currentActor(stores, asker)
  if (!canSeeComments(reader))
    throw new Problem('FORBIDDEN', 'only for those who work at the firm')
  if (!await stores.boards.find(boardId))
    throw new Problem('BOARD_GONE', 'there is no such board')
  return reader
}

/** What others did since then, as far as the reader sees it. */
async function countSince(stores: Stores, reader: Actor, boardId: string, since: EpochMs): Promise<AwaySummary> {
  const counts = await stores.activity.countSince(boardId, since, reader.id)
  const seen = await seenAmong(stores, reader, boardId, counts.map(({ matterId }) => matterId))
  const visible = counts.filter(({ matterId }) => seen.has(matterId))
  const changes = visible.reduce((sum, { steps }) => sum + steps, 0)
  return { since, changes: Math.min(changes, MAX_COUNTED), people: new Set(visible.map(({ actorId }) => actorId)).size, more: changes > MAX_COUNTED }
}

/** All that is asked for, and seen by the reader. `page.limit` is how many are read at first; behind many that are hidden more are read at once. */
async function* visibleSteps(stores: Stores, reader: Actor, boardId: string, page: ActivityPage): AsyncGenerator<ActivityRecord> {
  const sight = new Map<MatterId, boolean>()
  let { before, limit } = page
  for (;;) {
    const steps = await stores.activity.listByBoard(boardId, { ...page, before, limit })
    const unknown = [...new Set(steps.map(({ matterId }) => matterId).filter(id => !sight.has(id)))]
    const seen = await seenAmong(stores, reader, boardId, unknown)
    unknown.forEach(id => sight.set(id, seen.has(id)))
    for (const step of steps) {
      if (sight.get(step.matterId))
        yield step
    }
    before = steps.at(-1)
    if (!before || steps.length < limit)
      return
    limit = Math.min(MAX_CHUNK, limit * 2)
  }
}

/** Those of these matters that are on the board and that the reader sees. */
async function seenAmong(stores: Stores, reader: Actor, boardId: string, ids: readonly MatterId[]): Promise<Set<MatterId>> {
  const access = await stores.matters.accessOf([...new Set(ids)])
  return new Set(access.filter(matter => matter.boardId === boardId && matter.deletedVersion === null && canSee(reader, matter)).map(({ id }) => id))
}
