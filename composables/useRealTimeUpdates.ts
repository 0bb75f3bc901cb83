import type { ConfigurableDocument, ConfigurableWindow } from '@vueuse/core'
import { defaultWindow, tryOnScopeDispose, useDocumentVisibility, useOnline, useWindowFocus } from '@vueuse/core'
import type { MaybeRefOrGetter, ShallowRef, ComputedRef } from 'vue'
import { computed, shallowReadonly, shallowRef, toValue, watch } from 'vue'
import type { Clock } from '#shared/realtime/clock.ts'
import { systemClock } from '#shared/realtime/clock.ts'
import type { PauseReason } from '#shared/realtime/connection.ts'
import type { PollStatus, PollerState } from '#shared/realtime/poller.ts'
import { createPoller } from '#shared/realtime/poller.ts'
import { shareStructure } from '#shared/realtime/share-structure.ts'
import { useInteraction } from './useInteraction.ts'

/** A request without an answer is given up after so long; the next one is due then. */
const TIMEOUT_MS = 30_000

/** What a fetcher is told of the question. */
export interface FetchContext<T> {
  /** Aborted when the answer no longer matters. */
  signal: AbortSignal
  /** What is there now; undefined before the first answer. */
  previous: T | undefined
}

/** When to ask, and who hears what came of it. */
export interface UseRealTimeUpdatesOptions<T> extends ConfigurableWindow, ConfigurableDocument {
  /** Milliseconds from one request to the next. @default 5_000 */
  interval?: MaybeRefOrGetter<number>
  /** Ask at once. @default true */
  immediate?: boolean
  /** False: nothing is asked, and a request under way is dropped. @default true */
  enabled?: MaybeRefOrGetter<boolean>
  /** Wait while the person is in the middle of something: a ref or getter that tells, or true to watch the pointer itself. @default false */
  pauseOnInteraction?: MaybeRefOrGetter<boolean>
  /** Why nothing is asked by itself: `off`, the person wants it so; `following`, another tab asks. `refresh` asks all the same. @default null */
  rest?: MaybeRefOrGetter<'off' | 'following' | null>
  /** An answer younger than this many milliseconds is used instead of asking again. @default 0 */
  staleTime?: number
  /** So many failures in a row are retried before `status` says `error`; trying goes on, more slowly. @default 3 */
  retryAttempts?: number
  /** Longest wait before the first retry, in milliseconds; the wait itself is random. @default 1_000 */
  retryDelay?: number
  /** What the longest wait grows by with each failure. @default 2 */
  backoffMultiplier?: number
  /** Longest wait of all, in milliseconds. @default 60_000 */
  maxInterval?: number
  /** Ask when the window gets the focus. @default true */
  refetchOnFocus?: boolean
  /** Keep what was there when the retries are used up; false forgets it. @default true */
  keepPreviousData?: boolean
  /** Hears, once for each row of failures, that its retries are used up or that the server said no. */
  onError?: (error: unknown) => void
  /** Hears of the first answer after failures or after being offline. */
  onReconnect?: () => void
  /** Hears of an answer that brought something new. */
  onUpdate?: (data: T, previous: T | undefined) => void
  /** Time and chance. @default the machine's */
  clock?: Clock
}

/** The resource and how fresh it is, as refs that only this composable changes, and what a person can have done about it. */
export interface UseRealTimeUpdatesReturn<T> {
  /** The last answer; an equal one leaves it the same object. */
  data: Readonly<ShallowRef<T | undefined>>
  /** What the last attempt met; null after a success. */
  error: Readonly<ShallowRef<unknown>>
  /** A request is under way. */
  loading: ComputedRef<boolean>
  /** All of it in one word. */
  status: ComputedRef<PollStatus>
  /** Epoch milliseconds at which the data last was known to be right; null before the first answer. */
  lastSync: ComputedRef<number | null>
  /** Epoch milliseconds at which the next request is due; null while none is. */
  nextSyncAt: ComputedRef<number | null>
  /** Failures in a row. */
  retryCount: ComputedRef<number>
  /** Asking regularly: nothing pauses it. */
  isActive: ComputedRef<boolean>
  /** The browser has a network. */
  isOnline: Readonly<ShallowRef<boolean>>
  /** Older than `staleTime` or, without one, than two intervals. */
  isStale: ComputedRef<boolean>
  /** Why nothing is asked just now. */
  pausedBy: ComputedRef<readonly PauseReason[]>
  /**
   * Asks now, also while it is paused, or joins the request under way. Not while it isn't enabled, within `staleTime`, or
   * before the server wants to be asked again. Never rejects: `error` says how it went.
   */
  refresh: () => Promise<void>
  /** The same, and forgets how often it failed: somebody has reason to think that it goes now. */
  retry: () => Promise<void>
  /** Asks in a moment, since somebody looks again; several within that moment are one. Not while anything pauses it. */
  nudge: () => void
  /** Says that the data was right at `at`, epoch milliseconds: it came by another way. */
  heard: (at: number) => void
  /** Asks nothing by itself until `resume`; the answer to what was asked is still taken. */
  pause: () => void
  /** Goes on after `pause`, and asks at once. */
  resume: () => void
}

