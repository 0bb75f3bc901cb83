import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { EffectScope } from 'vue'
import { effectScope, isReadonly, shallowRef, watch } from 'vue'
import type { FetchContext, UseRealTimeUpdatesOptions, UseRealTimeUpdatesReturn } from '~/composables/useRealTimeUpdates.ts'
import { useRealTimeUpdates } from '~/composables/useRealTimeUpdates.ts'
import { NOW } from '../../helpers/builders.ts'
import type { FakePage } from '../../helpers/fake-page.ts'
import { createFakePage } from '../../helpers/fake-page.ts'
import { settle } from '../../helpers/virtual-clock.ts'

interface Thing {
  n: number
  parts: { name: string }[]
}

let scope: EffectScope
let page: FakePage
let fetcher: ReturnType<typeof vi.fn<(context: FetchContext<Thing>) => Promise<Thing>>>

const thing = (n = 1): Thing => ({ n, parts: [{ name: 'a' }] })

function use(options: UseRealTimeUpdatesOptions<Thing> = {}): UseRealTimeUpdatesReturn<Thing> {
  return scope.run(() => useRealTimeUpdates<Thing>(fetcher, { window: page.window, ...options }))!
}

const advance = (ms: number) => vi.advanceTimersByTimeAsync(ms)

beforeEach(() => {
  vi.useFakeTimers({ now: NOW })
  // A round is the interval, and a backoff is nothing, unless a test says otherwise.
  vi.spyOn(Math, 'random').mockReturnValue(0)
  scope = effectScope()
  page = createFakePage()
  fetcher = vi.fn(async () => thing())
})

afterEach(() => {
  scope.stop()
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})

describe('keeping data fresh', () => {
  it('asks at once and then every five seconds', async () => {
    const { data, status, loading, lastSync, nextSyncAt, isActive } = use()
    expect([status.value, loading.value, data.value, isActive.value]).toEqual(['loading', true, undefined, true])
    await advance(0)
    expect([status.value, loading.value, data.value]).toEqual(['success', false, thing()])
    expect([lastSync.value, nextSyncAt.value]).toEqual([NOW, NOW + 5_000])
    await advance(5_000)
    expect(fetcher).toHaveBeenCalledTimes(2)
  })

  it('follows an interval that changes', async () => {
    const interval = shallowRef(5_000)
    use({ interval })
    await advance(1_000)
    interval.value = 2_000
    await advance(1_000)
    expect(fetcher).toHaveBeenCalledTimes(2)
  })

  it('begins later when it is not to begin at once', async () => {
    const { status, refresh } = use({ immediate: false })
    await advance(4_999)
    expect([fetcher.mock.calls.length, status.value]).toEqual([0, 'idle'])
    await refresh()
    expect(status.value).toBe('success')
  })

  it('gives the fetcher a signal and what is there', async () => {
    use()
    await advance(5_000)
    expect(fetcher.mock.calls[0]![0].previous).toBeUndefined()
    expect(fetcher.mock.calls[1]![0].previous).toEqual(thing())
    expect(fetcher.mock.calls[1]![0].signal).toBeInstanceOf(AbortSignal)
  })

  it('leaves equal data the same object, so that nothing renders again', async () => {
    const onUpdate = vi.fn()
    const { data } = use({ onUpdate })
    await advance(0)
    const before = data.value
    const rendered = vi.fn()
    scope.run(() => watch(data, rendered, { flush: 'sync' }))
    await advance(5_000)
    expect(data.value).toBe(before)
    expect(rendered).not.toHaveBeenCalled()
    expect(onUpdate).toHaveBeenCalledTimes(1)
    fetcher.mockResolvedValueOnce(thing(2))
    await advance(5_000)
    expect(data.value).toEqual(thing(2))
    expect(data.value!.parts).toBe(before!.parts)
    expect(onUpdate).toHaveBeenLastCalledWith(data.value, before)
  })

  it('uses what is there within the stale time', async () => {
    const { refresh, isStale } = use({ staleTime: 3_000 })
    await advance(2_999)
    await refresh()
    expect([fetcher.mock.calls.length, isStale.value]).toEqual([1, false])
    await advance(1)
    expect(isStale.value).toBe(true)
    await refresh()
    expect([fetcher.mock.calls.length, isStale.value]).toEqual([2, false])
  })

  it('joins a request that is under way', async () => {
    fetcher.mockImplementation(() => new Promise(resolve => setTimeout(() => resolve(thing()), 1_000)))
    const { refresh } = use()
    void refresh()
    const joined = refresh()
    await advance(1_000)
    await joined
    expect(fetcher).toHaveBeenCalledTimes(1)
  })

  it('hands out what only it may change', () => {
    const { data, error, loading, status, lastSync, nextSyncAt, retryCount, isActive, isOnline, isStale } = use()
    expect([data, error, loading, status, lastSync, nextSyncAt, retryCount, isActive, isOnline, isStale].every(isReadonly)).toBe(true)
  })
})

