import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { TransportKind } from '#shared/config/features.ts'
import { createTransport } from '#shared/realtime/create-transport.ts'
import type { Fetch } from '#shared/realtime/polling-transport.ts'
import { createSwitchableTransport } from '#shared/realtime/switchable-transport.ts'
import { useSessionStore } from './session.ts'

/** The way to the server, one for the whole page. */
export const useRealtimeStore = defineStore('realtime', () => {
  const session = useSessionStore()

  /**
   * The browser's own, looked up at each call, so that a test can stand in for it. It says whose page this
   * is: when somebody else signs in on this browser, nothing of the one goes out or comes in for the other.
   */
  const browserFetch: Fetch = (path, init) =>
    globalThis.fetch(path, { ...init, headers: { ...init.headers, 'aster-member': session.me.id }, credentials: 'same-origin' })

  const kind = shallowRef<TransportKind>('polling')
  /** One object for the store's life: swapping what is inside keeps every listener. */
  const link = createSwitchableTransport(createTransport(kind.value, { fetch: browserFetch }))

  function switchTo(next: TransportKind, create = createTransport): void {
    link.swap(create(next, { fetch: browserFetch }))
    kind.value = next
  }

  return { kind, transport: computed(() => link), switchTo }
})
