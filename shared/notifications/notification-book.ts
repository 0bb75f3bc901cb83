import type { EpochMs } from '#shared/kanban/matter.ts'
import type { Notification } from '#shared/protocol/notifications.ts'
import type { PersonalAnswer } from '#shared/protocol/personal.ts'

type News = PersonalAnswer['notifications']

/** So many the server tells as a whole; where fewer come, there are no older ones. */
export const NEWEST = 100

/** Clocks of two servers may differ by so much, in milliseconds. */
const SKEW_MS = 60_000

/** What a page knows of its member's notifications: plain data, never changed in place. */
export interface NotificationBook {
  readonly byId: ReadonlyMap<string, Notification>
  /** How many are unread, also of those that aren't here. */
  readonly unread: number
  /** Everything from here on is known; `-Infinity` where that is everything there is. */
  readonly wholeFrom: EpochMs
}

/** The book of a page that was told nothing yet. */
export const EMPTY_BOOK: NotificationBook = { byId: new Map(), unread: 0, wholeFrom: Infinity }

/** Something that a person did to their notifications and that the server may not have taken yet. */
export interface Mark {
  readonly ids: ReadonlySet<string>
  readonly change: 'read' | 'unread' | 'gone'
  /** Those that aren't here are meant, too: with `read` all there were. */
  readonly all?: boolean
}

/** Lays what came over what was there; where `full` comes, what was there is forgotten. */
export function takeNews(book: NotificationBook, news: News): NotificationBook {
  const { full, items, gone, unread } = news
  if (full) {
    const wholeFrom = items.length < NEWEST ? -Infinity : Math.min(...items.map(({ at }) => at))
    return { byId: new Map(items.map(item => [item.id, item])), unread, wholeFrom }
  }
  const byId = new Map(book.byId)
  items.forEach(item => byId.set(item.id, item))
  gone.forEach(id => byId.delete(id))
  return { ...book, byId, unread }
}

/** Adds older ones that were read page by page. What is known already came later and stays. */
export function takeHistory(book: NotificationBook, notifications: readonly Notification[]): NotificationBook {
  const byId = new Map(book.byId)
  notifications.forEach(item => byId.has(item.id) || byId.set(item.id, item))
  return { ...book, byId }
}

/** The book as it is once a mark counts. The same mark twice is the same as once. */
export function applyMark(book: NotificationBook, { ids, change, all = false }: Mark): NotificationBook {
  const byId = new Map(book.byId)
  let { unread } = book
  for (const id of ids) {
    const item = byId.get(id)
    if (!item)
      continue
    const isRead = change === 'gone' ? null : change === 'read'
    if (!item.read && isRead !== false)
      unread--
    else if (item.read && isRead === false)
      unread++
    if (isRead === null)
      byId.delete(id)
    else if (item.read !== isRead)
      byId.set(id, { ...item, read: isRead })
  }
  if (all && change === 'read')
    unread = byId.values().filter(({ read }) => !read).toArray().length
  return { ...book, byId, unread: Math.max(0, unread) }
}

/**
 * Of what came, that which is new to somebody who looks at this page: unread, and not from before it was asked the last
 * time. What counts up is new again with its later time.
 *
 * @param book what the page knew; the first word that it gets tells nothing new
 * @param syncedAt when it was told last, by the server's clock; null for never
 */
export function freshOf(book: NotificationBook, news: News, syncedAt: EpochMs | null): Notification[] {
  if (syncedAt === null)
    return []
  return news.items.filter((item) => {
    const known = book.byId.get(item.id)
    return !item.read && (known ? item.at > known.at : item.at > syncedAt - SKEW_MS)
  })
}

/** Newest first. */
export function inOrder(notifications: Iterable<Notification>): Notification[] {
  return [...notifications].sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1))
}
