import { createSocketTransport } from './socket-transport.ts'
import type { TransportOptions } from './transport-base.ts'
import type { RealTimeTransport } from './transport.ts'

export interface WebSocketTransportOptions extends TransportOptions {
  /** `priority` lets the server tell only what is urgent to this reader; the rest is polled. @default 'websocket' */
  kind?: 'websocket' | 'priority'
}

/** Holds a socket whenever it can, and is polled while it can't. */
export function createWebSocketTransport({ kind = 'websocket', ...options }: WebSocketTransportOptions): RealTimeTransport {
  return createSocketTransport({ ...options, kind, urgent: kind === 'priority' }).transport
}
