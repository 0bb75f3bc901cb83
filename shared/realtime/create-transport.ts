import type { TransportKind } from '#shared/config/features.ts'
import type { HybridTransportOptions } from './hybrid-transport.ts'
import { createHybridTransport } from './hybrid-transport.ts'
import { createPollingTransport } from './polling-transport.ts'
import type { RealTimeTransport } from './transport.ts'
import { createWebSocketTransport } from './websocket-transport.ts'

/** What a transport of any kind is made with; each takes what concerns it. */
export type AnyTransportOptions = HybridTransportOptions

/** The transport that a flag's value, or a member's choice, names. */
export function createTransport(kind: TransportKind, options: AnyTransportOptions): RealTimeTransport {
  switch (kind) {
    case 'off':
    case 'polling': return createPollingTransport({ ...options, kind })
    case 'priority':
    case 'websocket': return createWebSocketTransport({ ...options, kind })
    case 'hybrid': return createHybridTransport(options)
    default: return kind satisfies never
  }
}
