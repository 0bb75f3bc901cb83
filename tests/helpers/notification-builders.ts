import type { Notification, NotificationBody } from '#shared/protocol/notifications.ts'
import type { FirmAwareness, PersonalAnswer } from '#shared/protocol/personal.ts'
import type { Preferences } from '#shared/protocol/preferences.ts'
import { DEFAULT_PREFERENCES } from '#shared/protocol/preferences.ts'
import { BOARD_ID, buildId, NOW, PEOPLE } from './builders.ts'

let made = 0

/** A matter as notifications speak of it. */
export function buildNotifiedMatter(number: number = 1): NonNullable<Notification['matter']> {
  return { id: buildId(number), boardId: BOARD_ID, caseNumber: `2026-CV-${String(number).padStart(4, '0')}`, title: `Matter ${number}` }
}

/** An unread notification of an assignment by the partner, unless a test says otherwise. */
export function buildNotification(
  body: Partial<NotificationBody> = {},
  { id = `n${++made}`, at = NOW, by = PEOPLE.partner.id, read = false }: Partial<Omit<Notification, keyof NotificationBody>> = {},
): Notification {
  return { id, at, by, read, type: 'assigned', role: 'PRIMARY_LAWYER', matter: buildNotifiedMatter(), ...body } as Notification
}

/** What a page hears of its member's notifications. */
export function buildNews(news: Partial<PersonalAnswer['notifications']> = {}): PersonalAnswer['notifications'] {
  const { items = [] } = news
  return { full: false, items, gone: [], unread: items.filter(({ read }) => !read).length, ...news }
}

export function buildPreferences(preferences: Partial<Preferences> = {}): Preferences {
  return { ...DEFAULT_PREFERENCES, ...preferences }
}

export const OPEN_FIRM: FirmAwareness = { presence: true, notices: 'all', maintenance: null }
