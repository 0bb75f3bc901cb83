import type { Insertable, Kysely, Selectable } from 'kysely'
import type { ActivityKind } from '#shared/kanban/activity.ts'
import type { ActivityRecord } from '../records.ts'
import type { ActivityStore } from '../repository.ts'
import type { ActivityTable, Database } from '../schema.ts'
import { parse, rowChunks } from './values.ts'

/** The history of matters. */
export function activityStore(db: Kysely<Database>): ActivityStore {
  return {
    async append(records) {
      for (const chunk of rowChunks(records))
        await db.insertInto('activity').values(chunk.map(toRow)).execute()
    },
    async listByMatter(matterId, limit) {
      const rows = await db.selectFrom('activity').selectAll().where('matter_id', '=', matterId)
        .orderBy('version', 'desc').orderBy('id', 'desc').limit(limit).execute()
      return rows.map(toActivity)
    },
    async listByBoard(boardId, { before, after, actorId, kinds, matterId, limit }) {
      let query = db.selectFrom('activity').selectAll().where('board_id', '=', boardId)
      // The bare comparison of versions is what the index begins its walk with.
      if (before) {
        query = query.where('version', '<=', before.version)
          .where(({ eb, or }) => or([eb('version', '<', before.version), eb('id', '<', before.id)]))
      }
      if (after) {
        query = query.where('version', '>=', after.version)
          .where(({ eb, or }) => or([eb('version', '>', after.version), eb('id', '>', after.id)]))
      }
      if (actorId !== undefined)
        query = query.where('actor_id', '=', actorId)
      if (kinds)
        query = query.where('kind', 'in', kinds)
      if (matterId !== undefined)
        query = query.where('matter_id', '=', matterId)
      const rows = await query.orderBy('version', 'desc').orderBy('id', 'desc').limit(limit).execute()
      return rows.map(toActivity)
    },
    async countSince(boardId, at, but) {
      const last = await db.selectFrom('activity').select(['version', 'id']).where('board_id', '=', boardId).where('at', '<=', at)
        .orderBy('version', 'desc').orderBy('id', 'desc').limit(1).executeTakeFirst()
      let query = db.selectFrom('activity').select(['matter_id', 'actor_id', ({ fn }) => fn.countAll<number>().as('steps')])
        .where('board_id', '=', boardId).where('actor_id', '!=', but)
      if (last) {
        query = query.where('version', '>=', last.version)
          .where(({ eb, or }) => or([eb('version', '>', last.version), eb('id', '>', last.id)]))
      }
      const rows = await query.groupBy(['matter_id', 'actor_id']).execute()
      return rows.map(row => ({ matterId: row.matter_id, actorId: row.actor_id, steps: Number(row.steps) }))
    },
    async findByVersion(matterId, version) {
      const row = await db.selectFrom('activity').selectAll()
        .where('matter_id', '=', matterId).where('version', '=', version).orderBy('id').limit(1).executeTakeFirst()
      return row ? toActivity(row) : null
    },
  }
}

/** The part of a step that depends on its kind, kept as JSON. */
type Detail = Partial<Pick<ActivityRecord, 'fields' | 'before' | 'after' | 'commentId' | 'undo' | 'cid' | 'n'>>

function toRow({ id, boardId, matterId, version, kind, actorId, at, reason, ...rest }: ActivityRecord): Insertable<ActivityTable> {
  const detail: Detail = {
    ...(Object.keys(rest.fields).length > 0 && { fields: rest.fields }),
    ...(rest.before && { before: rest.before }),
    ...(rest.after && { after: rest.after }),
    ...(rest.commentId !== null && { commentId: rest.commentId }),
    ...(rest.undo && { undo: true }),
    ...(rest.cid !== null && { cid: rest.cid, n: rest.n }),
  }
  return { id, board_id: boardId, matter_id: matterId, version, kind, actor_id: actorId, at, reason, detail: JSON.stringify(detail) }
}

function toActivity(row: Selectable<ActivityTable>): ActivityRecord {
  const { fields = {}, before = null, after = null, commentId = null, undo = false, cid = null, n = null } = parse<Detail>(row.detail)
  return {
    id: row.id,
    boardId: row.board_id,
    matterId: row.matter_id,
    version: row.version,
    kind: row.kind as ActivityKind,
    actorId: row.actor_id,
    at: row.at,
    reason: row.reason,
    fields,
    before,
    after,
    commentId,
    undo,
    cid,
    n,
  }
}
