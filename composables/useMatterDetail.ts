import type { MaybeRefOrGetter } from 'vue'
import { toValue, watch } from 'vue'
import type { Matter } from '#shared/kanban/matter.ts'
import { useApi } from './useApi.ts'
import { useKanban } from './useKanban.ts'
import type { UseRealTimeUpdatesOptions, UseRealTimeUpdatesReturn } from './useRealTimeUpdates.ts'
import { useRealTimeUpdates } from './useRealTimeUpdates.ts'

/** While the board says nothing new about a matter, its details are looked at this seldom. */
const QUIET_MS = 60_000

export interface MatterDetail<T> {
  matterId: string
  /** The board version that was known when it was asked for. */
  readAt: number
  content: T
}

export type UseMatterDetailOptions = Pick<UseRealTimeUpdatesOptions<unknown>, 'enabled' | 'window' | 'document' | 'clock'>

/**
 * Something that belongs to an open matter and isn't on the board: fetched when the panel opens, and
 * again when the board says that it changed.
 *
 * @param path the route below `/api/matters/:id/`
 * @param versionOf what of the matter changes along with it
 */
export function useMatterDetail<T>(
  matterId: MaybeRefOrGetter<string>,
  path: string,
  versionOf: (matter: Matter) => number | undefined,
  options: UseMatterDetailOptions = {},
): UseRealTimeUpdatesReturn<MatterDetail<T>> {
  const api = useApi()
  const kanban = useKanban()

  async function read(id: string, signal: AbortSignal): Promise<MatterDetail<T>> {
    const readAt = Math.max(kanban.version.value, kanban.matterById(id)?.version ?? 0)
    return { matterId: id, readAt, content: await api<T>(`/api/matters/${id}/${path}`, { signal }) }
  }

  const detail = useRealTimeUpdates<MatterDetail<T>>(({ signal }) => read(toValue(matterId), signal), {
    ...options,
    interval: QUIET_MS,
    // A matter that the server has never seen has nothing to fetch.
    enabled: () => toValue(options.enabled ?? true) && (kanban.matterById(toValue(matterId))?.version ?? 0) > 0,
  })
  watch(() => {
    const matter = kanban.matterById(toValue(matterId))
    return [toValue(matterId), matter && versionOf(matter)] as const
  }, async ([id, version], [idBefore, before]) => {
    if (id === idBefore && version === before)
      return
    // A request under way may have been answered before the change: its answer is awaited, then asked again.
    if (detail.loading.value)
      await detail.refresh()
    await detail.refresh()
  })
  return detail
}
