import { useI18n } from '#imports'
import { useMounted } from '@vueuse/core'
import type { ComputedRef, MaybeRefOrGetter } from 'vue'
import { computed, shallowRef, toValue } from 'vue'
import type { MatterId } from '#shared/kanban/matter.ts'
import { usePersonalStore } from '~/stores/personal.ts'
import { problemCodeOf, problemWordsOf, useApi } from './useApi.ts'
import { useNotifications } from './useNotifications.ts'

export interface UseMatterWatchingReturn {
  /** The reader is told of every change to it. */
  isFollowing: ComputedRef<boolean>
  /** The reader is told of nothing about it. */
  isMuted: ComputedRef<boolean>
  follow: (wanted: boolean) => Promise<void>
  mute: (wanted: boolean) => Promise<void>
}

/** Whether the reader is told about a matter. What is chosen shows at once, and goes back with a word when the server says no. */
export function useMatterWatching(matterId: MaybeRefOrGetter<MatterId>): UseMatterWatchingReturn {
  const api = useApi()
  const { t } = useI18n()
  const notices = useNotifications()
  const personal = usePersonalStore()
  // The server's page knows nobody's followed matters, and the first render in the browser must equal it.
  const isMounted = useMounted()
  /** What was asked for and isn't in what was read yet. */
  const asked = shallowRef<{ matterId: MatterId, follows: boolean } | null>(null)

  function refused(error: unknown): void {
    notices.error(t(problemWordsOf(problemCodeOf(error))))
  }

  async function follow(wanted: boolean): Promise<void> {
    const mine = asked.value = { matterId: toValue(matterId), follows: wanted }
    let isRead = true
    try {
      await api(`/api/matters/${mine.matterId}/follow`, { method: wanted ? 'PUT' : 'DELETE', keepalive: true })
      personal.noteChange()
      // What the server took it has, also where it can't be read back just now.
      isRead = await personal.refresh().then(() => true, () => false)
    }
    catch (error) {
      refused(error)
    }
    if (isRead && asked.value === mine)
      asked.value = null
  }

  async function mute(wanted: boolean): Promise<void> {
    const id = toValue(matterId)
    await personal.setPreferences({ [wanted ? 'add' : 'remove']: { mutedMatters: [id] } }).catch(refused)
  }

  return {
    isFollowing: computed(() => asked.value?.matterId === toValue(matterId) ? asked.value.follows : isMounted.value && personal.follows.has(toValue(matterId))),
    isMuted: computed(() => personal.preferences.mutedMatters.includes(toValue(matterId))),
    follow,
    mute,
  }
}
