import type { ConfigurableDocument, ConfigurableWindow } from '@vueuse/core'
import { tryOnScopeDispose } from '@vueuse/core'
import type { ComputedRef, EffectScope, MaybeRefOrGetter, Ref } from 'vue'
import { computed, effectScope, shallowRef, toValue, watch } from 'vue'
import type { Overview } from '#shared/assignments/overview.ts'
import { overviewFrom } from '#shared/assignments/overview.ts'
import type { AssignmentsAnswer, ScheduleDays } from '#shared/protocol/assignments.ts'
import type { ProblemCode } from '#shared/protocol/problems.ts'
import type { Clock } from '#shared/realtime/clock.ts'
import { systemClock } from '#shared/realtime/clock.ts'
import { Fault, faultOfStatus } from '#shared/realtime/fault.ts'
import type { Fetch } from '#shared/realtime/http-answer.ts'
import { readBody, readProblem, retryAfter } from '#shared/realtime/http-answer.ts'
import { shareStructure } from '#shared/realtime/share-structure.ts'
import { useRealtimeStore } from '~/stores/realtime.ts'
import { useSessionStore } from '~/stores/session.ts'
import type { UseRealTimeUpdatesReturn } from './useRealTimeUpdates.ts'
import { useRealTimeUpdates } from './useRealTimeUpdates.ts'

const INTERVAL_MS = 10_000
const FRESH_MS = 5_000
const RETRIES = 3

export interface UseAssignmentsOptions extends ConfigurableWindow, ConfigurableDocument {
  /** What came with the page. */
  initial?: AssignmentsAnswer | null | undefined
  /** How far the schedule goes. @default 14 */
  days?: MaybeRefOrGetter<ScheduleDays>
  /** @default the browser's, in the name of whoever is signed in */
  fetch?: Fetch
  /** Time and chance. @default the machine's */
  clock?: Clock
}

export interface UseAssignmentsReturn {
  /** All three parts, of one state of the board; null before the first answer. What is equal stays the same object. */
  overview: ComputedRef<Overview | null>
  /** What the server's clock is ahead of this machine's, in milliseconds. */
  offset: Readonly<Ref<number>>
  /** Epoch milliseconds of the last answer, by this machine's clock. */
  lastSync: ComputedRef<number | null>
  status: ComputedRef<UseRealTimeUpdatesReturn<unknown>['status']['value']>
  /** Failures in a row. */
  retryCount: ComputedRef<number>
  loading: ComputedRef<boolean>
  isOnline: ComputedRef<boolean>
  /** Nothing is asked by itself: the member or the firm wants it so. */
  isOff: ComputedRef<boolean>
  /** The server's no; null while it has said none. */
  refusal: ComputedRef<ProblemCode | null>
  refresh: () => Promise<void>
  /** Asks at once, however young the last answer is and however long one would have waited for the next try. */
  reload: () => void
}

/**
 * Who has room and who is in court, kept fresh while somebody looks: one request for the three parts, so that what is
 * assigned is never in two of them or in none. Another span of days is asked for at once, and what shows stays until it is there.
 */
export function useAssignments(boardId: string, options: UseAssignmentsOptions = {}): UseAssignmentsReturn {
  const { initial, days = 14, clock = systemClock, ...page } = options
  const session = useSessionStore()
  const realtime = useRealtimeStore()
  const fetch: Fetch = options.fetch ?? ((path, init) =>
    globalThis.fetch(path, { ...init, headers: { ...init.headers, 'aster-member': session.me.id }, credentials: 'same-origin' }))
  const shown = shallowRef<Overview | null>(initial ? overviewFrom(initial) : null)
  const offset = shallowRef(initial ? initial.now - clock.now() : 0)
  const heardAt = shallowRef(initial ? clock.now() : null)

  async function ask(span: ScheduleDays, signal: AbortSignal): Promise<Overview> {
    const tag = shown.value?.tag
    const answer = await fetch(`/api/boards/${boardId}/assignments?days=${span}`, { method: 'GET', headers: tag ? { 'if-none-match': `"${tag}"` } : {}, signal })
    if (answer.status === 304 && shown.value)
      return shown.value
    if (answer.status === 200) {
      const body = await readBody<AssignmentsAnswer>(answer, signal)
      offset.value = body.now - clock.now()
      return overviewFrom(body)
    }
    const kind = faultOfStatus(answer.status) ?? 'refused'
    if (kind === 'signed-out')
      session.expire()
    throw new Fault(kind, { problem: await readProblem(answer), retryAfterMs: retryAfter(answer, clock.now()) })
  }

  let scope: EffectScope | undefined
  function follow(span: ScheduleDays, immediate: boolean): UseRealTimeUpdatesReturn<Overview> {
    scope?.stop()
    scope = effectScope(true)
    return scope.run(() => {
      const updates = useRealTimeUpdates<Overview>(async ({ signal }) => shareStructure(shown.value, await ask(span, signal)), {
        ...page,
        clock,
        interval: INTERVAL_MS,
        staleTime: FRESH_MS,
        retryAttempts: RETRIES,
        keepPreviousData: true,
        immediate,
        enabled: () => session.member !== null,
        rest: () => realtime.kind === 'off' ? 'off' : null,
      })
      watch(updates.data, next => shown.value = next ?? shown.value, { flush: 'sync' })
      watch(updates.lastSync, at => heardAt.value = at ?? heardAt.value, { flush: 'sync' })
      return updates
    })!
  }

  // What came with the page is fresh: asking begins a round later.
  const updates = shallowRef(follow(toValue(days), !initial))
  if (initial)
    updates.value.heard(clock.now())
  function reload(): void {
    updates.value = follow(toValue(days), true)
    // Where nothing is asked by itself, somebody just has.
    if (updates.value.pausedBy.value.length > 0)
      void updates.value.refresh()
  }
  watch(() => toValue(days), reload)
  tryOnScopeDispose(() => scope?.stop())

  const refusal = computed(() => {
    const { error } = updates.value
    return error.value instanceof Fault && error.value.kind === 'refused' ? error.value.problem?.code ?? 'INTERNAL' : null
  })

  return {
    // Who may not look any more has nothing left on the screen.
    overview: computed(() => refusal.value === null ? shown.value : null),
    offset,
    lastSync: computed(() => heardAt.value),
    status: computed(() => updates.value.status.value),
    retryCount: computed(() => updates.value.retryCount.value),
    loading: computed(() => updates.value.loading.value),
    isOnline: computed(() => updates.value.isOnline.value),
    isOff: computed(() => updates.value.pausedBy.value.includes('off')),
    refusal,
    refresh: () => updates.value.refresh(),
    reload,
  }
}
