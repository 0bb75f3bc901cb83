import type { AccountService } from '#server/services/account-service.ts'
import type { MemberId } from '#shared/kanban/member.ts'
import { CLOSE } from '#shared/protocol/socket.ts'
import type { Clock } from '#shared/realtime/clock.ts'
import type { ConnectionParts, SocketConnection } from './socket-connection.ts'
import type { TransportPolicy } from './ports.ts'
import { usesSockets } from './uses-sockets.ts'

/** After so long a session is to be looked at again; with the slices below that is at least every minute (rule W5). */
const DUE_MS = 30_000
/** In so many slices, one a second, all are looked at. */
const SLICES = 20
const SLICE_AT_LEAST = 20

export interface SessionWatchOptions {
  connections: ReadonlySet<SocketConnection>
  accounts: Pick<AccountService, 'findSession' | 'onChanged'>
  policy: Pick<TransportPolicy, 'of' | 'onChange'>
  clock: Clock
  report: ConnectionParts['report']
}

/** Sees to it that nobody keeps a socket who lost the right to it, or uses it who shall use another way. */
export interface SessionWatch {
  /** Looks at the sessions that are due. Called about once a second. */
  beat: (now: number) => Promise<void>
  /** Something may have been missed: all are due. */
  doubt: () => void
  close: () => void
}

export function createSessionWatch({ connections, accounts, policy, clock, report }: SessionWatchOptions): SessionWatch {
  const hinted = new Set<MemberId>()
  let isBeating = false
  let isClosed = false

  const stops = [
    accounts.onChanged(hint),
    policy.onChange(memberId => memberId === null ? connections.forEach(tellWay) : hint(memberId)),
  ]

  /** Several hints about a member come together when much changes at once. */
  function hint(memberId: MemberId): void {
    if (hinted.size === 0)
      clock.setTimer(() => void lookAtHinted(), 0)
    hinted.add(memberId)
  }

  async function lookAtHinted(): Promise<void> {
    const members = new Set(hinted)
    hinted.clear()
    await lookAt([...connections].filter(({ member }) => members.has(member.id)))
  }

  /** Looks at each session once, whatever the number of its sockets. */
  async function lookAt(some: readonly SocketConnection[]): Promise<void> {
    const now = clock.now()
    some.forEach(connection => connection.lookedAt = now)
    let failure: unknown
    for (const [sessionId, ofSession] of Map.groupBy(some, connection => connection.sessionId)) {
      try {
        const member = isClosed ? null : await accounts.findSession(sessionId, { fresh: true })
        if (!isClosed)
          ofSession.forEach(connection => judge(connection, member))
      }
      catch (error) {
        // A database out of reach signs nobody out, and is told of once.
        failure ??= error
      }
    }
    if (failure !== undefined)
      report('session', failure)
  }

  function judge(connection: SocketConnection, member: SocketConnection['member'] | null): void {
    if (!member || member.id !== connection.member.id)
      return connection.end(CLOSE.TICKET, { t: 'bye', code: 'auth', after: 0 })
    if (member.role !== connection.member.role)
      return connection.end(CLOSE.RESYNC, { t: 'bye', code: 'role', after: 0 })
    connection.member = member
    tellWay(connection)
  }

  function tellWay(connection: SocketConnection): void {
    const way = policy.of(connection.member)
    if (way === connection.way)
      return
    connection.way = way
    connection.send({ t: 'mode', transport: way })
    if (!usesSockets(way))
      connection.end(1000)
  }

  return {
    async beat(now) {
      if (isBeating)
        return
      isBeating = true
      const slice = Math.max(SLICE_AT_LEAST, Math.ceil(connections.size / SLICES))
      const due = connections.values().filter(({ lookedAt }) => now - lookedAt >= DUE_MS).take(slice).toArray()
      await lookAt(due)
      isBeating = false
    },
    doubt() {
      connections.forEach(connection => connection.lookedAt = Number.NEGATIVE_INFINITY)
    },
    close() {
      isClosed = true
      stops.forEach(stop => stop())
    },
  }
}
