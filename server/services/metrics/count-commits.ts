import type { BoardService } from '#server/services/board-service.ts'
import type { MemberId } from '#shared/kanban/member.ts'
import { Problem } from '#shared/protocol/problems.ts'
import type { CommitOutcome, ServerTally } from './tally.ts'
import { countIn } from './tally.ts'

/** The same service, whose changes are counted by kind and how they ended. */
export function countCommits(boards: BoardService, tally: Pick<ServerTally, 'commits'>): BoardService {
  const count = (kind: string, outcome: CommitOutcome) => countIn(tally.commits, `${kind} ${outcome}`)
  const outcomeOf = (error: unknown): CommitOutcome => error instanceof Problem ? 'refused' : 'failed'

  return {
    async commit(request) {
      /** Null until it is built, which a request that was answered before never is. */
      let kind: string | null = null
      try {
        const committed = await boards.commit({
          ...request,
          build(scene) {
            const mutation = request.build(scene)
            kind = mutation.kind
            return mutation
          },
        })
        count(kind ?? 'unknown', kind === null ? 'repeated' : 'committed')
        return committed
      }
      catch (error) {
        count(kind ?? 'unknown', outcomeOf(error))
        throw error
      }
    },
    async commitNumbered(request) {
      const kind = request.item.mutation?.kind ?? 'unreadable'
      try {
        const result = await boards.commitNumbered(request)
        count(kind, result.status === 'ok' || result.status === 'merged' ? 'committed' : 'refused')
        return result
      }
      catch (error) {
        count(kind, outcomeOf(error))
        throw error
      }
    },
    async commitBatch(actor, boardId, work) {
      try {
        const batch = await boards.commitBatch(actor, boardId, work)
        count('batch', 'committed')
        return batch
      }
      catch (error) {
        count('batch', outcomeOf(error))
        throw error
      }
    },
  }
}

type Moved = (heads: ReadonlyMap<MemberId, number>) => void

/** The same ear for what became of members' own counters, which counts the members that a change was told to. */
export function countTold({ moved }: { moved: Moved }, tally: Pick<ServerTally, 'notifications'>): { moved: Moved } {
  return {
    moved(heads) {
      tally.notifications += heads.size
      moved(heads)
    },
  }
}
