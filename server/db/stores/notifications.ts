import type { Insertable, Kysely, Selectable } from 'kysely'
import { sql } from 'kysely'
import type { Assignment, Confidentiality, Deadline, MatterId } from '#shared/kanban/matter.ts'
import type { MemberId } from '#shared/kanban/member.ts'
import type { NotificationType } from '#shared/protocol/preferences.ts'
import type { MatterDeadlines, NotificationRecord } from '../records.ts'
import type { NotificationStore } from '../repository.ts'
import type { Database, NotificationsTable } from '../schema.ts'
import { idChunks, parse, rowChunks } from './values.ts'

/** A notification that counts up has its key only while it is unread: once it isn't, the next change begins another one. */
const KEY_ASIDE = sql<string>`CASE WHEN type = 'followed' AND read_at IS NULL THEN dedupe_key || ':' || id ELSE dedupe_key END`

/** The key that such a one had before. */
const KEY_BACK = sql<string>`substr(dedupe_key, 1, length(dedupe_key) - length(id) - 1)`

/**
 * Notifications, and who follows what. Who writes a member's notifications holds the lock on that member's counter, so
 * that versions come to be seen in their order.
 */
export function notificationStore(db: Kysely<Database>): NotificationStore {
  /** Runs a write over ids in slices, or once over everything; answers how many rows it met. */
  async function inSlices(ids: readonly string[] | undefined, write: (slice: string[] | null) => Promise<{ numUpdatedRows: bigint }>): Promise<number> {
    let count = 0
    for (const slice of ids ? idChunks(ids) : [null])
      count += Number((await write(slice)).numUpdatedRows)
    return count
  }

  const toldKeys: NotificationStore['toldKeys'] = async (memberIds, dedupeKeys) => {
    const told: { memberId: MemberId, dedupeKey: string }[] = []
    for (const members of idChunks(memberIds)) {
      for (const keys of idChunks(dedupeKeys)) {
        const rows = await db.selectFrom('notifications').select(['member_id', 'dedupe_key'])
          .where('member_id', 'in', members).where('dedupe_key', 'in', keys).execute()
        told.push(...rows.map(row => ({ memberId: row.member_id, dedupeKey: row.dedupe_key })))
      }
    }
    return told
  }

  return {
    async insert(records) {
      const added = new Set<string>()
      for (const chunk of rowChunks(records)) {
        const rows = await db.insertInto('notifications').values(chunk.map(toRow))
          .onConflict(conflict => conflict.columns(['member_id', 'dedupe_key']).doNothing()).returning('id').execute()
        for (const { id } of rows)
          added.add(id)
      }
      return records.filter(({ id }) => added.has(id))
    },
    async findUnread(memberId, dedupeKey) {
      const row = await db.selectFrom('notifications').selectAll().where('member_id', '=', memberId).where('dedupe_key', '=', dedupeKey)
        .where('read_at', 'is', null).where('cleared_at', 'is', null).executeTakeFirst()
      return row ? toRecord(row) : null
    },
    toldKeys,
    async update({ id, memberId, dedupeKey, version, actorId, at, data, readAt, clearedAt }) {
      await db.updateTable('notifications')
        .set({ dedupe_key: dedupeKey, version, actor_id: actorId, at, data: JSON.stringify(data), read_at: readAt, cleared_at: clearedAt })
        .where('id', '=', id).where('member_id', '=', memberId).execute()
    },
    async find(memberId, ids) {
      const found: NotificationRecord[] = []
      for (const slice of idChunks(ids)) {
        const rows = await db.selectFrom('notifications').selectAll().where('member_id', '=', memberId).where('id', 'in', slice).execute()
        found.push(...rows.map(toRecord))
      }
      return found
    },
    async list(memberId, { before, type, unread, limit }) {
      const rows = await db.selectFrom('notifications').selectAll().where('member_id', '=', memberId).where('cleared_at', 'is', null)
        .$if(before !== undefined, query => query.where(({ or, and, eb }) => or([
          eb('at', '<', before!.at), and([eb('at', '=', before!.at), eb('id', '<', before!.id)]),
        ])))
        .$if(type !== undefined, query => query.where('type', '=', type!))
        .$if(unread !== undefined, query => query.where('read_at', unread ? 'is' : 'is not', null))
        .orderBy('at', 'desc').orderBy('id', 'desc').limit(limit).execute()
      return rows.map(toRecord)
    },
    async changedSince(memberId, version, limit) {
      const rows = await db.selectFrom('notifications').selectAll().where('member_id', '=', memberId).where('version', '>', version)
        .orderBy('at', 'desc').orderBy('id', 'desc').limit(limit).execute()
      return rows.map(toRecord)
    },
    async unread(memberId) {
      const rows = await db.selectFrom('notifications').select(['id', 'matter_id']).where('member_id', '=', memberId)
        .where('read_at', 'is', null).where('cleared_at', 'is', null).execute()
      return rows.map(row => ({ id: row.id, matterId: row.matter_id }))
    },
    async markRead(memberId, at, version, ids, upTo) {
      return await inSlices(ids, slice => db.updateTable('notifications')
        .set({ read_at: at, version, dedupe_key: KEY_ASIDE })
        .where('member_id', '=', memberId).where('read_at', 'is', null).where('cleared_at', 'is', null)
        .$if(upTo !== undefined, query => query.where('at', '<=', upTo!))
        .$if(slice !== null, query => query.where('id', 'in', slice!)).executeTakeFirstOrThrow())
    },
    async markUnread(memberId, version, ids) {
      const counting = new Map<string, string>()
      for (const slice of idChunks(ids)) {
        const marked = await db.updateTable('notifications').set({ read_at: null, version })
          .where('member_id', '=', memberId).where('read_at', 'is not', null).where('cleared_at', 'is', null).where('id', 'in', slice)
          .returning(['id', 'type', 'at', 'dedupe_key']).execute()
        marked.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
        for (const { id, dedupe_key: key } of marked.filter(({ id, type, dedupe_key }) => type === 'followed' && dedupe_key.endsWith(`:${id}`)))
          counting.set(key.slice(0, -id.length - 1), id)
      }
      for (const { dedupeKey } of await toldKeys([memberId], [...counting.keys()]))
        counting.delete(dedupeKey)
      for (const slice of idChunks([...counting.values()]))
        await db.updateTable('notifications').set({ dedupe_key: KEY_BACK }).where('member_id', '=', memberId).where('id', 'in', slice).execute()
    },
    async clear(memberId, at, version, ids, upTo) {
      return await inSlices(ids, slice => db.updateTable('notifications')
        .set({ cleared_at: at, version, dedupe_key: KEY_ASIDE })
        .where('member_id', '=', memberId).where('cleared_at', 'is', null)
        .$if(slice === null, query => query.where('read_at', 'is not', null))
        .$if(upTo !== undefined, query => query.where('at', '<=', upTo!))
        .$if(slice !== null, query => query.where('id', 'in', slice!)).executeTakeFirstOrThrow())
    },
    async prune({ read, cleared, all }) {
      await db.deleteFrom('notifications')
        .where(({ or, eb }) => or([eb('read_at', '<', read), eb('cleared_at', '<', cleared), eb('at', '<', all)])).execute()
    },
    async toldOf(matterIds) {
      const found = new Set<MemberId>()
      for (const slice of idChunks(matterIds)) {
        const rows = await db.selectFrom('notifications').select('member_id').distinct().where('matter_id', 'in', slice).where('cleared_at', 'is', null)
          .union(db.selectFrom('matter_follows').select('member_id').distinct().where('matter_id', 'in', slice)).execute()
        for (const row of rows)
          found.add(row.member_id)
      }
      return [...found].sort()
    },
    async mattersToldTo(memberId) {
      const rows = await db.selectFrom('notifications').select('matter_id').distinct()
        .where('member_id', '=', memberId).where('cleared_at', 'is', null).where('matter_id', 'is not', null).execute()
      return rows.map(row => row.matter_id!)
    },
    async touch(versions, matterIds) {
      for (const [memberId, version] of versions) {
        for (const slice of idChunks(matterIds)) {
          await db.updateTable('notifications').set({ version })
            .where('member_id', '=', memberId).where('cleared_at', 'is', null).where('matter_id', 'in', slice).execute()
        }
      }
    },
    async withdraw(type, { above, but }, at) {
      const asideKey = sql<string>`dedupe_key || ':' || id`
      // Whoever cleared it is to be told anew, too.
      await db.updateTable('notifications').set({ dedupe_key: asideKey })
        .where('type', '=', type).where('cleared_at', 'is not', null).where('dedupe_key', '>', above).where('dedupe_key', 'not like', sql<string>`'%:' || id`)
        .$if(but !== null, query => query.where('dedupe_key', '!=', but!)).execute()
      await db.updateTable('notifications')
        .set({
          cleared_at: at,
          dedupe_key: asideKey,
          version: sql<number>`COALESCE((SELECT version FROM personal_heads WHERE personal_heads.member_id = notifications.member_id), notifications.version)`,
        })
        .where('type', '=', type).where('cleared_at', 'is', null).where('dedupe_key', '>', above)
        .$if(but !== null, query => query.where('dedupe_key', '!=', but!)).execute()
    },
    async openDeadlines(matterIds) {
      const found: MatterDeadlines[] = []
      for (const slice of matterIds ? idChunks(matterIds) : [null]) {
        const rows = await db.selectFrom('matters').innerJoin('board_columns', 'board_columns.id', 'matters.column_id')
          .select(['matters.id', 'matters.board_id', 'confidentiality', 'assignments', 'client_member_ids', 'deadlines'])
          .where('deleted_version', 'is', null).where('matters.archived', '=', 0).where('board_columns.kind', '!=', 'CLOSED').where('deadlines', '!=', '[]')
          .$if(slice !== null, query => query.where('matters.id', 'in', slice!)).execute()
        for (const row of rows) {
          found.push({
            id: row.id,
            boardId: row.board_id,
            confidentiality: row.confidentiality as Confidentiality,
            assignments: parse<Assignment[]>(row.assignments),
            clientMemberIds: parse<MemberId[]>(row.client_member_ids),
            deadlines: parse<Deadline[]>(row.deadlines),
          })
        }
      }
      return found
    },
    async followersOf(matterId) {
      const rows = await db.selectFrom('matter_follows').select('member_id').where('matter_id', '=', matterId).orderBy('member_id').execute()
      return rows.map(row => row.member_id)
    },
    async followsAmong(matterIds) {
      const found: { matterId: MatterId, memberId: MemberId }[] = []
      for (const slice of idChunks(matterIds)) {
        const rows = await db.selectFrom('matter_follows').select(['matter_id', 'member_id']).where('matter_id', 'in', slice).execute()
        found.push(...rows.map(row => ({ matterId: row.matter_id, memberId: row.member_id })))
      }
      return found
    },
    async followsOf(memberId) {
      const rows = await db.selectFrom('matter_follows').select('matter_id').where('member_id', '=', memberId).orderBy('matter_id').execute()
      return rows.map(row => row.matter_id)
    },
    async follow(memberId, matterId, at) {
      const rows = await db.insertInto('matter_follows').values({ member_id: memberId, matter_id: matterId, at })
        .onConflict(conflict => conflict.columns(['matter_id', 'member_id']).doNothing()).returning('member_id').execute()
      return rows.length > 0
    },
    async unfollow(memberId, matterId) {
      const { numDeletedRows } = await db.deleteFrom('matter_follows')
        .where('member_id', '=', memberId).where('matter_id', '=', matterId).executeTakeFirstOrThrow()
      return numDeletedRows > 0
    },
  }
}

function toRow(record: NotificationRecord): Insertable<NotificationsTable> {
  return {
    id: record.id,
    member_id: record.memberId,
    dedupe_key: record.dedupeKey,
    version: record.version,
    type: record.type,
    board_id: record.boardId,
    matter_id: record.matterId,
    actor_id: record.actorId,
    at: record.at,
    data: JSON.stringify(record.data),
    read_at: record.readAt,
    cleared_at: record.clearedAt,
  }
}

function toRecord(row: Selectable<NotificationsTable>): NotificationRecord {
  return {
    id: row.id,
    memberId: row.member_id,
    dedupeKey: row.dedupe_key,
    version: row.version,
    type: row.type as NotificationType,
    boardId: row.board_id,
    matterId: row.matter_id as MatterId | null,
    actorId: row.actor_id,
    at: row.at,
    data: parse<unknown>(row.data),
    readAt: row.read_at,
    clearedAt: row.cleared_at,
  }
}