describe('failures', () => {
  it('are retried with growing patience, then said, and tried further', async () => {
    vi.mocked(Math.random).mockReturnValue(0.5)
    const onError = vi.fn()
    const cause = new Error('down')
    fetcher.mockRejectedValue(cause)
    const { status, error, retryCount, nextSyncAt } = use({ retryAttempts: 2, retryDelay: 1_000, backoffMultiplier: 2, maxInterval: 1_500, onError })
    await advance(0)
    expect([status.value, error.value, retryCount.value, nextSyncAt.value]).toEqual(['retrying', cause, 1, NOW + 500])
    await advance(500)
    expect([retryCount.value, nextSyncAt.value]).toEqual([2, Date.now() + 750])
    expect(onError).not.toHaveBeenCalled()
    await advance(750)
    expect([status.value, retryCount.value]).toEqual(['error', 3])
    await advance(5_000)
    expect(retryCount.value).toBe(4)
    expect(onError).toHaveBeenCalledExactlyOnceWith(cause)
  })

  it('end with a success, which is told', async () => {
    const onReconnect = vi.fn()
    fetcher.mockRejectedValueOnce(new Error('down'))
    const { status, error, retryCount } = use({ onReconnect })
    await advance(0)
    expect([status.value, error.value, retryCount.value]).toEqual(['success', null, 0])
    expect(onReconnect).toHaveBeenCalledTimes(1)
  })

  it('aren\'t what those do who listen: their mistakes are reported as theirs, and it goes on asking', async () => {
    const before = process.listeners('unhandledRejection')
    const reported: unknown[] = []
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', error => reported.push(error))
    onTestFinished(() => {
      process.removeAllListeners('unhandledRejection')
      before.forEach(listener => process.on('unhandledRejection', listener))
    })
    const mistake = (of: string) => () => {
      throw new Error(of)
    }
    fetcher.mockRejectedValueOnce(new Error('down'))
    const { error, retryCount, nextSyncAt } = use({ retryAttempts: 0, onUpdate: mistake('update'), onReconnect: mistake('reconnect'), onError: mistake('error') })
    await advance(5_000)
    expect(fetcher).toHaveBeenCalledTimes(2)
    expect([error.value, retryCount.value, nextSyncAt.value]).toEqual([null, 0, NOW + 10_000])
    vi.useRealTimers()
    await settle()
    vi.useFakeTimers()
    expect(reported.map(one => (one as Error).message)).toEqual(['error', 'update', 'reconnect'])
  })

  it.each([[true, thing()], [false, undefined]])('keep the data there was: %s', async (keepPreviousData, expected) => {
    const { data, status } = use({ keepPreviousData, retryAttempts: 0 })
    await advance(0)
    fetcher.mockRejectedValue(new Error('down'))
    await advance(5_000)
    expect(status.value).toBe('error')
    expect(data.value).toEqual(expected)
  })
})

