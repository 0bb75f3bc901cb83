import type { ComputedRef, MaybeRefOrGetter } from 'vue'
import { computed } from 'vue'
import type { Activity } from '#shared/kanban/activity.ts'
import type { ActivityAnswer } from '#shared/protocol/messages.ts'
import type { UseMatterDetailOptions } from './useMatterDetail.ts'
import { useMatterDetail } from './useMatterDetail.ts'

export interface UseMatterActivityReturn {
  /** What happened to the matter, the latest first. */
  activity: ComputedRef<readonly Activity[]>
  /** Nothing is here yet. */
  loading: ComputedRef<boolean>
  error: ComputedRef<unknown>
  refresh: () => Promise<void>
}

/** The history of an open matter, live. */
export function useMatterActivity(matterId: MaybeRefOrGetter<string>, options: UseMatterDetailOptions = {}): UseMatterActivityReturn {
  const detail = useMatterDetail<ActivityAnswer>(matterId, 'activity', ({ version }) => version, options)

  return {
    activity: computed(() => detail.data.value?.content.activity ?? []),
    loading: computed(() => detail.data.value === undefined && detail.error.value === null),
    error: computed(() => detail.error.value),
    refresh: detail.refresh,
  }
}
