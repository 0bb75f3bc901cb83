import { useI18n } from '#imports'
import type { ComputedRef, MaybeRefOrGetter } from 'vue'
import { toValue } from 'vue'
import { dateInZone, daysBetween } from '#shared/kanban/deadline.ts'
import { formatList } from '#shared/kanban/format-list.ts'
import { formatDateTime } from '#shared/kanban/format-time.ts'
import type { EpochMs } from '#shared/kanban/matter.ts'
import type { MemberId } from '#shared/kanban/member.ts'
import type { Due, Notification } from '#shared/protocol/notifications.ts'
import type { NotificationType } from '#shared/protocol/preferences.ts'
import { useFirmDates } from './useFirmDates.ts'

/** Names that a notice of several has room for. */
const MOST_NAMED = 3

/** Written in full, so that the build finds them. */
export const NOTIFICATION_ICONS: Record<NotificationType, string> = {
  assigned: 'i-lucide-user-round-plus',
  mentioned: 'i-lucide-at-sign',
  deadlineNear: 'i-lucide-alarm-clock',
  deadlineChanged: 'i-lucide-calendar-clock',
  followed: 'i-lucide-eye',
  system: 'i-lucide-megaphone',
}

export interface NotificationWordsOptions {
  nameOf: (id: MemberId | null) => string | null
  timeZone: ComputedRef<string>
  /** The server's clock. */
  now: MaybeRefOrGetter<EpochMs>
}

export interface UseNotificationWordsReturn {
  who: (id: MemberId | null) => string
  /** What happened, without the matter. */
  sentence: (notification: Notification) => string
  /** What it is about, or what an announcement adds; empty where there is nothing to add. */
  about: (notification: Notification) => string
  /** Several of one person and kind as one; at least one. */
  groupSentence: (items: readonly Notification[]) => string
  groupAbout: (items: readonly Notification[]) => string
}

/** Notifications in the reader's language, by the firm's clock. */
export function useNotificationWords({ nameOf, timeZone, now }: NotificationWordsOptions): UseNotificationWordsReturn {
  const { t, locale } = useI18n()
  const dates = useFirmDates({ timeZone })

  function who(id: MemberId | null): string {
    const name = nameOf(id)
    return name ? t('notifications.who', { name }) : t('notifications.someone')
  }

  function sentence(notification: Notification): string {
    const by = who(notification.by)
    switch (notification.type) {
      // As a part of a sentence it isn't capitalised.
      case 'assigned': return t('notifications.says.assigned', { who: by, role: t(`enums.assignmentRole.${notification.role}`).toLocaleLowerCase(locale.value) })
      case 'mentioned': return t('notifications.says.mentioned', { who: by })
      case 'deadlineNear': return near(notification)
      case 'deadlineChanged': return changed(notification, by)
      case 'followed': return notification.changes > 1
        ? t('notifications.says.followedMany', { who: by, count: notification.changes })
        : t(`notifications.says.followed.${notification.kind}`, { who: by })
      case 'system': {
        const { startsAt, minutes } = notification.maintenance
        return t('notifications.says.system', { start: formatDateTime(startsAt, locale.value, timeZone.value), count: minutes }, minutes)
      }
      default: return notification satisfies never
    }
  }

  /** By how far off it is now, not when it was told. */
  function near({ deadline, due }: Extract<Notification, { type: 'deadlineNear' }>): string {
    const days = daysBetween(dateInZone(toValue(now), due.timeZone ?? timeZone.value), due.date)
    const words = { deadline: t(`enums.deadlineKind.${deadline.kind}`), due: dates.due(due), count: days }
    if (days < 0)
      return t('notifications.says.near.over', words)
    return t(days === 0 ? 'notifications.says.near.today' : days === 1 ? 'notifications.says.near.tomorrow' : 'notifications.says.near.later', words)
  }

  function changed({ deadline, old, due, done }: Extract<Notification, { type: 'deadlineChanged' }>, by: string): string {
    const say = (when: Due | null) => when ? dates.due(when) : ''
    const words = { who: by, deadline: t(`enums.deadlineKind.${deadline.kind}`), old: say(old), due: say(due) }
    if (done !== undefined)
      return t(done ? 'notifications.says.deadline.done' : 'notifications.says.deadline.reopened', words)
    return t(!old ? 'notifications.says.deadline.added' : !due ? 'notifications.says.deadline.removed' : 'notifications.says.deadline.moved', words)
  }

  function about(notification: Notification): string {
    return notification.type === 'system' ? notification.maintenance.text : `${notification.matter.caseNumber} · ${notification.matter.title}`
  }

  function groupSentence(items: readonly Notification[]): string {
    const first = items[0]!
    if (items.length === 1)
      return sentence(first)
    const isMoved = items.every(item => item.type === 'followed' && item.changes === 1 && item.kind === 'moved')
    return t(isMoved ? 'notifications.groups.followedMoved' : `notifications.groups.${first.type}`, { who: who(first.by), count: items.length })
  }

  function groupAbout(items: readonly Notification[]): string {
    if (items.length === 1)
      return about(items[0]!)
    const names = [...new Set(items.flatMap(({ matter }) => matter ? [matter.caseNumber] : []))]
    const list = formatList(names.slice(0, MOST_NAMED), locale.value, 'brief')
    return names.length > MOST_NAMED ? t('notifications.andMore', { list, count: names.length - MOST_NAMED }) : list
  }

  return { who, sentence, about, groupSentence, groupAbout }
}
