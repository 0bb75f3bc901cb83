import { tryOnScopeDispose } from '@vueuse/core'
import { storeToRefs } from 'pinia'
import type { ComputedRef, Ref } from 'vue'
import { computed, shallowRef } from 'vue'
import type { TransportKind } from '#shared/config/features.ts'
import type { Collection, CollectionChange, CollectionQuery } from '#shared/realtime/collections.ts'
import type { Connection } from '#shared/realtime/connection.ts'
import type { TabRole } from '#shared/realtime/tab-leader.ts'
import type { Delivers, RealTimeTransport, TransportEvent, TransportListener } from '#shared/realtime/transport.ts'
import { useRealtimeStore } from '~/stores/realtime.ts'

/** How the way to the server is, as refs that only it changes, and how to hear and to say something on it. */
export interface UseRealTimeTransportReturn {
  /** How the link stands: exactly one state at a time, in a tab that follows another that one's. */
  connection: ComputedRef<Connection>
  /** The last exchange went well. */
  connected: ComputedRef<boolean>
  /** Nothing is known yet: the first exchange is on its way. */
  connecting: ComputedRef<boolean>
  /** Why exchanges fail; null while they don't. */
  error: ComputedRef<Extract<Connection, { state: 'waiting' }>['cause'] | null>
  /** The way that is used, as the firm or the member chose it. */
  kind: Readonly<Ref<TransportKind>>
  /** What comes unasked just now. */
  delivers: ComputedRef<Delivers>
  /** This tab's part among the browser's tabs. */
  role: ComputedRef<TabRole>
  /** Another tab asks for this one, too. */
  isFollowing: ComputedRef<boolean>
  /** Hears an event, also over changes of the way, until the scope ends, somebody signs out, or what it returns is called. */
  subscribe: <E extends TransportEvent>(event: E, listener: TransportListener<E>) => () => void
  /** Hears what happens to the rows of a collection that fit the query, for as long. */
  subscribeTo: <C extends Collection>(collection: C, query: CollectionQuery<C>, handler: (change: CollectionChange<C>) => void) => () => void
  /** Says something to the others on the open board. Rejects with a `Fault` where it didn't reach the server. */
  emit: RealTimeTransport['emit']
}

/**
 * The page's one way to the server, as refs. What is heard by it ends with the scope of whoever hears; the link itself
 * goes on, and may be another kind of transport the next moment.
 *
 * @example
 * const { connected, subscribe, emit } = useRealTimeTransport()
 * subscribe('connection:restored', ({ downtime }) => greet(downtime))
 * await emit('note', { text: 'Court closes at noon' })
 */
export function useRealTimeTransport(): UseRealTimeTransportReturn {
  const store = useRealtimeStore()
  const { transport } = store
  const now = shallowRef(look())

  function look() {
    const { connection, delivers, role, isFollowing } = transport
    return { connection, delivers, role, isFollowing }
  }

  function endingWithScope(stop: () => void): () => void {
    tryOnScopeDispose(stop)
    return stop
  }

  // Not as a subscription: those end when somebody signs out, and who looks at the link goes on.
  endingWithScope(transport.on('connection', () => now.value = look()))
  endingWithScope(transport.onRole(() => now.value = look()))

  return {
    connection: computed(() => now.value.connection),
    connected: computed(() => now.value.connection.state === 'live'),
    connecting: computed(() => now.value.connection.state === 'connecting'),
    error: computed(() => now.value.connection.state === 'waiting' ? now.value.connection.cause : null),
    kind: storeToRefs(store).kind,
    delivers: computed(() => now.value.delivers),
    role: computed(() => now.value.role),
    isFollowing: computed(() => now.value.isFollowing),
    subscribe: (event, listener) => endingWithScope(store.subscribeToEvent(event, listener)),
    subscribeTo: (collection, query, handler) => endingWithScope(store.subscribeTo(collection, query, handler)),
    emit: store.emit,
  }
}
