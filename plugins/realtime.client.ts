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

  if (realtimeTransport !== realtime.kind)
    realtime.switchTo(realtimeTransport)
  realtime.transport.connect()
  useEventListener('pagehide', () => realtime.transport.disconnect())
  // A page that comes back out of the browser's cache goes on where it stood.
  useEventListener('pageshow', () => realtime.transport.connect())
  useEventListener('beforeunload', (event) => {
    if (kanban.hasUnsent())
      event.preventDefault()
  })

  watch(useOnline(), kanban.setOnline, { immediate: true })
  watch(connection, (now) => {
    if (now.state === 'paused' && now.reason === 'signed-out')
      session.expire()
  })
  // At once, so that nothing of one member is ever there for the next.
  watch(() => session.lastMember?.id, (_, before) => before !== undefined && kanban.forget(), { flush: 'sync' })
  watch(() => session.member, member => member && kanban.resume())
  // Not before what came with the page is shown as it came.
  onNuxtReady(() => watch(() => session.lastMember?.id, id => id !== undefined && void kanban.sendKept(), { immediate: true }))
})
