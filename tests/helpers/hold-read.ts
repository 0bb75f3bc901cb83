import { vi } from 'vitest'
import type { Repository } from '#server/db/repository.ts'

/** Holds the answer to the repository's next read back until it is let go, by what this returns. */
export function holdRead(repository: Repository): () => void {
  const { consistentRead } = repository
  let goOn = () => {}
  const held = new Promise<void>(resolve => goOn = resolve)
  vi.spyOn(repository, 'consistentRead').mockImplementationOnce(async (work) => {
    const result = await consistentRead(work)
    await held
    return result
  })
  return () => goOn()
}
