import { tryOnScopeDispose } from '@vueuse/core'
import type { ComputedRef } from 'vue'
import { computed, shallowRef } from 'vue'
import type { Connection } from '#shared/realtime/connection.ts'
import type { RealTimeTransport, TransportEvent, TransportEvents } from '#shared/realtime/transport.ts'
import { useRealtimeStore } from '~/stores/realtime.ts'

export interface UseRealTimeTransportReturn {
  connection: ComputedRef<Connection>
  /** The last exchange went well. */
  connected: ComputedRef<boolean>
  connecting: ComputedRef<boolean>
  /** Why exchanges fail; null while they don't. */
  error: ComputedRef<string | null>
  /** Hears an event until the scope ends, or until what it returns is called. */
  subscribe: <E extends TransportEvent>(event: E, listener: TransportEvents[E]) => () => void
  emit: RealTimeTransport['emit']
}

/** The page's way to the server, as refs. */
export function useRealTimeTransport(): UseRealTimeTransportReturn {
  const { transport } = useRealtimeStore()
  const connection = shallowRef(transport.connection)

  function subscribe<E extends TransportEvent>(event: E, listener: TransportEvents[E]): () => void {
    const stop = transport.on(event, listener)
    tryOnScopeDispose(stop)
    return stop
  }

  subscribe('connection', (next) => {
    connection.value = next
  })

  return {
    connection: computed(() => connection.value),
    connected: computed(() => connection.value.state === 'live'),
    connecting: computed(() => connection.value.state === 'connecting'),
    error: computed(() => connection.value.state === 'waiting' ? connection.value.cause : null),
    subscribe,
    emit: transport.emit,
  }
}
