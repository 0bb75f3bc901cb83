import { createHash } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'
import type { NotificationRecord } from '#server/db/records.ts'
import type { Stores } from '#server/db/repository.ts'
import type { EpochMs } from '#shared/kanban/matter.ts'
import type { MemberId } from '#shared/kanban/member.ts'
import type { Maintenance } from '#shared/protocol/notifications.ts'
import { isMuted } from './notify-change.ts'

const MINUTE_MS = 60_000

/**
 * Tells all active members that the server will go away, or (null) that it won't: what was told of a maintenance that isn't over is withdrawn, so that
 * nobody has two announcements of which one isn't true (rule N9). Runs in the transaction that sets it, and answers the counters that moved. The same
 * announcement once more tells nobody anything.
 */
export async function announceMaintenance(
  stores: Stores, maintenance: Maintenance | null, by: MemberId, at: EpochMs,
): Promise<Map<MemberId, number>> {
  const members = (await stores.accounts.listMembers()).filter(({ active }) => active).map(({ id }) => id)
  const heads = await stores.personal.bump(members)
  const dedupeKey = maintenance && keyOf(maintenance)
  await stores.notifications.withdraw('system', { above: keyFrom(at + 1), but: dedupeKey }, at)
  if (!maintenance || dedupeKey === null)
    return heads
  const preferences = await stores.personal.preferencesOf(members)
  const told = members.filter(id => id !== by && !isMuted(preferences.get(id), 'system', null))
  await stores.notifications.insert(told.map((memberId): NotificationRecord => ({
    id: uuidv7(),
    memberId,
    dedupeKey,
    version: heads.get(memberId)!,
    type: 'system',
    boardId: null,
    matterId: null,
    actorId: by,
    at,
    data: { maintenance },
    readAt: null,
    clearedAt: null,
  })))
  return heads
}

/** In order of when it is over. The text may be long, and a key isn't. */
function keyOf({ startsAt, minutes, text }: Maintenance): string {
  return `${keyFrom(startsAt + minutes * MINUTE_MS)}:${minutes}:${createHash('sha256').update(text).digest('base64url').slice(0, 22)}`
}

/** Below every key of a maintenance that ends then or later. */
function keyFrom(at: EpochMs): string {
  return `system:${String(at).padStart(16, '0')}`
}
