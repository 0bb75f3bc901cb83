import { tryOnScopeDispose } from '@vueuse/core'
import type { MaybeRefOrGetter, ShallowRef } from 'vue'
import { shallowReadonly, shallowRef, toValue, watch } from 'vue'
import type { EpochMs } from '#shared/kanban/matter.ts'
import type { Clock, Timer } from '#shared/realtime/clock.ts'
import { systemClock } from '#shared/realtime/clock.ts'

/** Whole seconds until `at`, moved on each second while there are some; null without a time. */
export function useCountdown(at: MaybeRefOrGetter<EpochMs | null>, clock: Clock = systemClock): Readonly<ShallowRef<number | null>> {
  const seconds = shallowRef<number | null>(null)
  let timer: Timer = null

  function tick(): void {
    clock.clearTimer(timer)
    const due = toValue(at)
    const leftMs = due === null ? null : Math.max(0, due - clock.now())
    seconds.value = leftMs === null ? null : Math.ceil(leftMs / 1_000)
    if (leftMs)
      timer = clock.setTimer(tick, leftMs % 1_000 || 1_000)
  }

  watch(() => toValue(at), tick, { immediate: true })
  tryOnScopeDispose(() => clock.clearTimer(timer))
  return shallowReadonly(seconds)
}
