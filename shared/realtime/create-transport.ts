import type { TransportKind } from '#shared/config/features.ts'
import { createPollingTransport } from './polling-transport.ts'
import type { TransportOptions } from './transport-base.ts'
import type { RealTimeTransport } from './transport.ts'
import { createWebSocketTransport } from './websocket-transport.ts'

/** The transport that a flag's value, or a member's choice, names. */
export function createTransport(kind: TransportKind, options: TransportOptions): RealTimeTransport {
  switch (kind) {
    case 'off':
    case 'polling': return createPollingTransport({ ...options, kind })
    case 'priority':
    case 'websocket': return createWebSocketTransport({ ...options, kind })
    default: throw new Error(`no transport of kind ${kind} yet`)
  }
}
