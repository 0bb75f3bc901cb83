import { useI18n } from '#imports'
import type { Notification, NotifiedMatter } from '#shared/protocol/notifications.ts'
import type { NotificationType, Preferences } from '#shared/protocol/preferences.ts'
import { useNotificationsStore } from '~/stores/notifications.ts'
import { usePersonalStore } from '~/stores/personal.ts'
import { ApiProblem, problemWordsOf } from './useApi.ts'
import { useNotifications } from './useNotifications.ts'

export interface UseNotificationDeedsReturn {
  /** Where a notification leads; null where there is nothing to look at. */
  addressOf: (notification: Notification) => string | null
  markRead: (ids: readonly string[], read?: boolean) => Promise<void>
  markAllRead: () => Promise<void>
  /** Clears these, or all that were read. */
  clear: (ids?: readonly string[]) => Promise<void>
  muteMatter: (matter: NotifiedMatter | null, mute: boolean) => Promise<void>
  muteKind: (type: NotificationType, mute: boolean) => Promise<void>
}

/** What a person does with their notifications; what the server refuses is taken back and told. */
export function useNotificationDeeds(): UseNotificationDeedsReturn {
  const { t } = useI18n()
  const store = useNotificationsStore()
  const personal = usePersonalStore()
  const notices = useNotifications()

  /** True once it is done. */
  async function tried(deed: Promise<void>): Promise<boolean> {
    try {
      await deed
      return true
    }
    catch (error) {
      if (!(error instanceof ApiProblem))
        throw error
      notices.error(t(problemWordsOf(error.code)))
      return false
    }
  }

  /** Puts something on one of the lists of what is muted, or takes it off. */
  async function setMuted<Key extends 'mutedMatters' | 'mutedTypes'>(key: Key, one: Preferences[Key][number], mute: boolean, what: string): Promise<void> {
    const isDone = await tried(personal.setPreferences({ [mute ? 'add' : 'remove']: { [key]: [one] } }))
    if (isDone && mute)
      notices.success({
        title: t('notifications.muted', { what }),
        icon: 'i-lucide-bell-off',
        actions: [{ label: t('common.undo'), icon: 'i-lucide-undo-2', onClick: () => void setMuted(key, one, false, what) }],
      })
  }

  return {
    addressOf: notification => notification.matter && !(notification.type === 'followed' && notification.kind === 'deleted')
      ? `/boards/${notification.matter.boardId}/matters/${notification.matter.id}`
      : null,
    async markRead(ids, read = true) {
      await tried(store.markRead(ids, read))
    },
    async markAllRead() {
      await tried(store.markAllRead())
    },
    async clear(ids) {
      await tried(store.clear(ids))
    },
    muteMatter: async (matter, mute) => matter ? setMuted('mutedMatters', matter.id, mute, matter.caseNumber) : undefined,
    muteKind: (type, mute) => setMuted('mutedTypes', type, mute, t(`notifications.kinds.${type}`)),
  }
}
