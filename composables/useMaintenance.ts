import { useI18n, useState } from '#imports'
import { tryOnMounted, tryOnScopeDispose } from '@vueuse/core'
import type { ComputedRef } from 'vue'
import { computed, watch } from 'vue'
import { formatDateTime, formatSince } from '#shared/kanban/format-time.ts'
import type { MaintenancePhase } from '#shared/kanban/maintenance.ts'
import { FAR_MS, lengthOf, maintenancePhase, NEAR_MS, untilNextCount } from '#shared/kanban/maintenance.ts'
import type { Clock, Timer } from '#shared/realtime/clock.ts'
import { systemClock } from '#shared/realtime/clock.ts'
import { usePersonalStore } from '~/stores/personal.ts'
import { useSessionStore } from '~/stores/session.ts'

/** Timers of browsers don't wait longer. */
const MAX_WAIT_MS = 3_600_000

export interface UseMaintenanceReturn {
  phase: ComputedRef<MaintenancePhase | null>
  /** What is shown, counting down; null while there is nothing to show. */
  words: ComputedRef<string | null>
  /** What an administrator adds; may be empty. */
  text: ComputedRef<string>
  /** It is far enough away to be put aside until it is near. */
  canHide: ComputedRef<boolean>
  isHidden: ComputedRef<boolean>
  hide: () => void
}

/** The maintenance that an administrator announced, as a countdown by the server's clock. */
export function useMaintenance({ clock = systemClock }: { clock?: Clock } = {}): UseMaintenanceReturn {
  const { t, locale } = useI18n()
  const personal = usePersonalStore()
  const session = useSessionStore()
  // It travels with the page, so that the first render in the browser equals the server's.
  const now = useState('maintenance-now', () => personal.now())
  const hidden = useState<string | null>('maintenance-hidden', () => null)
  const announced = computed(() => personal.firm.maintenance)
  const phase = computed(() => announced.value && maintenancePhase(announced.value, now.value))
  let timer: Timer = null

  function tick(): void {
    clock.clearTimer(timer)
    now.value = personal.now()
    const wait = announced.value && untilNextCount(announced.value, now.value)
    if (wait !== null)
      timer = clock.setTimer(tick, Math.min(wait, MAX_WAIT_MS))
  }
  tryOnMounted(() => watch(announced, tick, { immediate: true }))
  tryOnScopeDispose(() => clock.clearTimer(timer))

  const inWords = (ms: number) => lengthOf(ms).map(({ unit, count }) => t(`awareness.maintenance.${unit}`, { count }, count)).join(locale.value === 'ja' ? '' : ' ')
  const words = computed(() => {
    if (!announced.value || !phase.value)
      return null
    const zone = session.timeZone
    if (phase.value.phase === 'running')
      return t('awareness.maintenance.during', { until: formatSince(phase.value.until, now.value, locale.value, zone) })
    const duration = inWords(announced.value.minutes * 60_000)
    return phase.value.left > FAR_MS
      ? t('awareness.maintenance.beforeOn', { when: formatDateTime(announced.value.startsAt, locale.value, zone), duration })
      : t('awareness.maintenance.before', { when: inWords(phase.value.left), duration })
  })
  /** Another announcement isn't hidden by what was said of this one. */
  const name = computed(() => JSON.stringify(announced.value))
  const canHide = computed(() => phase.value?.phase === 'ahead' && phase.value.left > NEAR_MS)

  return {
    phase,
    words,
    text: computed(() => announced.value?.text ?? ''),
    canHide,
    isHidden: computed(() => canHide.value && hidden.value === name.value),
    hide: () => hidden.value = name.value,
  }
}
