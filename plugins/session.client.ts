import { useEventListener, useOnline } from '@vueuse/core'
import { watch } from 'vue'
import { defineNuxtPlugin, navigateTo, reloadNuxtApp } from '#imports'
import { clearDrafts } from '~/composables/useDraft.ts'
import { useRealTimeTransport } from '~/composables/useRealTimeTransport.ts'
import { useSessionStore } from '~/stores/session.ts'

/**
 * The session is the browser's, so its tabs share its fate. Who signs out leaves nothing typed and
 * nothing shown behind on this device; a session that merely ran out keeps it for its owner, and goes on
 * in every tab when they sign in again in one. Who was signed in is kept on the device while the server is
 * away, and asked about as soon as it is back.
 */
export default defineNuxtPlugin(() => {
  const session = useSessionStore()
  const tabs = new BroadcastChannel('aster-session')
  const { connection, connected } = useRealTimeTransport()

  session.$onAction(({ name, after }) => {
    if (name === 'logout') {
      after(() => {
        clearDrafts()
        tabs.postMessage('out')
      })
    }
    else if (name === 'login') {
      after(() => tabs.postMessage('in'))
    }
  })

  // What the server found out came with the page.
  session.keep()
  watch(connection, (now, before) => (now.state === 'live' || before.state === 'live') && session.renew())
  useEventListener('pagehide', () => connected.value && session.renew())
  watch([useOnline(), connected], ([isOnline, isConnected], [wasOnline, wasConnected]) => {
    if (session.isKept && ((isOnline && !wasOnline) || (isConnected && !wasConnected)))
      void goOn()
  })

  tabs.addEventListener('message', ({ data }) => void (data === 'out' ? leave() : goOn()))

  async function leave(): Promise<void> {
    session.leave()
    clearDrafts()
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
