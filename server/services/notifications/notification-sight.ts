import type { MatterAccess, MatterRecord, NotificationRecord } from '#server/db/records.ts'
import type { Stores } from '#server/db/repository.ts'
import type { MatterId } from '#shared/kanban/matter.ts'
import type { Actor } from '#shared/kanban/member.ts'
import { isStaff } from '#shared/kanban/member.ts'
import { canSee } from '#shared/kanban/visibility.ts'
import type { Notification, NotificationBody } from '#shared/protocol/notifications.ts'
import type { DataOf } from './news-of-change.ts'

/*
 * Which of their notifications a member may see now (rule N7). What is about a matter goes with it: it is neither shown nor
 * counted while they don't see the matter, and is there again when they do.
 */

type Told = Pick<NotificationRecord, 'matterId' | 'type' | 'data'>
type Access = Pick<MatterAccess, 'deletedVersion' | 'confidentiality' | 'assignments' | 'clientMemberIds'>

/** Those of these records that the reader may see, as they are shown, in the same order. */
export async function shown(stores: Stores, reader: Actor, records: readonly NotificationRecord[]): Promise<Notification[]> {
  const matters = new Map((await stores.matters.findMany(matterIdsOf(records))).map(matter => [matter.id, matter]))
  return records.flatMap((record) => {
    const matter = record.matterId === null ? null : matters.get(record.matterId)
    return matter !== undefined && isInSight(reader, record, matter) ? [toNotification(record, matter)] : []
  })
}

/** The ids of those that the reader may see. */
export async function idsInSight(stores: Stores, reader: Actor, told: readonly Pick<NotificationRecord, 'id' | 'matterId'>[]): Promise<string[]> {
  const access = new Map((await stores.matters.accessOf(matterIdsOf(told))).map(matter => [matter.id, matter]))
  // Of a matter that is gone it depends on what was told of it.
  const isGone = (matterId: MatterId | null) => matterId !== null && typeof access.get(matterId)?.deletedVersion === 'number'
  const ofGone = new Map((await stores.notifications.find(reader.id, told.filter(one => isGone(one.matterId)).map(({ id }) => id))).map(one => [one.id, one]))
  return told.filter((one) => {
    if (one.matterId === null)
      return true
    const matter = access.get(one.matterId)
    const record: Told = ofGone.get(one.id) ?? { matterId: one.matterId, type: 'followed', data: null }
    return matter !== undefined && isInSight(reader, record, matter)
  }).map(({ id }) => id)
}

/** Of a matter that was deleted only that is told, to who saw it. */
function isInSight(reader: Actor, { type, data }: Told, matter: Access | null): boolean {
  if (matter === null)
    return true
  const tellsOfDeletion = type === 'followed' && (data as DataOf<'followed'> | null)?.kind === 'deleted'
  return isStaff(reader) && canSee(reader, matter) && (matter.deletedVersion === null || tellsOfDeletion)
}

function matterIdsOf(told: readonly Pick<NotificationRecord, 'matterId'>[]): MatterId[] {
  return [...new Set(told.flatMap(({ matterId }) => matterId ?? []))]
}

function toNotification({ id, at, actorId, readAt, type, data }: NotificationRecord, matter: MatterRecord | null): Notification {
  const about = matter && { id: matter.id, boardId: matter.boardId, caseNumber: matter.caseNumber, title: matter.title }
  // What a type needs was stored with it.
  const body = { type, matter: about, ...data as object } as NotificationBody
  return { id, at, by: actorId, read: readAt !== null, ...body }
}
