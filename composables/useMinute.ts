import type { ConfigurableWindow } from '@vueuse/core'
import { defaultWindow, tryOnMounted, tryOnScopeDispose } from '@vueuse/core'
import type { ShallowRef } from 'vue'
import { shallowReadonly, shallowRef } from 'vue'
import type { Clock, Timer } from '#shared/realtime/clock.ts'
import { systemClock } from '#shared/realtime/clock.ts'

/** Ages and deadlines on the screen move on each minute. */
const TICK_MS = 60_000

export interface UseMinuteOptions extends ConfigurableWindow {
  /** What shows first, in epoch milliseconds. @default now */
  initial?: number
  /** What the time that shows is ahead of this machine's, in milliseconds. @default nothing */
  offset?: () => number
  /** @default the machine's */
  clock?: Clock
}

/** The time, as a screen shows it: it moves on each minute once it is mounted. */
export function useMinute(options: UseMinuteOptions = {}): Readonly<ShallowRef<number>> {
  const { offset = () => 0, clock = systemClock, initial = clock.now(), window = defaultWindow } = options
  const now = shallowRef(initial)
  let timer: Timer | null = null

  function tick(): void {
    now.value = clock.now() + offset()
    timer = clock.setTimer(tick, TICK_MS)
  }
  if (window) {
    tryOnMounted(tick)
    tryOnScopeDispose(() => clock.clearTimer(timer))
  }
  return shallowReadonly(now)
}
