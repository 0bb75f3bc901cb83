import { tryOnMounted, useDebounceFn, useDocumentVisibility } from '@vueuse/core'
import { storeToRefs } from 'pinia'
import type { ComputedRef, MaybeRefOrGetter } from 'vue'
import { computed, shallowRef, toValue, watch } from 'vue'
import type { Activity } from '#shared/kanban/activity.ts'
import type { ActivityGroup } from '#shared/kanban/activity-feed.ts'
import { ACTIVITY_GROUPS } from '#shared/kanban/activity-feed.ts'
import type { EpochMs, MatterId } from '#shared/kanban/matter.ts'
import type { MemberId } from '#shared/kanban/member.ts'
import type { AwaySummary, BoardActivityAnswer } from '#shared/protocol/activity.ts'
import { cursorOf } from '#shared/protocol/activity.ts'
import { useRealtimeStore } from '~/stores/realtime.ts'
import { useApi } from './useApi.ts'
import { useKanban } from './useKanban.ts'
import { useRealTimeTransport } from './useRealTimeTransport.ts'
import type { UseRealTimeUpdatesOptions } from './useRealTimeUpdates.ts'
import { useRealTimeUpdates } from './useRealTimeUpdates.ts'

/** The board says when something is new; without a word of it, it is looked so seldom. */
const QUIET_MS = 60_000
const PAGE = 50
/** Changes that come so soon after one another are asked for together, and at least this often, in milliseconds. */
const GATHER_MS = 100
const MAX_GATHER_MS = 1_000
/** A feed that is open for days begins anew when so many have gathered. */
const MAX_LIVE = 300

/** What is wanted of a board's activity; null wants all. */
export interface ActivityFilters {
  actor: MemberId | null
  group: ActivityGroup | null
  matter: MatterId | null
}

export const ALL_ACTIVITY: Readonly<ActivityFilters> = { actor: null, group: null, matter: null }

export interface UseBoardActivityOptions extends Pick<UseRealTimeUpdatesOptions<unknown>, 'window' | 'document' | 'clock'> {
  /** @default everything */
  filters?: MaybeRefOrGetter<ActivityFilters>
  /** Counts what others did since then, instead of since the visit that the server knows. @default null */
  seen?: MaybeRefOrGetter<EpochMs | null>
}

export interface UseBoardActivityReturn {
  /** Newest first; what leaves the reader's sight is gone at once. */
  steps: ComputedRef<readonly Activity[]>
  /** Nothing is here yet. */
  loading: ComputedRef<boolean>
  /** Why nothing could be read; null while all is well. */
  error: ComputedRef<unknown>
  /** There are older ones to be asked for. */
  hasOlder: ComputedRef<boolean>
  isLoadingOlder: Readonly<ComputedRef<boolean>>
  /** Reads the next page; true when that went well. */
  loadOlder: () => Promise<boolean>
  /** What others did while the reader was away; null for who never was here, and before it is known. */
  away: ComputedRef<AwaySummary | null>
  refresh: () => Promise<void>
}

/** What is known of one question. `run` is another one whenever it was read anew from the top. */
interface Known {
  key: string
  run: number
  steps: readonly Activity[]
  before: string | null
  away: AwaySummary | null
}

/** What happened on the open board, live: whenever the board moves on, what is newer is asked for. */
export function useBoardActivity(options: UseBoardActivityOptions = {}): UseBoardActivityReturn {
  const { filters = ALL_ACTIVITY, seen = null, ...world } = options
  const api = useApi()
  const kanban = useKanban()
  const link = useRealTimeTransport()
  const { kind } = storeToRefs(useRealtimeStore())
  const query = computed(() => {
    const { actor, group, matter } = toValue(filters)
    return { actor: actor ?? undefined, kind: group ? ACTIVITY_GROUPS[group].join(',') : undefined, matter: matter ?? undefined }
  })
  const key = computed(() => JSON.stringify([kanban.boardId.value, query.value]))
  let run = 0
  /** A matter came into sight, perhaps with steps that are older than the newest known one. */
  let wantsWhole = false

  const ask = (part: Record<string, string | number | undefined>, signal?: AbortSignal) => api<BoardActivityAnswer>(
    `/api/boards/${kanban.boardId.value}/activity`, { query: { ...query.value, limit: PAGE, ...part }, signInAgain: false, ...signal && { signal } },
  )

  async function read(signal: AbortSignal, previous: Known | undefined): Promise<Known> {
    const asked = key.value
    const newest = wantsWhole || previous?.key !== asked ? undefined : previous.steps[0]
    wantsWhole = false
    if (previous && newest) {
      const { activity, before } = await ask({ since: cursorOf(newest) }, signal)
      // More than a page is new: what lies between it and what was known isn't here.
      if (before === null && previous.steps.length + activity.length <= MAX_LIVE)
        return activity.length > 0 ? { ...previous, steps: [...activity, ...previous.steps] } : previous
    }
    const { activity, before, away } = await ask({ seen: toValue(seen) ?? undefined }, signal)
    return { key: asked, run: ++run, steps: activity, before, away }
  }

  const live = useRealTimeUpdates<Known>(({ signal, previous }) => read(signal, previous), {
    ...world,
    interval: QUIET_MS,
    rest: () => kind.value === 'off' ? 'off' : null,
  })
  const known = computed(() => live.data.value?.key === key.value ? live.data.value : undefined)

  /** Pages below what is live. */
  const older = shallowRef<{ run: number, steps: readonly Activity[], before: string | null } | null>(null)
  const isLoadingOlder = shallowRef(false)
  const below = computed(() => older.value && older.value.run === known.value?.run ? older.value : null)

  async function loadOlder(): Promise<boolean> {
    const from = known.value
    const before = below.value ? below.value.before : from?.before
    if (!from || !before || isLoadingOlder.value)
      return true
    isLoadingOlder.value = true
    try {
      const answer = await ask({ before })
      older.value = { run: from.run, steps: [...below.value?.steps ?? [], ...answer.activity], before: answer.before }
      return true
    }
    catch {
      return false
    }
    finally {
      isLoadingOlder.value = false
    }
  }

  async function refresh(): Promise<void> {
    // A request under way may have been answered before the change: its answer is awaited, then asked again.
    if (live.loading.value)
      await live.refresh()
    await live.refresh()
  }
  link.subscribe('matter:created', () => wantsWhole = true)
  // Opening the feed is a question by hand, also of who turned live updates off.
  tryOnMounted(() => kind.value === 'off' && void refresh())
  watch(key, () => void refresh())
  // Who isn't looking is asked for when they look again.
  const visibility = useDocumentVisibility({ document: world.document ?? world.window?.document })
  const catchUp = useDebounceFn(() => visibility.value === 'visible' && void refresh(), GATHER_MS, { maxWait: MAX_GATHER_MS })
  watch(kanban.version, () => void catchUp())

  return {
    steps: computed(() => {
      const steps = known.value ? [...known.value.steps, ...below.value?.steps ?? []] : []
      return steps.filter(({ matterId }) => kanban.matterById(matterId))
    }),
    loading: computed(() => known.value === undefined && live.error.value === null),
    error: computed(() => live.error.value),
    hasOlder: computed(() => Boolean(below.value ? below.value.before : known.value?.before)),
    isLoadingOlder: computed(() => isLoadingOlder.value),
    loadOlder,
    away: computed(() => known.value?.away ?? null),
    refresh,
  }
}
