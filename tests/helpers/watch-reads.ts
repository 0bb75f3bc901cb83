import type { Repository } from '#server/db/repository.ts'
import { settle } from './virtual-clock.ts'

/** A repository of which a test can wait until nobody reads from it any more. */
export function watchReads(repository: Repository): { repository: Repository, settled: () => Promise<void> } {
  let reading = 0
  return {
    repository: {
      ...repository,
      async consistentRead(work) {
        reading++
        return await repository.consistentRead(work).finally(() => reading--)
      },
    },
    async settled() {
      while (reading > 0)
        await settle()
      await settle()
    },
  }
}
