import type { Admission } from '#server/services/realtime/admission.ts'
import type { SocketDoor } from '#server/services/realtime/socket-door.ts'
import { createSocketDoor } from '#server/services/realtime/socket-door.ts'
import { createTickets } from '#server/services/realtime/tickets.ts'
import { isUnavailable } from '#server/db/faults.ts'
import { countIn, processTally } from '#server/services/metrics/tally.ts'
import { systemClock } from '#shared/realtime/clock.ts'
import { useFirmConfig } from './firm-config.ts'
import { useFirm } from './firm.ts'
import { readSession, sessionSecret } from './session.ts'

let door: Promise<SocketDoor> | undefined

/**
 * The one door of this process, in front of its firm.
 *
 * @param admission how many are let in; the first call's counts
 */
export function useSocketDoor(admission?: Admission): Promise<SocketDoor> {
  door ??= openDoor(admission)
  return door
}

async function openDoor(admission: Admission | undefined): Promise<SocketDoor> {
  const { accounts, policy, sockets, fanOut, events, bus } = await useFirm()
  const opened = createSocketDoor({
    accounts,
    policy,
    registry: sockets,
    fanOut,
    events,
    tickets: createTickets({ secret: sessionSecret }),
    // Nobody falls silent when the machine's time is set.
    clock: { ...systemClock, now: () => Math.round(performance.now()) },
    readSession,
    baseUrl: useFirmConfig().baseUrl,
    ...admission && { admission },
    report(what, error) {
      if (isUnavailable(error))
        countIn(processTally.databaseErrors, 'sockets')
      const { name, code } = error instanceof Error ? error as Error & { code?: unknown } : { name: typeof error, code: '' }
      console.error(`socket: ${what} failed: ${name} ${String(code ?? '')}`)
    },
  })
  bus.onGap(opened.doubt)
  return opened
}
