import type { Firm } from '#server/services/firm.ts'
import { StartupError } from '#server/db/repository.ts'
import { useFirm } from '#server/utils/firm.ts'
import { closeOperatorDoor, openOperatorDoor } from '#server/utils/operator.ts'
import { useSocketDoor } from '#server/utils/socket-door.ts'

/** The part of Nitro that this plugin needs. */
interface ServerHooks {
  hooks: { hook: (name: 'close', listener: () => Promise<void>) => unknown }
}

/** Opens the firm when the server starts and closes it when the server ends. */
export default function keepFirmOpen({ hooks }: ServerHooks): void {
  const opening = open()
  // Held polls and a command that waits for its import end at once and sockets within moments, so that the listener can, too.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void opening.then(async ({ hub, imports }) => {
      const drained = (await useSocketDoor()).drain()
      hub.close()
      await imports.close()
      await drained
    }))
  }
  hooks.hook('close', async () => {
    const firm = await opening
    const door = await useSocketDoor()
    door.close()
    // Before the database is let go of: the word that the next server leaves must stay.
    await closeOperatorDoor()
    await firm.close()
  })
}

async function open(): Promise<Firm> {
  try {
    const firm = await useFirm()
    await useSocketDoor()
    await openOperatorDoor()
    return firm
  }
  catch (error) {
    // What the person can mend is one line; anything else is a bug and wants its stack.
    console.error(error instanceof StartupError ? error.message : error)
    process.exit(1)
  }
}
