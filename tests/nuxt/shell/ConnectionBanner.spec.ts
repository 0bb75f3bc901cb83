import { mountSuspended } from '@nuxt/test-utils/runtime'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Ref } from 'vue'
import { computed, defineComponent, h, nextTick, shallowRef } from 'vue'
import type { Connection } from '#shared/realtime/connection.ts'
import ConnectionBanner from '~/components/connection/ConnectionBanner.vue'
import { provideKanban } from '~/composables/useKanban.ts'
import { useDeviceStore } from '~/stores/device.ts'
import { NOW } from '../../helpers/builders.ts'
import type { FakeKanban } from '../../helpers/fake-kanban.ts'
import { fakeKanban } from '../../helpers/fake-kanban.ts'

let kanban: FakeKanban
let status: Ref<Connection>
vi.mock('~/composables/useKanbanRealTime.ts', () => ({ useKanbanRealTime: () => kanban }))

const mounted: { unmount: () => void }[] = []
beforeEach(() => {
  vi.useFakeTimers()
  vi.spyOn(useDeviceStore(), 'typedDrafts').mockReturnValue(0)
})
afterEach(() => {
  mounted.splice(0).forEach(({ unmount }) => unmount())
  vi.useRealTimers()
})

async function open() {
  status = shallowRef<Connection>({ state: 'live', since: NOW, via: 'polling' })
  kanban = { ...fakeKanban(), status: computed(() => status.value) }
  const page = await mountSuspended(defineComponent(() => {
    provideKanban('b')
    return () => h(ConnectionBanner)
  }))
  mounted.push(page)
  return { words: () => page.text().replace(/\s+/g, ' '), unkept: () => page.find('[data-unkept-banner]').exists() }
}

async function after(ms: number): Promise<void> {
  await nextTick()
  vi.advanceTimersByTime(ms)
  await nextTick()
}

describe('the banner of a board without its server', () => {
  it('says as of when the board is and what waits, after two seconds, and goes at once', async () => {
    const { words } = await open()
    kanban.isOnline.value = false
    await after(1_900)
    expect(words()).toBe('')
    await after(200)
    expect(words()).toBe('You are offline. The board as of 12:00.')
    kanban.pendingIds.value = new Set(['a', 'b', 'c'])
    await nextTick()
    expect(words()).toBe('You are offline. The board as of 12:00. 3 changes wait and go out when you are back.')
    kanban.isOnline.value = true
    await nextTick()
    expect(words()).toBe('')
  })

  it('has no word for a short drop', async () => {
    const { words } = await open()
    kanban.isOnline.value = false
    await after(1_500)
    kanban.isOnline.value = true
    await after(5_000)
    expect(words()).toBe('')
  })

  it('stands over rows from the device until the server has spoken, and over what waits for a server that fails', async () => {
    const { words } = await open()
    kanban.isConfirmedNow.value = false
    status.value = { state: 'connecting' }
    await after(2_000)
    expect(words()).toBe('The server can\'t be reached. The board as of 12:00.')
    status.value = { state: 'waiting', attempt: 2, retryAt: null, cause: 'server' }
    await nextTick()
    expect(words()).toContain('can\'t be reached')
    kanban.isConfirmedNow.value = true
    await nextTick()
    expect(words()).toBe('')
    kanban.pendingIds.value = new Set(['a'])
    await after(2_000)
    expect(words()).toContain('One change waits')
  })

  it('leaves it to their own banners to ask for a sign-in or a newer page', async () => {
    const { words } = await open()
    kanban.isConfirmedNow.value = false
    status.value = { state: 'paused', reason: 'signed-out' }
    await after(3_000)
    expect(words()).toBe('')
    status.value = { state: 'refused', code: 'UPGRADE_REQUIRED' }
    await after(3_000)
    expect(words()).toBe('')
  })
})

describe('a device that keeps nothing', () => {
  it('is spoken of while something waits, or is being typed', async () => {
    const { words, unkept } = await open()
    kanban.isStoredHereNow.value = false
    await nextTick()
    expect(unkept()).toBe(false)
    kanban.pendingIds.value = new Set(['a'])
    await nextTick()
    expect(words()).toContain('Not saved on this device.')
    kanban.isStoredHereNow.value = true
    await nextTick()
    expect(unkept()).toBe(false)
    vi.mocked(useDeviceStore().typedDrafts).mockReturnValue(1)
    kanban.pendingIds.value = new Set()
    kanban.isStoredHereNow.value = false
    await nextTick()
    expect(unkept()).toBe(true)
  })
})
