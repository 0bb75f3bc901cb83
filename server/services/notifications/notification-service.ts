import type { NotificationRecord } from '#server/db/records.ts'
import type { Repository, Stores } from '#server/db/repository.ts'
import { currentActor } from '#server/services/current-actor.ts'
import type { EpochMs, MatterId } from '#shared/kanban/matter.ts'
import type { Actor, MemberId } from '#shared/kanban/member.ts'
import { isStaff } from '#shared/kanban/member.ts'
import { canSee } from '#shared/kanban/visibility.ts'
import type { NotificationsPatch } from '#shared/protocol/personal-requests.ts'
import type { NotificationsAnswer } from '#shared/protocol/notifications.ts'
import { MOST_LISTED } from '#shared/protocol/preferences-patch.ts'
import { Problem } from '#shared/protocol/problems.ts'
import { idsInSight } from './notification-sight.ts'
import type { HistoryQuery } from './read-notifications.ts'
import { readHistory } from './read-notifications.ts'

/** What members do with their own notifications. Ids that aren't theirs, or that they can't see now, are passed over like missing ones. */
export interface NotificationService {
  /** Throws `VALIDATION`. */
  history: (member: Actor, query: HistoryQuery) => Promise<NotificationsAnswer>
  mark: (member: Actor, patch: NotificationsPatch) => Promise<void>
  /** Without ids all that were read; what came after `upTo` stays. */
  clear: (member: Actor, ids?: readonly string[], upTo?: EpochMs) => Promise<void>
  /** Throws `MATTER_GONE` for what the member doesn't see, too, `FORBIDDEN` to who doesn't work at the firm, and `LIST_FULL` to who follows so much. */
  follow: (member: Actor, matterId: MatterId) => Promise<void>
  unfollow: (member: Actor, matterId: MatterId) => Promise<void>
}

export interface NotificationServiceOptions {
  repository: Repository
  /** Hears of counters that moved, after the commit. */
  heads: { moved: (heads: ReadonlyMap<MemberId, number>) => void }
  /** @default Date.now */
  now?: () => EpochMs
}

/** As many rows as are looked at together. */
const PAGE = 500

export function createNotificationService({ repository, heads, now = Date.now }: NotificationServiceOptions): NotificationService {
  /** Lets `find` say what is to be changed, and changes that under the lock of the member's counter; where there is nothing, nothing moves. */
  async function change(
    asker: Actor,
    find: (stores: Stores, actor: Actor) => Promise<string[]>,
    write: (stores: Stores, actor: Actor, to: { ids: string[], version: number }) => Promise<unknown>,
  ): Promise<void> {
    heads.moved(await repository.transaction(async (stores) => {
      const actor = await currentActor(stores, asker)
      const ids = await find(stores, actor)
      if (ids.length === 0)
        return new Map<MemberId, number>()
      const moved = await stores.personal.bump([actor.id])
      await write(stores, actor, { ids, version: moved.get(actor.id)! })
      return moved
    }))
  }

  async function changeFollow(asker: Actor, matterId: MatterId, isMore: boolean, write: (stores: Stores, actor: Actor) => Promise<boolean>): Promise<void> {
    heads.moved(await repository.transaction(async (stores) => {
      const actor = await currentActor(stores, asker)
      if (actor.role === 'CLIENT')
        throw new Problem('FORBIDDEN', 'clients aren\'t told of changes')
      const [matter] = await stores.matters.accessOf([matterId])
      if (matter?.deletedVersion !== null || !isStaff(actor) || !canSee(actor, matter))
        throw new Problem('MATTER_GONE', 'there is no such matter')
      if (!await write(stores, actor))
        return new Map<MemberId, number>()
      const moved = await stores.personal.bump([actor.id])
      // Counted under the counter's lock: of two that come at once, the second sees the first.
      if (isMore && (await stores.notifications.followsOf(actor.id)).length > MOST_LISTED)
        throw new Problem('LIST_FULL', 'nobody follows so much')
      return moved
    }))
  }

  return {
    async history(member, query) {
      return await repository.consistentRead(async stores => await readHistory(stores, await currentActor(stores, member), query))
    },
    async mark(member, patch) {
      if ('all' in patch) {
        await change(member,
          async (stores, actor) => idsInSight(stores, actor, await stores.notifications.unread(actor.id)),
          (stores, actor, { ids, version }) => stores.notifications.markRead(actor.id, now(), version, ids, patch.upTo))
      }
      else if (patch.read) {
        await change(member,
          async (stores, actor) => findInSight(stores, actor, patch.ids, record => record.readAt === null),
          (stores, actor, { ids, version }) => stores.notifications.markRead(actor.id, now(), version, ids, patch.upTo))
      }
      else {
        await change(member,
          async (stores, actor) => findInSight(stores, actor, patch.ids, record => record.readAt !== null),
          (stores, actor, { ids, version }) => stores.notifications.markUnread(actor.id, version, ids))
      }
    },
    async clear(member, ids, upTo) {
      await change(member,
        async (stores, actor) => ids ? findInSight(stores, actor, ids, () => true) : findRead(stores, actor),
        (stores, actor, to) => stores.notifications.clear(actor.id, now(), to.version, to.ids, upTo))
    },
    follow: (member, matterId) => changeFollow(member, matterId, true, (stores, actor) => stores.notifications.follow(actor.id, matterId, now())),
    unfollow: (member, matterId) => changeFollow(member, matterId, false, (stores, actor) => stores.notifications.unfollow(actor.id, matterId)),
  }
}

async function findInSight(stores: Stores, actor: Actor, ids: readonly string[], isMeant: (record: NotificationRecord) => boolean): Promise<string[]> {
  const records = await stores.notifications.find(actor.id, [...new Set(ids)])
  return await idsInSight(stores, actor, records.filter(record => record.clearedAt === null && isMeant(record)))
}

async function findRead(stores: Stores, actor: Actor): Promise<string[]> {
  const ids: string[] = []
  let before: NotificationRecord | undefined
  do {
    const records: NotificationRecord[] = await stores.notifications.list(actor.id, { ...(before && { before }), unread: false, limit: PAGE })
    ids.push(...await idsInSight(stores, actor, records))
    before = records.length === PAGE ? records.at(-1) : undefined
  } while (before)
  return ids
}
