import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { MatterId } from '#shared/kanban/matter.ts'
import type { MemberId } from '#shared/kanban/member.ts'
import type { Device } from '~/utils/device/device.ts'
import { openDevice } from '~/utils/device/device.ts'

/** What the member at this screen has on this device. Only a browser has one. */
export const useDeviceStore = defineStore('device', () => {
  const isLasting = shallowRef(true)
  let device: Device | null = null

  /** The member's device, usable at once; the one of another member is left. */
  function of(memberId: MemberId): Device {
    if (device?.memberId === memberId)
      return device
    device?.close()
    isLasting.value = true
    const opened = openDevice(memberId, {
      onLasting() {
        if (device === opened)
          isLasting.value = false
      },
    })
    device = opened
    return opened
  }

  /** The member's device, once what is kept there has been read. Never rejects. */
  async function open(memberId: MemberId): Promise<Device> {
    const opened = of(memberId)
    await opened.ready
    return opened
  }

  /** Forgets what the member typed about a matter. */
  function forgetDrafts(matter: MatterId): void {
    device?.drafts.forget(matter)
  }

  /** How much a member typed here that was never sent. */
  function typedDrafts(memberId: MemberId): number {
    return of(memberId).drafts.typed()
  }

  /** Leaves the device as it is: the member may come back. */
  function close(): void {
    device?.close()
    device = null
  }

  /** Deletes what a member has on this device: they sign out. */
  async function wipe(memberId: MemberId): Promise<void> {
    const left = of(memberId)
    device = null
    await left.wipe()
  }

  return {
    /** False when something is lost with the page: this device couldn't keep it. */
    isLasting: computed(() => isLasting.value),
    of, open, forgetDrafts, typedDrafts, close, wipe,
  }
})
