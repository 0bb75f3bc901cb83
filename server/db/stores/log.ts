import type { Kysely, Selectable } from 'kysely'
import type { AccessTransition, ChangeEntry } from '../records.ts'
import type { LogStore } from '../repository.ts'
import type { AccessLogTable, ChangeLogTable, Database } from '../schema.ts'
import { flag, rowChunks } from './values.ts'

/** The change log and the access log. */
export function logStore(db: Kysely<Database>): LogStore {
  /** The newest version that loses entries when only the newest `keep` stay: versions are never split. */
  async function lastBeyond(boardId: string, keep: number): Promise<number> {
    const row = await db.selectFrom('change_log').select('version').where('board_id', '=', boardId)
      .orderBy('version', 'desc').orderBy('seq', 'desc').offset(keep).limit(1).executeTakeFirst()
    return row?.version ?? 0
  }
  async function lastOlderThan(boardId: string, before: number): Promise<number> {
    const row = await db.selectFrom('change_log').select(({ fn }) => fn.max('version').as('version'))
      .where('board_id', '=', boardId).where('at', '<', before).executeTakeFirst()
    return Number(row?.version ?? 0)
  }
  return {
    async appendChanges(boardId, version, changes) {
      const rows = changes.map(({ matterId, cid, n, by, at }, seq) => ({
        board_id: boardId, version, seq, matter_id: matterId, cid, n, actor_id: by, at,
      }))
      for (const chunk of rowChunks(rows))
        await db.insertInto('change_log').values(chunk).execute()
    },
    async changesAfter(boardId, after) {
      const rows = await db.selectFrom('change_log').select(['version', 'matter_id', 'actor_id', 'cid'])
        .where('board_id', '=', boardId).where('version', '>', after).orderBy('version').orderBy('seq').execute()
      return rows.map(toChange)
    },
    async newestChanges(boardId, after, { offset, limit }) {
      const rows = await db.selectFrom('change_log').select(['version', 'matter_id', 'actor_id', 'cid'])
        .where('board_id', '=', boardId).where('version', '>', after)
        .orderBy('version', 'desc').orderBy('seq', 'desc').offset(offset).limit(limit).execute()
      return rows.map(toChange)
    },
    async appendAccess(boardId, version, entries) {
      const rows = entries.map(({ memberId, matterId, visible }) => ({
        board_id: boardId, version, member_id: memberId, matter_id: matterId, visible: flag(visible),
      }))
      for (const chunk of rowChunks(rows))
        await db.insertInto('access_log').values(chunk).execute()
    },
    async accessAfter(boardId, memberId, after) {
      const rows = await db.selectFrom('access_log').select(['version', 'member_id', 'matter_id', 'visible'])
        .where('board_id', '=', boardId).where('member_id', '=', memberId).where('version', '>', after)
        .orderBy('version').execute()
      return rows.map(toTransition)
    },
    async transitionsAfter(boardId, after) {
      const rows = await db.selectFrom('access_log').select(['version', 'member_id', 'matter_id', 'visible'])
        .where('board_id', '=', boardId).where('version', '>', after).orderBy('version').execute()
      return rows.map(toTransition)
    },
    async prune(boardId, { before, keep }) {
      // A write that changes nothing takes the lock on both databases: nobody logs while entries are forgotten.
      const board = await db.updateTable('boards').set(({ ref }) => ({ floor: ref('floor') })).where('id', '=', boardId)
        .returning('floor').executeTakeFirst()
      const floor = Math.max(board?.floor ?? 0, await lastOlderThan(boardId, before), await lastBeyond(boardId, keep))
      if (!board || floor === board.floor)
        return floor
      await db.updateTable('boards').set({ floor }).where('id', '=', boardId).execute()
      await db.deleteFrom('change_log').where('board_id', '=', boardId).where('version', '<=', floor).execute()
      await db.deleteFrom('access_log').where('board_id', '=', boardId).where('version', '<=', floor).execute()
      return floor
    },
  }
}

function toChange(row: Pick<Selectable<ChangeLogTable>, 'version' | 'matter_id' | 'actor_id' | 'cid'>): ChangeEntry {
  return { version: row.version, matterId: row.matter_id, by: row.actor_id, cid: row.cid }
}

function toTransition(row: Pick<Selectable<AccessLogTable>, 'version' | 'member_id' | 'matter_id' | 'visible'>): AccessTransition {
  return { version: row.version, memberId: row.member_id, matterId: row.matter_id, visible: row.visible === 1 }
}