describe('a page that nobody looks at', () => {
  it('asks nothing while hidden, and within 500 ms of being seen again', async () => {
    const { isActive, pausedBy, status } = use()
    await advance(0)
    page.hide()
    expect([isActive.value, pausedBy.value, status.value]).toEqual([false, ['hidden'], 'paused'])
    await advance(3_600_000)
    expect(fetcher).toHaveBeenCalledTimes(1)
    page.show()
    await advance(500)
    expect(fetcher).toHaveBeenCalledTimes(2)
  })

  it('asks nothing while offline, and within 500 ms of being back', async () => {
    const onReconnect = vi.fn()
    const { isOnline } = use({ onReconnect })
    await advance(0)
    page.goOffline()
    expect(isOnline.value).toBe(false)
    await advance(3_600_000)
    expect(fetcher).toHaveBeenCalledTimes(1)
    page.goOnline()
    await advance(500)
    expect(fetcher).toHaveBeenCalledTimes(2)
    expect(onReconnect).toHaveBeenCalledTimes(1)
  })

  it('begins once a page that was opened offline is online', async () => {
    page = createFakePage({ online: false })
    use()
    await advance(60_000)
    expect(fetcher).not.toHaveBeenCalled()
    page.goOnline()
    await advance(500)
    expect(fetcher).toHaveBeenCalledTimes(1)
  })

  it('asks within 500 ms of getting the focus', async () => {
    use()
    await advance(1_000)
    page.focus()
    await advance(500)
    expect(fetcher).toHaveBeenCalledTimes(2)
  })

  it('lets the focus be when told so', async () => {
    use({ refetchOnFocus: false })
    await advance(1_000)
    page.focus()
    await advance(500)
    expect(fetcher).toHaveBeenCalledTimes(1)
  })
})

describe('switches', () => {
  it('asks nothing, and drops its request, while not enabled', async () => {
    const enabled = shallowRef(false)
    fetcher.mockImplementation(() => new Promise(() => {}))
    const { refresh, isActive } = use({ enabled })
    await refresh()
    expect([fetcher.mock.calls.length, isActive.value]).toEqual([0, false])
    enabled.value = true
    await advance(500)
    enabled.value = false
    expect(fetcher.mock.calls[0]![0].signal.aborted).toBe(true)
  })

  it('drops the answer to a request that it no longer wants', async () => {
    const enabled = shallowRef(true)
    fetcher.mockImplementation(() => new Promise(resolve => setTimeout(() => resolve(thing()), 1_000)))
    const { data } = use({ enabled })
    enabled.value = false
    await advance(1_000)
    expect(data.value).toBeUndefined()
  })

  it('pauses and resumes by hand, and is fresh at once', async () => {
    const { pause, resume, isActive } = use()
    await advance(0)
    pause()
    await advance(60_000)
    expect([fetcher.mock.calls.length, isActive.value]).toEqual([1, false])
    resume()
    await advance(500)
    expect([fetcher.mock.calls.length, isActive.value]).toEqual([2, true])
  })

  it('waits while a card is held', async () => {
    const held = shallowRef(false)
    use({ pauseOnInteraction: held })
    await advance(0)
    held.value = true
    await advance(20_000)
    expect(fetcher).toHaveBeenCalledTimes(1)
    held.value = false
    await advance(500)
    expect(fetcher).toHaveBeenCalledTimes(2)
  })

  it('watches the pointer itself when asked to', async () => {
    const { pausedBy } = use({ pauseOnInteraction: true })
    await advance(0)
    page.fire('pointerdown')
    expect(pausedBy.value).toEqual(['interaction'])
    page.fire('dragstart')
    page.fire('pointercancel')
    expect(pausedBy.value).toEqual(['interaction'])
    page.fire('dragend')
    expect(pausedBy.value).toEqual([])
    page.fire('pointerdown')
    page.fire('pointerup')
    expect(pausedBy.value).toEqual([])
  })
})

describe('its end', () => {
  it('comes with its scope: nothing under way, nothing planned, nothing heard', async () => {
    fetcher.mockImplementation(() => new Promise(() => {}))
    use()
    scope.stop()
    expect(fetcher.mock.calls[0]![0].signal.aborted).toBe(true)
    page.hide()
    page.show()
    page.focus()
    await advance(60_000)
    expect(fetcher).toHaveBeenCalledTimes(1)
  })

  it('is there from the beginning in a server render', async () => {
    const { status, isActive, isOnline, refresh } = scope.run(() => useRealTimeUpdates<Thing>(fetcher))!
    await refresh()
    await advance(60_000)
    expect(fetcher).not.toHaveBeenCalled()
    expect([status.value, isActive.value, isOnline.value]).toEqual(['idle', false, true])
  })
})
