import { tryOnMounted } from '@vueuse/core'
import type { ComputedRef, MaybeRefOrGetter } from 'vue'
import { computed, shallowRef, toValue, watch } from 'vue'
import type { Matter } from '#shared/kanban/matter.ts'
import { useDeviceStore } from '~/stores/device.ts'
import { ApiProblem, useApi } from './useApi.ts'
import { useKanban } from './useKanban.ts'
import type { UseRealTimeUpdatesOptions, UseRealTimeUpdatesReturn } from './useRealTimeUpdates.ts'
import { useRealTimeUpdates } from './useRealTimeUpdates.ts'

/** While the board says nothing new about a matter, its details are looked at this seldom. */
const QUIET_MS = 60_000

/** Answers that say: not for you, or not any more. */
const HIDDEN = [403, 404, 410]

export interface MatterDetail<T> {
  matterId: string
  /** The board version that was known when it was asked for. */
  readAt: number
  content: T
}

export type UseMatterDetailOptions = Pick<UseRealTimeUpdatesOptions<unknown>, 'enabled' | 'window' | 'document' | 'clock'>

export interface UseMatterDetailReturn<T> extends Omit<UseRealTimeUpdatesReturn<MatterDetail<T>>, 'data'> {
  /** Of the matter that is asked for now; undefined before anything of it is here. */
  data: ComputedRef<MatterDetail<T> | undefined>
}

/**
 * Something that belongs to an open matter and isn't on the board: fetched when the panel opens, and
 * again when the board says that it changed. What was fetched is kept on the device for as long as its rows
 * are, and shows until the server answers.
 *
 * @param path the route below `/api/matters/:id/`
 * @param versionOf what of the matter changes along with it
 */
export function useMatterDetail<T>(
  matterId: MaybeRefOrGetter<string>,
  path: string,
  versionOf: (matter: Matter) => number | undefined,
  options: UseMatterDetailOptions = {},
): UseMatterDetailReturn<T> {
  const api = useApi()
  const kanban = useKanban()
  const device = useDeviceStore()
  /** What the device kept, and whether the server has said since that it is not to be seen. */
  const kept = shallowRef<MatterDetail<T>>()
  const isHidden = shallowRef(false)

  async function read(id: string, signal: AbortSignal): Promise<MatterDetail<T>> {
    const { id: memberId } = kanban.me.value
    const readAt = Math.max(kanban.version.value, kanban.matterById(id)?.version ?? 0)
    try {
      const content = await api<T>(`/api/matters/${id}/${path}`, { signal })
      // What is no longer to be seen leaves nothing behind (rule C6), nor what somebody else saw.
      if (kanban.matterById(id) && memberId === kanban.me.value.id)
        device.of(memberId).details.put(id, path, { readAt, content })
      isHidden.value = false
      return { matterId: id, readAt, content }
    }
    catch (error) {
      if (error instanceof ApiProblem && HIDDEN.includes(error.status)) {
        device.of(memberId).details.forget(id, path)
        isHidden.value = true
      }
      throw error
    }
  }

  /** What was kept of the matter, until there is something newer. */
  async function recall(id: string): Promise<void> {
    const found = await device.of(kanban.me.value.id).details.get(id, path)
    kept.value = found ? { matterId: id, readAt: found.readAt, content: found.content as T } : undefined
  }

  /** A matter that the server has never seen has nothing to fetch. */
  const isEnabled = () => toValue(options.enabled ?? true) && (kanban.matterById(toValue(matterId))?.version ?? 0) > 0
  /** Who wants no news by themselves still sees what they open. */
  const isOff = () => kanban.newsWay.value === 'off'

  const detail = useRealTimeUpdates<MatterDetail<T>>(({ signal }) => read(toValue(matterId), signal), {
    ...options,
    interval: QUIET_MS,
    rest: () => isOff() ? 'off' : null,
    enabled: isEnabled,
  })
  const data = computed(() => {
    const id = toValue(matterId)
    return isHidden.value || !kanban.matterById(id) ? undefined : [detail.data.value, kept.value].find(known => known?.matterId === id)
  })
  // The server renders none, and the first render in the browser must equal it.
  tryOnMounted(() => isOff() && isEnabled() && void detail.refresh())
  tryOnMounted(() => watch(() => toValue(options.enabled ?? true) ? toValue(matterId) : null, id => id !== null && void recall(id), { immediate: true }))
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
  return { ...detail, data }
}
