import { useOnline, watchThrottled } from '@vueuse/core'
import { watch } from 'vue'
import { defineNuxtPlugin, navigateTo, reloadNuxtApp, useState } from '#imports'
import { useRealTimeTransport } from '~/composables/useRealTimeTransport.ts'
import { useDeviceStore } from '~/stores/device.ts'
import { useKanbanStore } from '~/stores/kanban.ts'
import { useSessionStore } from '~/stores/session.ts'
import { createTabs } from '~/utils/device/tabs.ts'

/** How exactly it is known on the device when the server last knew the session. */
const RENEW_EVERY_MS = 60_000

/**
 * The session is the browser's, so its tabs share its fate. Who signs out leaves nothing behind on this
 * device; the tab in which they do it deletes it all, since one that wakes up later could delete what came
 * after. A session that merely ran out keeps everything for its owner, and goes on in every tab when they
 * sign in again in one. Who was signed in is kept on the device while the server is away, and asked about as
 * soon as it is back.
 */
export default defineNuxtPlugin(() => {
  const session = useSessionStore()
  const kanban = useKanbanStore()
  const device = useDeviceStore()
  const tabs = createTabs<'in' | 'out'>('aster-session')
  const { connected } = useRealTimeTransport()
  /** Where Nuxt UI keeps its notices. */
  const notices = useState<unknown[]>('toasts', () => [])

  session.$onAction(({ name, after }) => {
    if (name === 'logout') {
      const memberId = session.lastMember?.id
      after(() => {
        tabs.tell('out')
        if (memberId !== undefined)
          void device.wipe(memberId)
      })
    }
    // How news come is chosen for every tab: one that follows another doesn't ask the server by itself.
    else if (name === 'login' || name === 'chooseTransport') {
      after(() => tabs.tell('in'))
    }
  })

  // What the server found out came with the page.
  session.keep()
  // Who hears of a board is still signed in. What the device itself remembers of it is no news.
  watchThrottled(() => kanban.state.contactAt, at => at !== null && Date.now() - at < RENEW_EVERY_MS && session.renew(), { throttle: RENEW_EVERY_MS })
  watch([useOnline(), connected], ([isOnline, isConnected], [wasOnline, wasConnected]) => {
    if (session.isKept && ((isOnline && !wasOnline) || (isConnected && !wasConnected)))
      void goOn()
  })

  // What stands at the edge of the screen names matters, and was said to who has left.
  watch(() => session.lastMember?.id, (_, before) => {
    if (before !== undefined)
      notices.value = []
  }, { flush: 'sync' })

  tabs.onTold(word => void (word === 'out' ? leave() : goOn()))

  async function leave(): Promise<void> {
    session.leave()
    await navigateTo('/login')
  }

  async function goOn(): Promise<void> {
    const before = session.lastMember?.id
    await session.load().catch(() => {})
    // What is on this tab is another person's, however lately it was loaded.
    if (before !== session.lastMember?.id)
      reloadNuxtApp({ force: true })
  }
})
