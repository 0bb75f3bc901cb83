// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EffectScope } from 'vue'
import { effectScope } from 'vue'
import { useRequestFetch } from '#imports'
import type { UseLinkFiguresReturn } from '~/composables/useLinkFigures.ts'
import { useLinkFigures } from '~/composables/useLinkFigures.ts'
import { useRealtimeStore } from '~/stores/realtime.ts'
import { NOW } from '../../helpers/builders.ts'
import { createFakeTransport } from '../../helpers/fake-transport.ts'
import { speak } from '../../helpers/real-words.ts'

let scope: EffectScope

beforeEach(() => {
  vi.useFakeTimers({ now: NOW })
  vi.mocked(useRequestFetch).mockReturnValue(vi.fn() as never)
  speak('en')
  setActivePinia(createPinia())
  useRealtimeStore().switchTo('polling', () => createFakeTransport())
  scope = effectScope()
})
afterEach(() => {
  scope.stop()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const open = (): UseLinkFiguresReturn => scope.run(() => useLinkFigures())!

describe('the figures of the link', () => {
  it('are taken anew each second, as long as somebody looks', () => {
    const link = open()
    const { meter } = useRealtimeStore()
    meter.tripped(80)
    expect(link.figures.value.roundTrip.p50).toBeNull()
    vi.advanceTimersByTime(1_000)
    expect(link.figures.value.roundTrip.p50).toBe(80)
    expect(link.slices.value.at(-1)).toEqual({ at: NOW, roundTrip: 80, updatesPerSecond: 0 })
    scope.stop()
    meter.tripped(900)
    vi.advanceTimersByTime(5_000)
    expect(link.figures.value.roundTrip.p95).toBe(80)
  })

  it('count what listens to the link', () => {
    const link = open()
    expect([link.role.value, link.subscriptions.value]).toEqual(['alone', 0])
    scope.run(() => useRealtimeStore().subscribeToEvent('note', () => {}))
    vi.advanceTimersByTime(1_000)
    expect(link.subscriptions.value).toBe(1)
  })

  it('name the memory only where the browser tells it', () => {
    vi.stubGlobal('performance', { now: () => 0 })
    expect(open().memoryMb.value).toBeNull()
    vi.stubGlobal('performance', { now: () => 0, memory: { usedJSHeapSize: 41_600_000 } })
    expect(open().memoryMb.value).toBe(42)
  })
})

describe('a figure in words', () => {
  it('has digits by its size, in the reader\'s language', () => {
    const { words } = open()
    expect([words.perSecond(0.123), words.perSecond(4.25), words.perSecond(0)]).toEqual(['0.12/s', '4.3/s', '0/s'])
    expect([words.ms(12.4), words.percent(0.985), words.number(12_345.6)]).toEqual(['12 ms', '98.5%', '12,346'])
    expect([words.ms(null), words.percent(null)]).toEqual(['–', '–'])
  })

  it('says bytes, kilobytes and megabytes', () => {
    const { words } = open()
    expect([999, 1_500, 2_340_000].map(words.bytes)).toEqual(['999 B/s', '1.5 kB/s', '2.3 MB/s'])
  })

  it('says the larger unit where rounding would reach it', () => {
    const { words } = open()
    expect([999.6, 999_960].map(words.bytes)).toEqual(['1 kB/s', '1 MB/s'])
  })
})
