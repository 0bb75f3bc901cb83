import { useOnline } from '@vueuse/core'
import { watch } from 'vue'
import { defineNuxtPlugin, navigateTo, reloadNuxtApp } from '#imports'
import { useDeviceStore } from '~/stores/device.ts'
import { useRealTimeTransport } from '~/composables/useRealTimeTransport.ts'
import { useSessionStore } from '~/stores/session.ts'
import { createTabs } from '~/utils/device/tabs.ts'

/**
 * The session is the browser's, so its tabs share its fate. Who signs out leaves nothing behind on this
 * device; the tab in which they do it deletes it all, since one that wakes up later could delete what came
 * after. A session that merely ran out keeps everything for its owner, and goes on in every tab when they
 * sign in again in one. Who was signed in is kept on the device while the server is
 * away, and asked about as soon as it is back.
 */
export default defineNuxtPlugin(() => {
  const session = useSessionStore()
  const device = useDeviceStore()
  const tabs = createTabs<'in' | 'out'>('aster-session')
  const { connected } = useRealTimeTransport()

  session.$onAction(({ name, after }) => {
    if (name === 'logout') {
      const memberId = session.lastMember?.id
      after(() => {
        tabs.tell('out')
        if (memberId !== undefined)
          void device.wipe(memberId)
      })
    }
    else if (name === 'login') {
      after(() => tabs.tell('in'))
    }
  })

  // What the server found out came with the page.
  session.keep()
  watch([useOnline(), connected], ([isOnline, isConnected], [wasOnline, wasConnected]) => {
    if (session.isKept && ((isOnline && !wasOnline) || (isConnected && !wasConnected)))
      void goOn()
  })

  tabs.onTold(word => void (word === 'out' ? leave() : goOn()))

  async function leave(): Promise<void> {
    session.leave()
    await navigateTo('/login')
  }

  async function goOn(): Promise<void> {
    const before = session.lastMember?.id
    await session.load().catch(() => {})
    // What is on this tab is another person's.
    if (before !== session.lastMember?.id)
      reloadNuxtApp()
  }
})
