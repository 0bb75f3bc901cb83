import { defineNitroPlugin } from '#imports'
import { StartupError } from '#server/db/repository.ts'
import { useFirm } from '#server/utils/firm.ts'

/** Opens the firm when the server starts and closes it when the server ends. */
export default defineNitroPlugin((nitro) => {
  const opening = new Promise<Awaited<ReturnType<typeof useFirm>>>(resolve => resolve(useFirm()))
  opening.catch((error: unknown) => {
    // What the person can mend is one line; anything else is a bug and wants its stack.
    console.error(error instanceof StartupError ? error.message : error)
    process.exit(1)
  })
  // Held polls end at once, so that the listener can, too.
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => void opening.then(firm => firm.hub.close()))
  nitro.hooks.hook('close', async () => {
    const firm = await opening
    await firm.close()
  })
})
