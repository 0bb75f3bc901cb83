import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EffectScope } from 'vue'
import { effectScope, ref } from 'vue'
import type { UseNetworkStatusOptions } from '~/composables/useNetworkStatus.ts'
import { useNetworkStatus } from '~/composables/useNetworkStatus.ts'
import { useRealtimeStore } from '~/stores/realtime.ts'
import type { FakePage } from '../../helpers/fake-page.ts'
import { createFakePage } from '../../helpers/fake-page.ts'
import type { VirtualClock } from '../../helpers/virtual-clock.ts'
import { createVirtualClock } from '../../helpers/virtual-clock.ts'

let clock: VirtualClock
let scope: EffectScope
let page: FakePage
let tookMs: number
const fetch = vi.fn(async () => {
  clock.sleep(tookMs)
  return Response.json({ now: clock.now() })
})

beforeEach(() => {
  setActivePinia(createPinia())
  clock = createVirtualClock()
  vi.spyOn(Date, 'now').mockImplementation(() => clock.now())
  scope = effectScope()
  page = createFakePage()
  tookMs = 50
  fetch.mockClear()
  vi.stubGlobal('fetch', fetch)
})
afterEach(() => {
  scope.stop()
  vi.unstubAllGlobals()
})

function open(options: UseNetworkStatusOptions = {}) {
  return scope.run(() => useNetworkStatus({ window: page.window as never, clock, ...options }))!
}
const trips = (...all: number[]) => all.forEach(took => useRealtimeStore().meter.tripped(took))

describe('the network', () => {
  it('is measured by what is exchanged anyway: the middle of the last five', () => {
    const { roundTrip } = open()
    expect(roundTrip.value).toBeNull()
    trips(900, 10, 20, 30, 40)
    expect(roundTrip.value).toBe(30)
    trips(50)
    expect(roundTrip.value).toBe(30)
    expect(fetch).not.toHaveBeenCalled()
  })

  it('is slow above 300 ms, and good again after three looks below 200 ms', () => {
    const { quality } = open()
    trips(400, 400)
    expect(quality.value).toBe('good')
    trips(400)
    expect(quality.value).toBe('slow')
    trips(250, 250, 250, 250, 250, 250)
    expect(quality.value).toBe('slow')
    trips(100, 100, 100, 100)
    expect(quality.value).toBe('slow')
    trips(100)
    expect(quality.value).toBe('good')
  })

  it('isn\'t judged by a single slow answer', () => {
    const { quality } = open()
    trips(2_000, 50, 50, 3_000)
    expect(quality.value).toBe('good')
  })

  it('is slow where the browser takes it for 2g, and measured again once it doesn\'t', () => {
    const network = Object.assign(new EventTarget(), { effectiveType: '2g', downlink: 0.1, saveData: true })
    const { quality, effectiveType, downlink, saveData } = open({
      window: Object.assign(page.window, { navigator: { onLine: true, connection: network } }) as never,
    })
    expect([quality.value, effectiveType.value, downlink.value, saveData.value]).toEqual(['slow', '2g', 0.1, true])
    Object.assign(network, { effectiveType: '4g', downlink: 10, saveData: false })
    network.dispatchEvent(new Event('change'))
    expect([quality.value, effectiveType.value, downlink.value]).toEqual(['slow', '4g', 10])
    trips(50, 50, 50)
    expect(quality.value).toBe('good')
  })

  it('is measured on demand, once at a time', async () => {
    const { check, roundTrip } = open()
    expect(await Promise.all([check(), check()])).toEqual([50, 50])
    expect([fetch.mock.calls.length, roundTrip.value]).toEqual([1, 50])
    fetch.mockRejectedValueOnce(new TypeError('gone'))
    expect(await check()).toBeNull()
  })

  it('is asked every 5 s while somebody looks at the figures, and not after', async () => {
    const watched = ref(true)
    open({ watched })
    await clock.advance(16_000)
    expect(fetch.mock.calls.length).toBeGreaterThanOrEqual(3)
    watched.value = false
    await clock.advance(0)
    fetch.mockClear()
    await clock.advance(60_000)
    expect(fetch).not.toHaveBeenCalled()
  })

  it('is asked after three minutes without an exchange, which each exchange puts off', async () => {
    open()
    await clock.advance(170_000)
    useRealtimeStore().meter.exchanged(true)
    await clock.advance(179_000)
    expect(fetch).not.toHaveBeenCalled()
    await clock.advance(1_000)
    expect(fetch).toHaveBeenCalledOnce()
  })

  it('is left alone where nobody wants news, in a hidden page and without a network', async () => {
    const enabled = ref(false)
    open({ enabled, watched: true })
    await clock.advance(600_000)
    page.hide()
    enabled.value = true
    await clock.advance(600_000)
    page.goOffline()
    page.show()
    await clock.advance(600_000)
    expect(fetch).not.toHaveBeenCalled()
    page.goOnline()
    await clock.advance(0)
    expect(fetch).toHaveBeenCalledOnce()
  })
})
