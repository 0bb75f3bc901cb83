import { defineNuxtPlugin } from '#imports'
import { clearDrafts } from '~/composables/useDraft.ts'
import { useSessionStore } from '~/stores/session.ts'

/** Who signs out leaves nothing typed behind on this device. A session that merely ran out keeps it for its owner. */
export default defineNuxtPlugin(() => {
  useSessionStore().$onAction(({ name, after }) => {
    if (name === 'logout')
      after(() => clearDrafts())
  })
})
