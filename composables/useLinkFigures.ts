import { useIntervalFn } from '@vueuse/core'
import type { ComputedRef, ShallowRef } from 'vue'
import { computed, shallowReadonly, shallowRef } from 'vue'
import { useI18n } from '#imports'
import type { LinkFigures, LinkSlice } from '#shared/realtime/link-meter.ts'
import type { TabRole } from '#shared/realtime/tab-leader.ts'
import { useRealTimeTransport } from './useRealTimeTransport.ts'
import { useRealtimeStore } from '~/stores/realtime.ts'

const EVERY_MS = 1_000

/** A unit ends where its last digit would be rounded up to the next. */
const SIZES = [
  { below: 999.5, size: 1, unit: 'B', digits: 0 },
  { below: 999_950, size: 1_000, unit: 'kB', digits: 1 },
  { below: Infinity, size: 1_000_000, unit: 'MB', digits: 1 },
] as const

export interface UseLinkFiguresReturn {
  figures: Readonly<ShallowRef<LinkFigures>>
  slices: Readonly<ShallowRef<LinkSlice[]>>
  role: ComputedRef<TabRole>
  subscriptions: ComputedRef<number>
  /** Megabytes; null where the browser doesn't tell. */
  memoryMb: ComputedRef<number | null>
  /** Numbers in the reader's language; a dash where there is none. */
  words: {
    ms: (value: number | null) => string
    perSecond: (value: number) => string
    bytes: (value: number) => string
    percent: (value: number | null) => string
    number: (value: number) => string
  }
}

/** The figures of this page's link, taken anew each second as long as the scope lives. */
export function useLinkFigures(): UseLinkFiguresReturn {
  const { t, locale } = useI18n()
  const store = useRealtimeStore()
  const { role } = useRealTimeTransport()
  const figures = shallowRef(store.meter.figures())
  const slices = shallowRef(store.meter.slices())

  useIntervalFn(() => {
    figures.value = store.meter.figures()
    slices.value = store.meter.slices()
  }, EVERY_MS)

  function number(value: number, digits = value < 10 ? 1 : 0): string {
    return new Intl.NumberFormat(locale.value, { maximumFractionDigits: digits }).format(value)
  }

  function bytes(value: number): string {
    const { size, unit, digits } = SIZES.find(({ below }) => value < below)!
    return t('connection.metrics.perSecond', { value: `${number(value / size, digits)} ${unit}` })
  }

  return {
    figures: shallowReadonly(figures),
    slices: shallowReadonly(slices),
    role,
    // They aren't reactive: as often as the figures is often enough.
    subscriptions: computed(() => figures.value && store.subscriptionCount()),
    memoryMb: computed(() => {
      const used = figures.value && (globalThis.performance as { memory?: { usedJSHeapSize?: number } }).memory?.usedJSHeapSize
      return used === undefined ? null : Math.round(used / 1_000_000)
    }),
    words: {
      ms: value => value === null ? t('connection.metrics.nothing') : t('connection.metrics.ms', { value: number(Math.round(value), 0) }),
      perSecond: value => t('connection.metrics.perSecond', { value: number(value, value < 1 ? 2 : 1) }),
      bytes,
      percent: value => value === null ? t('connection.metrics.nothing') : t('connection.metrics.percent', { value: number(value * 100, 1) }),
      number: value => number(value, 0),
    },
  }
}
