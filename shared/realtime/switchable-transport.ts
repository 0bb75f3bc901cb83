import type { RealTimeTransport, TransportEvent } from './transport.ts'
import { createTransportEvents } from './transport.ts'

const EVENTS = ['connection', 'updates'] as const satisfies readonly TransportEvent[]

/** A transport whose inside can be changed while people listen to it. */
export interface SwitchableTransport extends RealTimeTransport {
  /** Puts another transport inside; it is connected when the one before was to be. */
  swap: (next: RealTimeTransport) => void
}

/** One transport for good, around one that may change: its listeners stay (rule T1). */
export function createSwitchableTransport(first: RealTimeTransport): SwitchableTransport {
  const { on, off, emit } = createTransportEvents()
  let inner = first
  let isWanted = false
  let stop = listen()

  function listen(): () => void {
    const stops = EVENTS.map(event => inner.on(event, (...args: Parameters<typeof emit>[1][]) => emit(event, ...args as never)))
    return () => stops.forEach(stopOne => stopOne())
  }

  function swap(next: RealTimeTransport): void {
    stop()
    inner.disconnect()
    inner = next
    stop = listen()
    if (isWanted)
      inner.connect()
    emit('connection', inner.connection)
  }

  return {
    get connection() { return inner.connection },
    get isConnected() { return inner.isConnected },
    connect() {
      isWanted = true
      inner.connect()
    },
    disconnect() {
      isWanted = false
      inner.disconnect()
    },
    on, off, emit,
    pull: (position, signal) => inner.pull(position, signal),
    send: (boardId, cid, items, signal) => inner.send(boardId, cid, items, signal),
    compare: (rows, signal) => inner.compare(rows, signal),
    swap,
  }
}
