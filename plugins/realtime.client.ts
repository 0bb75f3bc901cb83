import { useEventListener, useOnline } from '@vueuse/core'
import { watch } from 'vue'
import { defineNuxtPlugin, onNuxtReady, useRuntimeConfig } from '#imports'
import { readFeatures } from '#shared/config/features.ts'
import { useRealTimeTransport } from '~/composables/useRealTimeTransport.ts'
import { useKanbanStore } from '~/stores/kanban.ts'
import { useRealtimeStore } from '~/stores/realtime.ts'
import { useSessionStore } from '~/stores/session.ts'

/** Opens the way to the server when the page starts, and looks after what waits to be sent until it ends. */
export default defineNuxtPlugin(() => {
  const realtime = useRealtimeStore()
  const kanban = useKanbanStore()
  const session = useSessionStore()
  const { realtimeTransport } = readFeatures(useRuntimeConfig().public)
  const { connection } = useRealTimeTransport()

  // The server says which way is this member's; where it can't be asked, the flag does.
  watch(() => session.transport ?? realtimeTransport, kind => kind !== realtime.kind && realtime.switchTo(kind), { immediate: true, flush: 'sync' })
  void realtime.transport.connect()
  useEventListener('pagehide', () => realtime.transport.disconnect())
  // A page that comes back out of the browser's cache goes on where it stood.
  useEventListener('pageshow', () => void realtime.transport.connect())
  useEventListener('beforeunload', (event) => {
    if (kanban.hasUnsent())
      event.preventDefault()
  })

  watch(useOnline(), kanban.setOnline, { immediate: true })
  watch(connection, (now) => {
    if (now.state === 'paused' && now.reason === 'signed-out')
      session.expire()
  })
  // At once, so that nothing of one member is ever there for the next: no row, no socket, no word between tabs.
  watch(() => session.lastMember?.id, (_, before) => {
    if (before === undefined)
      return
    kanban.forget()
    realtime.cleanup()
    void realtime.transport.connect()
  }, { flush: 'sync' })
  watch(() => session.member, (member, before) => {
    if (!member)
      return
    kanban.resume()
    // Whoever had to sign in again goes on at once.
    if (!before)
      void realtime.transport.reconnect()
  })
  // Not before what came with the page is shown as it came.
  onNuxtReady(() => watch(() => session.lastMember?.id, id => id !== undefined && void kanban.sendKept(), { immediate: true }))
  import.meta.hot?.dispose(realtime.cleanup)
})
