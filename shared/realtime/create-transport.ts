import type { TransportKind } from '#shared/config/features.ts'
import type { PollingTransportOptions } from './polling-transport.ts'
import { createPollingTransport } from './polling-transport.ts'
import type { RealTimeTransport } from './transport.ts'

/** The transport that a flag's value names. */
export function createTransport(kind: TransportKind, options: PollingTransportOptions): RealTimeTransport {
  switch (kind) {
    case 'polling': return createPollingTransport(options)
    default: return kind satisfies never
  }
}
