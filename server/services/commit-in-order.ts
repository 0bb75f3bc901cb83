import type { MutationResult } from '#shared/protocol/messages.ts'
import type { ReadItem } from '#shared/protocol/mutations.ts'
import { Problem } from '#shared/protocol/problems.ts'
import type { BoardService, NumberedRequest } from './board-service.ts'

/**
 * Commits mutations of an outbox one after another. One that fails ends it: what came before it is
 * answered all the same, and without anything before it, the failure is.
 *
 * @param onFault hears of a failure that was our own, not the request's
 */
export async function commitInOrder(
  boards: Pick<BoardService, 'commitNumbered'>,
  { items, ...request }: Omit<NumberedRequest, 'item'> & { items: readonly ReadItem[] },
  onFault: (error: unknown) => void,
): Promise<MutationResult[]> {
  const results: MutationResult[] = []
  for (const item of items) {
    try {
      results.push(await boards.commitNumbered({ ...request, item }))
    }
    catch (error) {
      if (results.length === 0)
        throw error
      if (!(error instanceof Problem))
        onFault(error)
      return results
    }
  }
  return results
}
