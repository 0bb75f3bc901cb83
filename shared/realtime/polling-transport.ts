import type { TransportKind } from '#shared/config/features.ts'
import type { TransportOptions } from './transport-base.ts'
import { createTransportBase } from './transport-base.ts'
import type { RealTimeTransport } from './transport.ts'

export interface PollingTransportOptions extends Pick<TransportOptions, 'fetch' | 'clock' | 'said' | 'own'> {
  /** Both ask by HTTP alone; with `off` nobody asks but by hand. @default 'polling' */
  kind?: Extract<TransportKind, 'polling' | 'off'>
}

/**
 * Reads and writes by HTTP alone. When to read is its user's business (`poller.ts`), and so is when to try again. It has
 * no link that stays open: there is no heartbeat to set, nothing to prove when somebody looks, and nothing is urgent.
 */
export function createPollingTransport({ kind = 'polling', ...options }: PollingTransportOptions): RealTimeTransport {
  const base = createTransportBase({ kind, ...options, onHttp: connection => base.stand(connection, 'nothing') })
  const { on, off, http, pull, emit } = base
  let joins = 0

  return {
    kind,
    get connection() { return http.connection },
    delivers: 'nothing',
    get lastConnected() { return http.answeredAt },
    isConnected: () => http.connection.state === 'live',
    connect: async () => http.open(),
    disconnect: http.close,
    reconnect: async () => http.restart(),
    setReconnectOptions: () => {},
    enableHeartbeat: () => {},
    focus: () => {},
    want: () => {},
    attend: () => {},
    join(boardId, _position, known) {
      const joined = ++joins
      base.join(boardId, known)
      return () => joined === joins && base.leave()
    },
    on, off, pull, emit,
    send: http.send,
    presence: http.presence,
    compare: http.compare,
  }
}
