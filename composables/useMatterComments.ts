import type { ComputedRef, MaybeRefOrGetter } from 'vue'
import { computed, toValue } from 'vue'
import type { Comment } from '#shared/kanban/matter.ts'
import { canSeeComments } from '#shared/kanban/visibility.ts'
import type { CommentsAnswer } from '#shared/protocol/messages.ts'
import { mergeComments } from '#shared/sync/merge-comments.ts'
import { useKanban } from './useKanban.ts'
import type { UseMatterDetailOptions } from './useMatterDetail.ts'
import { useMatterDetail } from './useMatterDetail.ts'

export interface UseMatterCommentsReturn {
  /** In the order in which they were written, own ones that are on their way too. */
  comments: ComputedRef<readonly Comment[]>
  /** Nothing is here yet. */
  loading: ComputedRef<boolean>
  error: ComputedRef<unknown>
  refresh: () => Promise<void>
}

/** The comments of an open matter, live. */
export function useMatterComments(matterId: MaybeRefOrGetter<string>, options: UseMatterDetailOptions = {}): UseMatterCommentsReturn {
  const kanban = useKanban()
  const mayRead = computed(() => canSeeComments(kanban.me.value))
  const detail = useMatterDetail<CommentsAnswer>(matterId, 'comments', ({ fieldVersions }) => fieldVersions.commentCount?.v, { ...options, enabled: mayRead })
  const comments = computed(() =>
    mergeComments(detail.data.value?.content.comments ?? [], kanban.commentWork(toValue(matterId)), detail.data.value?.readAt ?? 0, kanban.me.value.id))

  return {
    comments,
    loading: computed(() => detail.data.value === undefined && detail.error.value === null && mayRead.value),
    error: computed(() => detail.error.value),
    refresh: detail.refresh,
  }
}
