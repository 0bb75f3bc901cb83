import type { TransportKind } from '#shared/config/features.ts'

const WITH_SOCKETS: ReadonlySet<TransportKind> = new Set<TransportKind>(['priority', 'hybrid', 'websocket'])

/** Whether who goes this way opens sockets. */
export function usesSockets(way: TransportKind): boolean {
  return WITH_SOCKETS.has(way)
}
