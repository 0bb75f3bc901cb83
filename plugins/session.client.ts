import { defineNuxtPlugin, navigateTo, reloadNuxtApp } from '#imports'
import { clearDrafts } from '~/composables/useDraft.ts'
import { useSessionStore } from '~/stores/session.ts'

/**
 * The session is the browser's, so its tabs share its fate. Who signs out leaves nothing typed and
 * nothing shown behind on this device; a session that merely ran out keeps it for its owner, and goes on
 * in every tab when they sign in again in one.
 */
export default defineNuxtPlugin(() => {
  const session = useSessionStore()
  const tabs = new BroadcastChannel('aster-session')

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
