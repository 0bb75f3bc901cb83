import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { reloadNuxtApp } from '#imports'
import { useReleaseStore } from '~/stores/release.ts'
import { takeNewestWorker } from '~/utils/newest-worker.ts'

beforeEach(() => {
  vi.clearAllMocks()
  vi.useFakeTimers()
  setActivePinia(createPinia())
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** A worker on its way. */
function createWorker() {
  const worker = Object.assign(new EventTarget(), { state: 'installing' })
  return { worker, become: (state: string) => void (worker.state = state, worker.dispatchEvent(new Event('statechange'))) }
}

describe('a page that isn\'t the newest', () => {
  it('says why, until the person has read it', () => {
    const release = useReleaseStore()
    expect(release.news).toBeNull()
    release.announce()
    expect(release.news).toBe('newer')
    release.dismiss()
    expect(release.news).toBeNull()
    release.miss(true)
    expect(release.news).toBe('part-gone')
    release.miss(false)
    expect(release.news).toBe('part-unreachable')
    expect(reloadNuxtApp).not.toHaveBeenCalled()
  })

  it('is loaded anew where the person is', async () => {
    await useReleaseStore().reload()
    expect(reloadNuxtApp).toHaveBeenCalledExactlyOnceWith({ force: true })
  })

  it('is loaded anew where the person wanted to go', async () => {
    const release = useReleaseStore()
    release.want('/import?job=1')
    release.dismiss()
    await release.reload()
    expect(reloadNuxtApp).toHaveBeenCalledExactlyOnceWith({ force: true, path: '/import?job=1' })
  })
})

describe('the newest service worker', () => {
  it.each(['activated', 'redundant'])('is waited for until it is %s', async (end) => {
    const { worker, become } = createWorker()
    const done = vi.fn()
    const taken = takeNewestWorker({ getRegistration: async () => ({ update: async () => {}, installing: worker }) as never }).then(done)
    await vi.advanceTimersByTimeAsync(100)
    become('installed')
    await vi.advanceTimersByTimeAsync(100)
    expect(done).not.toHaveBeenCalled()
    become(end)
    await taken
  })

  it.each<[string, unknown]>([
    ['the browser has none', undefined],
    ['none is registered', { getRegistration: async () => undefined }],
    ['it is there already', { getRegistration: async () => ({ update: async () => {}, installing: null, waiting: null }) }],
    ['it can\'t be asked for', { getRegistration: async () => ({ update: async () => { throw new TypeError('no network') } }) }],
  ])('isn\'t waited for where %s', async (_, container) => {
    await takeNewestWorker(container as never)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is waited for so long and no longer', async () => {
    const done = vi.fn()
    const taken = takeNewestWorker({ getRegistration: () => new Promise(() => {}) }, 5_000).then(done)
    await vi.advanceTimersByTimeAsync(4_999)
    expect(done).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    await taken
  })
})
