import { EventEmitter } from 'eventemitter3'
import type { RealTimeTransport, TransportEvent, TransportEvents } from './transport.ts'

/** The listening half of a transport, and how its own parts are told. */
export interface TransportEmitter extends Pick<RealTimeTransport, 'on' | 'off'> {
  tell: <E extends TransportEvent>(event: E, data: TransportEvents[E]) => void
}

export function createTransportEmitter(): TransportEmitter {
  const emitter = new EventEmitter<TransportEvent>()

  const off: TransportEmitter['off'] = (event, listener) => void emitter.off(event, listener)

  const on: TransportEmitter['on'] = (event, listener) => {
    emitter.on(event, listener)
    return () => off(event, listener)
  }

  return { on, off, tell: (event, data) => void emitter.emit(event, data) }
}
