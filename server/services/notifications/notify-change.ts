import { v7 as uuidv7 } from 'uuid'
import type { AccessEntry, MatterAccess, MemberRecord, NotificationRecord } from '#server/db/records.ts'
import type { Stores } from '#server/db/repository.ts'
import type { Matter, MatterId } from '#shared/kanban/matter.ts'
import type { Actor, MemberId } from '#shared/kanban/member.ts'
import { isStaff } from '#shared/kanban/member.ts'
import { canSee } from '#shared/kanban/visibility.ts'
import type { Preferences } from '#shared/protocol/preferences.ts'
import type { DataOf, MatterChange, News } from './news-of-change.ts'
import { isNews, newsOf } from './news-of-change.ts'

/** A change of a matter, and for whom the matter came into sight or went out of it by that. */
export interface NotableChange extends MatterChange {
  transitions: readonly AccessEntry[]
}

/** Beyond so many people all are read at once. */
const FEW = 12

/**
 * Writes what members are told of a change, in its own transaction, which holds the board's lock (rules N4 to N7). Answers the counters that
 * moved, which the caller hands on after the commit.
 */
export async function notifyOf(stores: Stores, change: NotableChange): Promise<Map<MemberId, number>> {
  const { step, before, after } = change
  const told = isNews(change) ? await whoIsTold(stores, change) : new Map<MemberId, News>()
  const turned = await whoseSightTurned(stores, change)
  if (told.size === 0 && turned.length === 0)
    return new Map()
  const heads = await stores.personal.bump([...told.keys(), ...turned])
  if (turned.length > 0)
    await stores.notifications.touch(new Map(turned.map(id => [id, heads.get(id)!])), [after.id])
  const fresh: NotificationRecord[] = []
  for (const [memberId, news] of told) {
    const record: NotificationRecord = {
      id: uuidv7(),
      memberId,
      ...news,
      version: heads.get(memberId)!,
      boardId: step.boardId,
      matterId: (before ?? after).id,
      actorId: step.actorId,
      at: step.at,
      readAt: null,
      clearedAt: null,
    }
    const unread = news.type === 'followed' ? await stores.notifications.findUnread(memberId, news.dedupeKey) : null
    if (unread)
      await stores.notifications.update({ ...record, id: unread.id, data: countedUp(unread, record) })
    else
      fresh.push(record)
  }
  await stores.notifications.insert(fresh)
  return heads
}

/** Moves on the counters of those whose notifications come into sight or go out of it by what isn't told itself. */
export async function turnSight(stores: Stores, transitions: readonly AccessEntry[], gone: readonly MatterId[] = []): Promise<Map<MemberId, number>> {
  const turned = new Map<MemberId, MatterId[]>()
  const note = (memberId: MemberId, matterId: MatterId) => {
    const known = turned.get(memberId)
    if (known)
      known.push(matterId)
    else
      turned.set(memberId, [matterId])
  }
  const concerned = new Set(await stores.notifications.toldOf([...new Set([...transitions.map(({ matterId }) => matterId), ...gone])]))
  for (const { memberId, matterId } of transitions) {
    if (concerned.has(memberId))
      note(memberId, matterId)
  }
  const members = gone.length > 0 ? await findMembers(stores, [...concerned]) : []
  for (const matter of members.length > 0 ? await stores.matters.accessOf(gone) : [])
    members.filter(member => canSee(member, matter)).forEach(({ id }) => note(id, matter.id))
  const heads = await stores.personal.bump([...turned.keys()])
  for (const [memberId, matterIds] of turned)
    await stores.notifications.touch(new Map([[memberId, heads.get(memberId)!]]), matterIds)
  return heads
}

/** Moves on the counter of a member who has another role, and has looked at again what they were told of matters that it hides or shows. */
export async function turnRole(stores: Stores, before: Actor, after: Actor): Promise<Map<MemberId, number>> {
  const heads = await stores.personal.bump([after.id])
  const told = await stores.matters.accessOf(await stores.notifications.mattersToldTo(after.id))
  const sees = (actor: Actor, matter: MatterAccess) => isStaff(actor) && canSee(actor, matter)
  await stores.notifications.touch(heads, told.filter(matter => sees(before, matter) !== sees(after, matter)).map(({ id }) => id))
  return heads
}

/** Those who may know and want to. */
async function whoIsTold(stores: Stores, change: NotableChange): Promise<Map<MemberId, News>> {
  const news = newsOf(change, await stores.notifications.followersOf(change.after.id))
  if (news.size === 0)
    return news
  // Of a deletion who saw what is gone is told.
  const seen = change.step.kind === 'deleted' ? change.before ?? change.after : change.after
  const members = (await findMembers(stores, [...news.keys()])).filter(member => member.active && isStaff(member) && canSee(member, seen))
  const preferences = members.length > 0 ? await stores.personal.preferencesOf(members.map(({ id }) => id)) : new Map<MemberId, Preferences>()
  const told = new Map<MemberId, News>()
  for (const { id } of members) {
    const one = news.get(id)!
    if (!isMuted(preferences.get(id), one.type, seen))
      told.set(id, one)
  }
  return told
}

async function findMembers({ accounts }: Stores, ids: readonly MemberId[]): Promise<MemberRecord[]> {
  if (ids.length > FEW) {
    const wanted = new Set(ids)
    return (await accounts.listMembers()).filter(({ id }) => wanted.has(id))
  }
  const found: MemberRecord[] = []
  for (const id of ids) {
    const member = await accounts.findMember(id)
    if (member)
      found.push(member)
  }
  return found
}

/** Whether a member wants to hear nothing of the type, the board or the matter (rule N6). */
export function isMuted(preferences: Preferences | undefined, type: News['type'], matter: Pick<Matter, 'id' | 'boardId'> | null): boolean {
  if (!preferences)
    return false
  const { mutedTypes, mutedBoards, mutedMatters } = preferences
  return mutedTypes.includes(type) || (matter !== null && (mutedBoards.includes(matter.boardId) || mutedMatters.includes(matter.id)))
}

/** Deleting takes a matter out of the sight of all who saw it, and bringing it back is the other way round. */
async function whoseSightTurned(stores: Stores, { step, before, after, transitions }: NotableChange): Promise<MemberId[]> {
  const isForAll = step.kind === 'deleted' || step.kind === 'restored'
  if (!isForAll && transitions.length === 0)
    return []
  const concerned = await stores.notifications.toldOf([after.id])
  const turned = new Set(transitions.map(({ memberId }) => memberId))
  if (!isForAll)
    return concerned.filter(id => turned.has(id))
  // Who doesn't see it learns of neither.
  return (await findMembers(stores, concerned)).filter(member => turned.has(member.id) || canSee(member, before ?? after)).map(({ id }) => id)
}

function countedUp(unread: NotificationRecord, { data }: NotificationRecord): DataOf<'followed'> {
  const { changes } = unread.data as DataOf<'followed'>
  return { ...data as DataOf<'followed'>, changes: changes + 1 }
}
