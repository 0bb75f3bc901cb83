import { watch } from 'vue'
import { defineNuxtPlugin } from '#imports'
import { useDeviceStore } from '~/stores/device.ts'
import { useSessionStore } from '~/stores/session.ts'
import { createSeenMembers } from '~/utils/device/seen-members.ts'

/** Opens what the member has on this device as soon as it is known who they are, and clears away what others left long ago. */
export default defineNuxtPlugin(() => {
  const session = useSessionStore()
  const device = useDeviceStore()

  // At once, so that nothing of one member is ever there for the next. An expired session keeps its owner.
  watch(() => session.lastMember?.id, id => id === undefined ? device.close() : void device.open(id), { immediate: true, flush: 'sync' })
  void (session.lastMember ? device.open(session.lastMember.id) : Promise.resolve()).then(() => createSeenMembers().sweep())
})
