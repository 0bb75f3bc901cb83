import { randomUUID } from 'node:crypto'
import type { BoardHead } from '#server/db/records.ts'
import type { Repository } from '#server/db/repository.ts'

/**
 * Gives every board another epoch (rule P1), and what is its members' own another generation (rule N1): all or none. After a restore the boards count on from
 * an older version: numbers that a browser holds already would come again and mean something else.
 */
export async function renewEpochs(repository: Repository): Promise<BoardHead[]> {
  return await repository.transaction(async (stores) => {
    const heads = (await stores.boards.heads()).map(head => ({ ...head, epoch: randomUUID() }))
    for (const { id, epoch } of heads)
      await stores.boards.setEpoch(id, epoch)
    await stores.firm.setGeneration(randomUUID().slice(0, 8))
    return heads
  })
}
