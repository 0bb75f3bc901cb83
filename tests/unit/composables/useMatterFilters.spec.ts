import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EffectScope } from 'vue'
import { effectScope, nextTick } from 'vue'
import type { Router } from 'vue-router'
import { createMemoryHistory, createRouter } from 'vue-router'
import { emptyMatterFilters } from '#shared/kanban/filter-matters.ts'
import type { UseMatterFiltersReturn } from '../../../composables/useMatterFilters.ts'
import { useMatterFilters } from '../../../composables/useMatterFilters.ts'

let scope: EffectScope
let router: Router

beforeEach(() => {
  vi.useFakeTimers()
  scope = effectScope()
  router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:path(.*)', component: {} }] })
})

afterEach(() => {
  scope.stop()
  vi.useRealTimers()
})

async function openAt(address: string): Promise<UseMatterFiltersReturn['filters']> {
  await router.push(address)
  return scope.run(() => useMatterFilters({ router, typingDelayMs: 300 }))!.filters
}

/** A panel whose code comes when the test lets it. */
function loadPanelLater(): PromiseWithResolvers<object> {
  const code = Promise.withResolvers<object>()
  router.addRoute({ path: '/boards/1/matters/2', component: () => code.promise })
  return code
}

const settle = () => vi.advanceTimersByTimeAsync(0)

describe('useMatterFilters', () => {
  it('starts with what the address asks for', async () => {
    const filters = await openAt('/boards/1?q=lease&priority=high')
    expect(filters.value).toEqual({ ...emptyMatterFilters(), text: 'lease', priorities: ['HIGH'] })
  })

  it('writes a choice into the address at once and leaves its other parts', async () => {
    const filters = await openAt('/boards/1/matters/2?view=wide#notes')
    filters.value = { ...filters.value, quick: 'overdue' }
    await settle()
    expect(router.currentRoute.value.fullPath).toBe('/boards/1/matters/2?view=wide&due=overdue#notes')
  })

  it('lets the back button take a choice back, not letters', async () => {
    const filters = await openAt('/boards/1')
    filters.value = { ...filters.value, text: 'lease' }
    await vi.advanceTimersByTimeAsync(300)
    filters.value = { ...filters.value, quick: 'overdue' }
    await settle()
    router.back()
    await settle()
    expect(filters.value).toEqual({ ...emptyMatterFilters(), text: 'lease' })
  })

  it('waits until typing rests, while the screen is there at once', async () => {
    const filters = await openAt('/boards/1')
    filters.value = { ...filters.value, text: 'le' }
    await vi.advanceTimersByTimeAsync(200)
    filters.value = { ...filters.value, text: 'lease ' }
    await vi.advanceTimersByTimeAsync(299)
    expect(router.currentRoute.value.fullPath).toBe('/boards/1')
    await vi.advanceTimersByTimeAsync(1)
    expect(router.currentRoute.value.fullPath).toBe('/boards/1?q=lease')
    expect(filters.value.text, 'the space just typed stays').toBe('lease ')
  })

  it('takes typing along when another choice writes the address', async () => {
    const filters = await openAt('/boards/1')
    filters.value = { ...filters.value, text: 'lease' }
    filters.value = { ...filters.value, closed: false }
    await settle()
    expect(router.currentRoute.value.query).toEqual({ q: 'lease', closed: 'hidden' })
  })

  it('keeps what is being typed when a panel opens in the meantime', async () => {
    const filters = await openAt('/boards/1')
    filters.value = { ...filters.value, text: 'lease' }
    await router.push('/boards/1/matters/2')
    expect(filters.value.text).toBe('lease')
    await vi.advanceTimersByTimeAsync(300)
    expect(router.currentRoute.value.fullPath).toBe('/boards/1/matters/2?q=lease')
  })

  it('takes nobody back who is on the way to a panel when typing rests', async () => {
    const filters = await openAt('/boards/1')
    const code = loadPanelLater()
    filters.value = { ...filters.value, text: 'lease' }
    const opened = router.push('/boards/1/matters/2')
    await vi.advanceTimersByTimeAsync(1_000)
    code.resolve({})
    await opened
    expect(router.currentRoute.value.path).toBe('/boards/1/matters/2')
    expect(filters.value.text).toBe('lease')
    await vi.advanceTimersByTimeAsync(300)
    expect(router.currentRoute.value.fullPath).toBe('/boards/1/matters/2?q=lease')
  })

  it('writes what was typed once a way elsewhere has come to nothing', async () => {
    const filters = await openAt('/boards/1')
    const code = loadPanelLater()
    filters.value = { ...filters.value, text: 'lease' }
    router.onError(() => {})
    const failed = expect(router.push('/boards/1/matters/2')).rejects.toThrow('no network')
    await vi.advanceTimersByTimeAsync(1_000)
    code.reject(new Error('no network'))
    await failed
    await vi.advanceTimersByTimeAsync(300)
    expect(router.currentRoute.value.fullPath).toBe('/boards/1?q=lease')
  })

  it('follows the address when it changes by itself', async () => {
    const filters = await openAt('/boards/1?q=lease')
    await router.push('/boards/1?due=today')
    await nextTick()
    expect(filters.value).toEqual({ ...emptyMatterFilters(), quick: 'today' })
  })

  it('keeps its value while the address says the same', async () => {
    const filters = await openAt('/boards/1?q=lease')
    const before = filters.value
    await router.push('/boards/1/matters/2?q=lease')
    await nextTick()
    expect(filters.value).toBe(before)
  })
})
