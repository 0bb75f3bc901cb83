import type { EpochMs } from '#shared/kanban/matter.ts'
import type { Notification } from '#shared/protocol/notifications.ts'

/** What one person did of one kind within so many milliseconds is one notice. */
const TOGETHER_MS = 4_000

/** More notices at once nobody reads. */
export const MOST_NOTICES = 3

/** Notifications that are shown as one. */
export interface Notice {
  /** The same as long as it is on the screen. */
  readonly id: string
  readonly items: readonly Notification[]
  /** When the last of them came. */
  readonly at: EpochMs
}

/** What is on the screen: plain data, never changed in place. */
export interface NoticeShelf {
  readonly notices: readonly Notice[]
  /** Those for which there is no place: one line counts them. */
  readonly more: readonly Notification[]
}

export const EMPTY_SHELF: NoticeShelf = { notices: [], more: [] }

/** Puts new notifications on the shelf: into a notice of the same person and kind, on a free place, or among those that are counted. */
export function placeNotices(shelf: NoticeShelf, fresh: readonly Notification[], now: EpochMs, room = MOST_NOTICES): NoticeShelf {
  // The oldest first, so that what happened last lies on top.
  return fresh.toSorted((a, b) => a.at - b.at).reduce((placed, item) => placeOne(placed, item, now, room), shelf)
}

/** Puts among those that are counted what has no room any more, because something else wants to be shown. */
export function fitShelf({ notices, more }: NoticeShelf, room: number): NoticeShelf {
  if (notices.length + Math.min(1, more.length) <= room)
    return { notices, more }
  const kept = notices.slice(0, Math.max(0, room - 1))
  return { notices: kept, more: [...notices.slice(kept.length).flatMap(({ items }) => items), ...more] }
}

function placeOne({ notices, more }: NoticeShelf, item: Notification, now: EpochMs, room: number): NoticeShelf {
  const has = (items: readonly Notification[]) => items.some(({ id }) => id === item.id)
  const isCounted = has(more)
  const home = notices.find(({ items }) => has(items))
    ?? notices.findLast(notice => !isCounted && isAlike(notice.items[0]!, item) && now - notice.at <= TOGETHER_MS)
  if (home)
    return { more, notices: notices.map(notice => notice === home ? { ...notice, items: [...withoutItem(notice.items, item), item], at: now } : notice) }
  if (more.length > 0)
    return { notices, more: [...withoutItem(more, item), item] }
  // Where that is one too many, the line that counts takes the last place.
  return fitShelf({ more, notices: [...notices, { id: `notice:${item.id}:${item.at}`, items: [item], at: now }] }, room)
}

/** Takes a notice away that was closed, or with null the line that counts. */
export function closeNotice(shelf: NoticeShelf, id: string | null): NoticeShelf {
  return id === null ? { ...shelf, more: [] } : { ...shelf, notices: shelf.notices.filter(notice => notice.id !== id) }
}

/** Takes away what needs no word any more: it was read, muted or cleared here, in another tab or on another device. What stays is the same. */
export function keepNotices(shelf: NoticeShelf, isWanted: (item: Notification) => boolean): NoticeShelf {
  const { notices, more } = shelf
  if (notices.every(({ items }) => items.every(isWanted)) && more.every(isWanted))
    return shelf
  return {
    notices: notices.flatMap((notice) => {
      const items = notice.items.filter(isWanted)
      return items.length === notice.items.length ? [notice] : items.length > 0 ? [{ ...notice, items }] : []
    }),
    more: more.every(isWanted) ? more : more.filter(isWanted),
  }
}

function isAlike(a: Notification, b: Notification): boolean {
  return a.type === b.type && a.by === b.by
}

function withoutItem(items: readonly Notification[], { id }: Notification): readonly Notification[] {
  return items.filter(item => item.id !== id)
}
