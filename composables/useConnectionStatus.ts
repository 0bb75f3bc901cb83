import { tryOnScopeDispose } from '@vueuse/core'
import type { ComputedRef, InjectionKey, ShallowRef } from 'vue'
import { computed, inject, provide, shallowReadonly, shallowRef, watch } from 'vue'
import type { EpochMs } from '#shared/kanban/matter.ts'
import type { Clock, Timer } from '#shared/realtime/clock.ts'
import { systemClock } from '#shared/realtime/clock.ts'
import type { ConnectionState } from '#shared/realtime/connection-state.ts'
import { connectionStateOf, isDown, isKnownUp, standingOf } from '#shared/realtime/connection-state.ts'
import type { NewsWay } from '#shared/realtime/news-way.ts'
import { useRealtimeStore } from '~/stores/realtime.ts'
import type { KanbanView } from './useKanban.ts'
import { useKanban } from './useKanban.ts'
import { RISKY_AGE_MS, useRiskyAction } from './useRiskyAction.ts'

/** What takes longer to go out is waiting, in milliseconds. */
const SLOW_MS = 5_000

/** An outage that is over. */
export interface Outage {
  /** How long the server was away, in milliseconds. */
  downtime: number
  endedAt: EpochMs
}

export interface UseConnectionStatusReturn {
  state: ComputedRef<ConnectionState>
  /** How news come just now; null while none do. */
  via: ComputedRef<'polling' | 'socket' | null>
  /** And why that way. */
  way: ComputedRef<NewsWay | null>
  /** When the rows last were known to be right. */
  lastSync: ComputedRef<EpochMs | null>
  /** Changes that wait and don't go out at once; the others are gone before they could be counted. */
  waiting: ComputedRef<number>
  /** When the server is tried again by itself, epoch milliseconds; null while that isn't planned. */
  nextTryAt: ComputedRef<EpochMs | null>
  /** Nothing has proved for five minutes that the rows are right, though news are wanted. */
  isOutOfDate: Readonly<ShallowRef<boolean>>
  /** The last outage that is over; null before one was. */
  outage: Readonly<ShallowRef<Outage | null>>
  /** How long that one was, in milliseconds. */
  downtime: ComputedRef<number | null>
  isRisky: () => boolean
  askFirst: () => Promise<boolean>
  /** Asks now. */
  sync: () => Promise<void>
  /** Tries at once what waits for its next try, and forgets how often it failed. */
  retry: () => Promise<void>
}

export interface UseConnectionStatusOptions {
  /** @default the machine's */
  clock?: Clock
}

const STATUS: InjectionKey<UseConnectionStatusReturn> = Symbol('connection-status')

/** Watches the connection of a board for everything below this component. */
export function provideConnectionStatus(kanban: KanbanView, options: UseConnectionStatusOptions = {}): UseConnectionStatusReturn {
  const connection = createConnectionStatus(kanban, options)
  provide(STATUS, connection)
  return connection
}

/** The connection of the open board, which a component above watches. */
export function useConnectionStatus(): UseConnectionStatusReturn {
  return inject(STATUS, null) ?? createConnectionStatus(useKanban())
}

function createConnectionStatus(kanban: KanbanView, { clock = systemClock }: UseConnectionStatusOptions = {}): UseConnectionStatusReturn {
  const { meter } = useRealtimeStore()
  const isBrowser = 'window' in globalThis
  const situation = computed(() => ({
    status: kanban.status.value,
    isOnline: kanban.isOnline.value,
    isStale: kanban.isStale.value,
    hasPending: kanban.pendingUpdates.value > 0,
  }))
  const state = computed(() => connectionStateOf(situation.value))
  const isSlow = shallowRef(false)
  const isOutOfDate = shallowRef(false)
  const outage = shallowRef<Outage | null>(null)
  let downSince: EpochMs | null = null
  let slowTimer: Timer = null
  let oldTimer: Timer = null

  function watchPending(waits: boolean): void {
    clock.clearTimer(slowTimer)
    isSlow.value = false
    if (waits)
      slowTimer = clock.setTimer(() => isSlow.value = true, SLOW_MS)
  }

  function watchAge(isStale: boolean): void {
    clock.clearTimer(oldTimer)
    const age = isStale ? kanban.age() : null
    isOutOfDate.value = age !== null && age >= RISKY_AGE_MS
    if (age !== null && age < RISKY_AGE_MS)
      oldTimer = clock.setTimer(() => watchAge(kanban.isStale.value), RISKY_AGE_MS - age)
  }

  function watchOutage(now: typeof situation.value): void {
    if (isDown(now)) {
      downSince ??= clock.now()
      return
    }
    if (now.status.state === 'paused' && now.status.reason === 'off')
      downSince = null
    if (downSince === null || !isKnownUp(now))
      return
    outage.value = { downtime: Math.max(0, clock.now() - downSince), endedAt: clock.now() }
    downSince = null
  }

  if (isBrowser) {
    watch(() => situation.value.hasPending, watchPending, { immediate: true })
    watch([kanban.isStale, kanban.lastSync], ([isStale]) => watchAge(isStale), { immediate: true })
    watch(situation, watchOutage, { immediate: true })
    watch(() => standingOf(situation.value), meter.stands, { immediate: true })
    tryOnScopeDispose(() => {
      clock.clearTimer(slowTimer)
      clock.clearTimer(oldTimer)
      meter.stands('idle')
    })
  }

  return {
    state,
    via: computed(() => kanban.status.value.state === 'live' ? kanban.status.value.via : null),
    way: kanban.newsWay,
    lastSync: computed(() => kanban.lastSync.value),
    waiting: computed(() => {
      const goesOut = state.value === 'live' || state.value === 'polling' || ((state.value === 'syncing' || state.value === 'off') && !isSlow.value)
      return goesOut ? 0 : kanban.pendingUpdates.value
    }),
    nextTryAt: computed(() => state.value === 'delayed' && kanban.status.value.state === 'waiting' ? kanban.status.value.retryAt : null),
    isOutOfDate: shallowReadonly(isOutOfDate),
    outage: shallowReadonly(outage),
    downtime: computed(() => outage.value?.downtime ?? null),
    ...useRiskyAction(kanban),
    sync: kanban.refresh,
    retry: kanban.retry,
  }
}
