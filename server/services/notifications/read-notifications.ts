import type { NotificationRecord } from '#server/db/records.ts'
import type { Stores } from '#server/db/repository.ts'
import type { Actor } from '#shared/kanban/member.ts'
import type { Notification, NotificationsAnswer } from '#shared/protocol/notifications.ts'
import type { PersonalAnswer } from '#shared/protocol/personal.ts'
import type { NotificationType } from '#shared/protocol/preferences.ts'
import { Problem } from '#shared/protocol/problems.ts'
import { idsInSight, shown } from './notification-sight.ts'

/** What a page begins with. */
const NEWEST = 100
/** A page that misses more than this begins anew. */
const MOST_CHANGES = 500

/** As many rows are looked through together once a page turned out to be hidden in part. */
const LOOKED_THROUGH = 500

/** Which part of the history is meant, newest first. */
export interface HistoryQuery {
  /** `before` of the page that came before this one. */
  before?: string | undefined
  type?: NotificationType | undefined
  /** True: only unread ones; false: only read ones. */
  unread?: boolean | undefined
  limit: number
}

/**
 * What a page needs to know of its member's notifications, in the state of the database that `stores` read: those that came or changed above
 * a counter, or (null) those that it begins with.
 */
export async function readNotifications(stores: Stores, reader: Actor, { since }: { since: number | null }): Promise<PersonalAnswer['notifications']> {
  const unread = (await idsInSight(stores, reader, await stores.notifications.unread(reader.id))).length
  const changed = since === null ? null : await stores.notifications.changedSince(reader.id, since, MOST_CHANGES + 1)
  if (!changed || changed.length > MOST_CHANGES) {
    const { notifications } = await readHistory(stores, reader, { limit: NEWEST })
    return { full: true, items: notifications, gone: [], unread }
  }
  const items = await shown(stores, reader, changed.filter(({ clearedAt }) => clearedAt === null))
  const stay = new Set(items.map(({ id }) => id))
  return { full: false, items, gone: changed.map(({ id }) => id).filter(id => !stay.has(id)), unread }
}

/** A page of the history. What the reader may not see is passed over, and makes no page shorter. */
export async function readHistory(stores: Stores, reader: Actor, { before, type, unread, limit }: HistoryQuery): Promise<NotificationsAnswer> {
  const found: Notification[] = []
  let from = before === undefined ? undefined : parsePlace(before)
  for (let size = limit + 1; ; size = LOOKED_THROUGH) {
    const records: NotificationRecord[] = await stores.notifications.list(reader.id, {
      ...(from && { before: from }), ...(type !== undefined && { type }), ...(unread !== undefined && { unread }), limit: size,
    })
    found.push(...await shown(stores, reader, records))
    if (found.length > limit) {
      const notifications = found.slice(0, limit)
      const last = notifications.at(-1)!
      return { notifications, before: `${last.at}.${last.id}` }
    }
    if (records.length < size)
      return { notifications: found, before: null }
    from = records.at(-1)
  }
}

function parsePlace(before: string): { at: number, id: string } {
  const [, at, id] = /^(\d{1,16})\.(.+)$/.exec(before) ?? []
  if (at === undefined || id === undefined)
    throw new Problem('VALIDATION', 'is no place in the history', { field: 'before' })
  return { at: Number(at), id }
}
