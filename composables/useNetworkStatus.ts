import type { ConfigurableWindow } from '@vueuse/core'
import { defaultWindow, tryOnScopeDispose, useDocumentVisibility, useEventListener, useOnline } from '@vueuse/core'
import type { ComputedRef, MaybeRefOrGetter, Ref } from 'vue'
import { computed, shallowReadonly, shallowRef, toValue, watch } from 'vue'
import type { Clock, Timer } from '#shared/realtime/clock.ts'
import { systemClock } from '#shared/realtime/clock.ts'
import type { NetworkQuality } from '#shared/realtime/network-quality.ts'
import { roundTripOf, UNKNOWN_QUALITY, withoutTrips, withTrip, withType } from '#shared/realtime/network-quality.ts'
import { useRealtimeStore } from '~/stores/realtime.ts'

const PING_PATH = '/api/ping'
/** While somebody looks at the figures. */
const WATCHED_EVERY_MS = 5_000
/** With no exchange for so long nothing is known of the network any more. */
const QUIET_MS = 3 * 60_000
/** An answer that takes longer is none. */
const TIMEOUT_MS = 10_000

/** What some browsers tell of the network. */
interface NetworkInformation extends EventTarget {
  effectiveType?: string
  downlink?: number
  saveData?: boolean
}

export interface UseNetworkStatusOptions extends ConfigurableWindow {
  /** Somebody looks at the figures: it is measured every 5 s. @default false */
  watched?: MaybeRefOrGetter<boolean>
  /** False: nothing is asked but by `check`. @default true */
  enabled?: MaybeRefOrGetter<boolean>
  /** @default the machine's */
  clock?: Clock
}

export interface UseNetworkStatusReturn {
  isOnline: Readonly<Ref<boolean>>
  /** The middle of the last five round trips, in milliseconds; null before the first. */
  roundTrip: ComputedRef<number | null>
  /** `slow` from 2g or 300 ms on, until three looks in a row are below 200 ms. */
  quality: ComputedRef<'good' | 'slow'>
  /** What the browser takes the network for; null where it doesn't say. */
  effectiveType: ComputedRef<string | null>
  /** Megabits a second; null where the browser doesn't say. */
  downlink: ComputedRef<number | null>
  saveData: ComputedRef<boolean>
  /** Measures now; the round trip in milliseconds, null when no answer came. */
  check: () => Promise<number | null>
}

/** How good the network is: measured in exchanges that happen anyway, and by pings where there are none. In a server render it does nothing. */
export function useNetworkStatus(options: UseNetworkStatusOptions = {}): UseNetworkStatusReturn {
  const { clock = systemClock, window = defaultWindow, watched = false, enabled = true } = options
  const { meter } = useRealtimeStore()
  const network = (window?.navigator as { connection?: NetworkInformation } | undefined)?.connection
  const isOnline = useOnline({ window })
  const visibility = useDocumentVisibility({ document: window?.document })
  const information = shallowRef(readInformation())
  const quality = shallowRef<NetworkQuality>(UNKNOWN_QUALITY)
  const openedAt = clock.now()
  let timer: Timer = null
  let asking: Promise<number | null> | null = null
  let askedAt = -Infinity
  let isOver = false

  function readInformation() {
    const { effectiveType = null, downlink = null, saveData = false } = network ?? {}
    return { effectiveType, downlink, saveData }
  }

  async function ping(): Promise<number | null> {
    const begunAt = askedAt = clock.now()
    const late = new AbortController()
    const deadline = clock.setTimer(() => late.abort(), TIMEOUT_MS)
    try {
      const answer = await globalThis.fetch(PING_PATH, { signal: late.signal, cache: 'no-store', credentials: 'omit' })
      const tookMs = clock.now() - begunAt
      if (!answer.ok)
        return null
      const { now } = await answer.json() as { now: number }
      meter.clockTold(now, begunAt)
      meter.exchanged(true)
      meter.tripped(tookMs)
      return tookMs
    }
    catch {
      return null
    }
    finally {
      clock.clearTimer(deadline)
    }
  }

  function check(): Promise<number | null> {
    asking ??= ping().finally(() => asking = null)
    return asking
  }

  /** When the next ping is due; null for never. */
  function dueAt(): number | null {
    if (isOver || !isOnline.value || visibility.value === 'hidden' || !toValue(enabled))
      return null
    return toValue(watched) ? askedAt + WATCHED_EVERY_MS : Math.max(askedAt, meter.exchangedAt ?? openedAt) + QUIET_MS
  }

  function plan(): void {
    clock.clearTimer(timer)
    const due = dueAt()
    timer = due === null ? null : clock.setTimer(look, Math.max(0, due - clock.now()))
  }

  /** Exchanges since then may have put it off. */
  function look(): void {
    const due = dueAt()
    if (due !== null && due <= clock.now())
      void check().then(plan)
    else
      plan()
  }

  if (window) {
    tryOnScopeDispose(meter.onTrip(tookMs => quality.value = withTrip(quality.value, tookMs, information.value.effectiveType)))
    if (network?.addEventListener)
      useEventListener(network, 'change', () => {
        information.value = readInformation()
        quality.value = withType(quality.value, information.value.effectiveType)
      })
    quality.value = withType(quality.value, information.value.effectiveType)
    watch(isOnline, online => online || (quality.value = withoutTrips(quality.value)))
    watch([isOnline, visibility, () => toValue(watched), () => toValue(enabled)], plan, { immediate: true })
    tryOnScopeDispose(() => {
      isOver = true
      clock.clearTimer(timer)
    })
  }

  return {
    isOnline: shallowReadonly(isOnline),
    roundTrip: computed(() => roundTripOf(quality.value)),
    quality: computed(() => quality.value.isSlow ? 'slow' : 'good'),
    effectiveType: computed(() => information.value.effectiveType),
    downlink: computed(() => information.value.downlink),
    saveData: computed(() => information.value.saveData),
    check,
  }
}
