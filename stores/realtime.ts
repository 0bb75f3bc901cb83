import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { TransportKind } from '#shared/config/features.ts'
import type { RealTimeEvents } from '#shared/protocol/events.ts'
import { systemClock } from '#shared/realtime/clock.ts'
import type { Collection, CollectionChange, CollectionQuery } from '#shared/realtime/collections.ts'
import { changeOf, eventsOf } from '#shared/realtime/collections.ts'
import { createTransport } from '#shared/realtime/create-transport.ts'
import type { Fetch } from '#shared/realtime/http-answer.ts'
import { createHttpExchange } from '#shared/realtime/http-exchange.ts'
import { createSaidMemory, forgetSaid } from '#shared/realtime/said-events.ts'
import { createLinkMeter } from '#shared/realtime/link-meter.ts'
import { measureFetch, measureSockets } from '#shared/realtime/measured-link.ts'
import { createSwitchableTransport } from '#shared/realtime/switchable-transport.ts'
import { createTabTransport } from '#shared/realtime/tab-transport.ts'
import type { RealTimeTransport, TransportEvent, TransportListener } from '#shared/realtime/transport.ts'
import { createLinkMemory, onNetworkChange, openBrowserSocket } from '~/utils/device/live-link.ts'
import { createLiveTabs } from '~/utils/device/live-tabs.ts'
import { usePersonalStore } from './personal.ts'
import { useSessionStore } from './session.ts'

/** The way to the server, one for the whole page. */
export const useRealtimeStore = defineStore('realtime', () => {
  const session = useSessionStore()
  const { own } = usePersonalStore()
  const memory = createLinkMemory()
  /** How the link does, for who looks at its figures. */
  const meter = createLinkMeter(systemClock)
  /** What was heard of what others say, over all swaps. */
  const said = createSaidMemory()
  const kind = shallowRef<TransportKind>('polling')
  /** Subscription by handler, so that it can be ended by naming what it hears. */
  const subscriptions = new Map<() => void, { event: TransportEvent, handler: unknown }>()

  /**
   * The browser's own, looked up at each call, so that a test can stand in for it. It says whose page this
   * is: when somebody else signs in on this browser, nothing of the one goes out or comes in for the other.
   */
  const browserFetch: Fetch = measureFetch((path, init) =>
    globalThis.fetch(path, { ...init, headers: { ...init.headers, 'aster-member': session.me.id }, credentials: 'same-origin' }), meter, systemClock)
  const openSocket = measureSockets(openBrowserSocket, meter, systemClock)

  function make(next: TransportKind): RealTimeTransport {
    return createTransport(next, {
      fetch: browserFetch, openSocket, said, own, remembered: memory.read(), onLive: memory.note, onNetworkChange,
    })
  }

  /** What a tab without a link of its own says goes by HTTP. */
  const aside = createHttpExchange({
    fetch: browserFetch, clock: systemClock, via: kind.value, saidCursor: () => null, onConnection: () => {}, onSaid: () => {}, onPolicy: () => {},
  })
  aside.open()
  /** One object for the store's life: swapping what is inside keeps every listener. */
  const inside = createSwitchableTransport(make(kind.value))
  /** Around it, so that the tabs of this browser share what is inside one of them. */
  const link = createTabTransport(inside, { memberId: () => session.lastMember?.id ?? null, ports: createLiveTabs(), say: aside.say, own })

  link.on('policy', ({ transport }) => {
    if (transport !== kind.value)
      switchTo(transport)
    void session.follow(transport)
  })

  /** What colleagues change, as it comes on the screen; one's own changes were there before. */
  for (const event of ['matter:created', 'matter:updated'] as const)
    link.on(event, ({ matter }) => matter && matter.updatedBy !== session.me.id && meter.updated(matter.updatedAt))

  /** Has news come another way from now on. Listeners stay, what is joined stays joined, and nothing is lost. */
  function switchTo(next: TransportKind, create: (kind: TransportKind) => RealTimeTransport = make): void {
    if (next === 'polling' || next === 'off')
      memory.note('polling')
    kind.value = next
    inside.swap(create(next))
  }

  function keep(event: TransportEvent, handler: unknown, stopListening: () => void): () => void {
    const stop = () => {
      stopListening()
      subscriptions.delete(stop)
    }
    subscriptions.set(stop, { event, handler })
    return stop
  }

  /** Hears an event, also over swaps, until what it returns is called. */
  function subscribeToEvent<E extends TransportEvent>(event: E, handler: TransportListener<E>): () => void {
    return keep(event, handler, link.on(event, handler))
  }

  function unsubscribeFromEvent<E extends TransportEvent>(event: E, handler: TransportListener<E>): void {
    for (const [stop, subscription] of subscriptions) {
      if (subscription.event === event && subscription.handler === handler)
        stop()
    }
  }

  /** Hears what happens to the matters, columns, comments or members of the open board, until what it returns is called. */
  function subscribeTo<C extends Collection>(collection: C, query: CollectionQuery<C>, handler: (change: CollectionChange<C>) => void): () => void {
    const stops = eventsOf(collection).map(event => keep(event, handler, link.on(event, (data: RealTimeEvents[typeof event]) => {
      const change = changeOf(collection, query, event, data)
      if (change)
        handler(change)
    })))
    return () => stops.forEach(stop => stop())
  }

  /** Ends every subscription and the link, and forgets what was heard and joined; what goes on after that connects it again. */
  function cleanup(): void {
    subscriptions.forEach((_, stop) => stop())
    memory.note('polling')
    link.disconnect()
    link.forget()
    forgetSaid(said)
  }

  return {
    kind, transport: computed(() => link), meter: computed(() => meter), subscriptionCount: () => subscriptions.size,
    switchTo, subscribeToEvent, unsubscribeFromEvent, subscribeTo, emit: link.emit, cleanup,
  }
})