/**
 * Keeps any resource fresh while somebody looks at it: asks `fetcher` in turn, one request at a time, waits longer after
 * failures, and rests while the tab is hidden or offline. In a server render it does nothing. Ends with its scope.
 *
 * What the options' listeners throw is theirs: it is reported as an unhandled rejection, and the asking goes on.
 *
 * @example
 * const { data, isStale, refresh } = useRealTimeUpdates(({ signal }) => readRates(signal), { interval: 10_000, onUpdate: draw })
 */
export function useRealTimeUpdates<T>(
  fetcher: (context: FetchContext<T>) => Promise<T>,
  options: UseRealTimeUpdatesOptions<T> = {},
): UseRealTimeUpdatesReturn<T> {
  const {
    interval = 5_000, immediate = true, enabled = true, pauseOnInteraction = false, rest = null, staleTime = 0, retryAttempts = 3, retryDelay = 1_000,
    backoffMultiplier = 2, maxInterval = 60_000, refetchOnFocus = true, keepPreviousData = true, onError, onReconnect, onUpdate,
    clock = systemClock, window = defaultWindow, document = window?.document,
  } = options
  const data = shallowRef<T>()
  const poller = createPoller({
    clock,
    interval: () => toValue(interval),
    immediate, staleTime, retryAttempts, retryDelay, backoffMultiplier, maxInterval,
    timeoutMs: TIMEOUT_MS,
    exchange: async (signal) => {
      const answer = await fetcher({ signal, previous: data.value })
      if (signal.aborted)
        return true
      const previous = data.value
      data.value = shareStructure(previous, answer)
      if (data.value === previous)
        return true
      const news = data.value
      tell(() => onUpdate?.(news, previous))
      return false
    },
    onState: next => state.value = next,
    onError: (error) => {
      if (!keepPreviousData)
        data.value = undefined
      tell(() => onError?.(error))
    },
    onReconnect: () => tell(() => onReconnect?.()),
  })
  const state = shallowRef<PollerState>(poller.state)

  const isOnline = useOnline({ window })
  const visibility = useDocumentVisibility({ document })
  const focused = useWindowFocus({ window })
  const interacting = pauseOnInteraction === true ? useInteraction({ window }) : pauseOnInteraction
  const pauses: [PauseReason, () => boolean][] = [
    ['disabled', () => !toValue(enabled)],
    ['offline', () => !isOnline.value],
    ['hidden', () => visibility.value === 'hidden'],
    ['interaction', () => toValue(interacting)],
    ['off', () => toValue(rest) === 'off'],
    ['following', () => toValue(rest) === 'following'],
  ]
  if (window) {
    for (const [reason, isPaused] of pauses)
      watch(isPaused, paused => poller.setPaused(reason, paused), { immediate: true, flush: 'sync' })
    watch(focused, isFocused => isFocused && refetchOnFocus && poller.nudge(), { flush: 'sync' })
    watch(() => toValue(interval), poller.replan, { flush: 'sync' })
    poller.start()
    tryOnScopeDispose(poller.stop)
  }

  return {
    data: shallowReadonly(data),
    error: computed(() => state.value.error),
    loading: computed(() => state.value.isFetching),
    status: computed(() => state.value.status),
    lastSync: computed(() => state.value.lastSync),
    nextSyncAt: computed(() => state.value.nextSyncAt),
    retryCount: computed(() => state.value.retryCount),
    isActive: computed(() => window !== undefined && state.value.pausedBy.length === 0),
    isOnline: shallowReadonly(isOnline),
    isStale: computed(() => state.value.isStale),
    pausedBy: computed(() => state.value.pausedBy),
    refresh: poller.refresh,
    retry: poller.retry,
    nudge: poller.nudge,
    heard: poller.heard,
    pause: () => poller.setPaused('manual', true),
    resume: () => poller.setPaused('manual', false),
  }
}

/** Calls a listener when everything else is done: what it throws concerns nobody but who wrote it. */
function tell(listener: () => void): void {
  void Promise.resolve().then(listener)
}
