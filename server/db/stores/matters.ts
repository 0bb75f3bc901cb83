import type { Kysely } from 'kysely'
import { normalizeCaseNumber } from '#shared/kanban/case-number.ts'
import type { Guard } from '../kysely-repository.ts'
import type { MatterAccess, MatterGap, MatterRecord } from '../records.ts'
import type { MatterStore } from '../repository.ts'
import type { Database } from '../schema.ts'
import { toAccess, toMatter, toMatterRow, toRank } from './matter-rows.ts'
import { idChunks, parseOrNull, rowChunks } from './values.ts'

const ACCESS_COLUMNS = [
  'id', 'board_id', 'version', 'created_version', 'deleted_version', 'gaps', 'confidentiality', 'assignments', 'client_member_ids',
] as const

/** Matters, their places and their numbers. */
export function matterStore(db: Kysely<Database>, guard: Guard): MatterStore {
  return {
    async find(id) {
      const row = await db.selectFrom('matters').selectAll().where('id', '=', id).executeTakeFirst()
      return row ? toMatter(row) : null
    },
    async findMany(ids) {
      const found: MatterRecord[] = []
      for (const chunk of idChunks(ids)) {
        const rows = await db.selectFrom('matters').selectAll().where('id', 'in', chunk).execute()
        found.push(...rows.map(toMatter))
      }
      return found
    },
    async findBoardId(id) {
      const row = await db.selectFrom('matters').select('board_id').where('id', '=', id).executeTakeFirst()
      return row?.board_id ?? null
    },
    async listByBoard(boardId) {
      const rows = await db.selectFrom('matters').selectAll().where('board_id', '=', boardId).where('deleted_version', 'is', null).execute()
      return rows.map(toMatter)
    },
    async accessOnBoard(boardId, deletedAfter) {
      const rows = await db.selectFrom('matters').select(ACCESS_COLUMNS).where('board_id', '=', boardId)
        .where(({ or, eb }) => or([eb('deleted_version', 'is', null), eb('deleted_version', '>', deletedAfter)])).execute()
      return rows.map(toAccess)
    },
    async accessOf(ids) {
      const found: MatterAccess[] = []
      for (const chunk of idChunks(ids)) {
        const rows = await db.selectFrom('matters').select(ACCESS_COLUMNS).where('id', 'in', chunk).execute()
        found.push(...rows.map(toAccess))
      }
      return found
    },
    async ranksIn(columnId) {
      const rows = await db.selectFrom('matters')
        .select(['id', 'rank', 'archived', 'confidentiality', 'assignments', 'client_member_ids'])
        .where('column_id', '=', columnId).where('deleted_version', 'is', null)
        .orderBy('rank').orderBy('id').execute()
      return rows.map(toRank)
    },
    async countByBoard(boardId) {
      const row = await db.selectFrom('matters').select(({ fn }) => fn.countAll<number>().as('count'))
        .where('board_id', '=', boardId).where('deleted_version', 'is', null).executeTakeFirstOrThrow()
      return Number(row.count)
    },
    async insertMany(matters, createdVersion) {
      for (const chunk of rowChunks(matters)) {
        await guard(db.insertInto('matters').values(chunk.map(matter => ({
          ...toMatterRow(matter), created_version: createdVersion, deleted_version: null, gaps: null,
        }))).execute())
      }
    },
    async update(matter) {
      const { id, ...row } = toMatterRow(matter)
      await guard(db.updateTable('matters').set(row).where('id', '=', id).execute())
    },
    async markDeleted(id, version, by, at) {
      await db.updateTable('matters').set({ version, deleted_version: version, updated_by: by, updated_at: at }).where('id', '=', id).execute()
    },
    async restore(id, version, by, at) {
      const row = await db.selectFrom('matters').innerJoin('boards', 'boards.id', 'matters.board_id')
        .select(['deleted_version', 'gaps', 'floor']).where('matters.id', '=', id).executeTakeFirst()
      if (!row || row.deleted_version === null)
        return
      const known = (parseOrNull<MatterGap[]>(row.gaps) ?? []).filter(gap => gap.restored > row.floor)
      const gaps: MatterGap[] = [...known, { deleted: row.deleted_version, restored: version }]
      await guard(db.updateTable('matters')
        .set({ version, deleted_version: null, gaps: JSON.stringify(gaps), updated_by: by, updated_at: at }).where('id', '=', id).execute())
    },
    async takenCaseNumbers(caseNumbers) {
      const taken = new Map<string, string>()
      for (const chunk of idChunks(caseNumbers.map(normalizeCaseNumber))) {
        const rows = await db.selectFrom('matters').select(['id', 'case_number_key'])
          .where('case_number_key', 'in', chunk).where('deleted_version', 'is', null).execute()
        for (const row of rows)
          taken.set(row.case_number_key, row.id)
      }
      return taken
    },
    async takeNumbers(scope, count = 1) {
      const { last } = await db.insertInto('case_numbers').values({ scope, last: count })
        .onConflict(conflict => conflict.column('scope').doUpdateSet(({ eb }) => ({ last: eb('case_numbers.last', '+', count) })))
        .returning('last').executeTakeFirstOrThrow()
      return last - count + 1
    },
  }
}
