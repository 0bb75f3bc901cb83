import type { SocketDoor } from '#server/services/realtime/socket-door.ts'
import { createSocketDoor } from '#server/services/realtime/socket-door.ts'
import { createTickets } from '#server/services/realtime/tickets.ts'
import { systemClock } from '#shared/realtime/clock.ts'
import { useFirmConfig } from './firm-config.ts'
import { useFirm } from './firm.ts'
import { readSession, sessionSecret } from './session.ts'

let door: Promise<SocketDoor> | undefined

/** The one door of this process, in front of its firm. */
export function useSocketDoor(): Promise<SocketDoor> {
  door ??= openDoor()
  return door
}

async function openDoor(): Promise<SocketDoor> {
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
    report(what, error) {
      const { name, code } = error instanceof Error ? error as Error & { code?: unknown } : { name: typeof error, code: '' }
      console.error(`socket: ${what} failed: ${name} ${String(code ?? '')}`)
    },
  })
  bus.onGap(opened.doubt)
  return opened
}
