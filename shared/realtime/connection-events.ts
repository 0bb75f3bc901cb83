import type { EpochMs } from '#shared/kanban/matter.ts'
import type { Connection } from './connection.ts'
import type { TransportEmitter } from './transport-events.ts'

/** Tells `connection:established`, `connection:lost` and `connection:restored`. */
export interface ConnectionEvents {
  /** Takes how the link stands now, each time that it changes. */
  became: (connection: Connection) => void
}

/**
 * Lost is what was live and now fails, is offline, signed out or refused; restored, what is live after that. A link
 * that is opened anew, or rests because nobody looks or somebody said so, isn't lost.
 *
 * @param now epoch milliseconds
 */
export function createConnectionEvents(tell: TransportEmitter['tell'], now: () => EpochMs): ConnectionEvents {
  let wasLive = false
  let lostAt: EpochMs | null = null

  function becameLive(at: EpochMs): void {
    const since = lostAt
    const isFirst = !wasLive
    wasLive = true
    lostAt = null
    if (isFirst)
      tell('connection:established', { at })
    else if (since !== null)
      tell('connection:restored', { at, downtime: Math.max(0, at - since) })
  }

  return {
    became(connection) {
      if (connection.state === 'live')
        return becameLive(now())
      if (!wasLive || lostAt !== null || !isLoss(connection))
        return
      lostAt = now()
      tell('connection:lost', { at: lostAt })
    },
  }
}

function isLoss(connection: Exclude<Connection, { state: 'live' }>): boolean {
  switch (connection.state) {
    case 'waiting':
    case 'refused': return true
    case 'paused': return connection.reason === 'offline' || connection.reason === 'signed-out'
    case 'connecting':
    case 'closed': return false
    default: return connection satisfies never
  }
}
