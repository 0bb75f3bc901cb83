import type { Kysely } from 'kysely'
import { DEFAULT_PREFERENCES } from '#shared/protocol/preferences.ts'
import type { Preferences } from '#shared/protocol/preferences.ts'
import type { PersonalStore } from '../repository.ts'
import type { Database } from '../schema.ts'
import { idChunks, parse, rowChunks } from './values.ts'

/** Counters, preferences and visits of members. */
export function personalStore(db: Kysely<Database>): PersonalStore {
  return {
    async head(memberId) {
      const row = await db.selectFrom('personal_heads').select('version').where('member_id', '=', memberId).executeTakeFirst()
      return row?.version ?? 0
    },
    async heads() {
      const rows = await db.selectFrom('personal_heads').selectAll().execute()
      return rows.map(row => ({ memberId: row.member_id, version: row.version }))
    },
    async bump(memberIds) {
      const heads = new Map<string, number>()
      // Rows are locked in the order of this list: the same one for everybody, so that two callers can't wait for each other.
      for (const chunk of rowChunks([...new Set(memberIds)].sort())) {
        const rows = await db.insertInto('personal_heads')
          .values(chunk.map(memberId => ({ member_id: memberId, version: 1 })))
          .onConflict(conflict => conflict.column('member_id').doUpdateSet(({ ref, eb }) => ({ version: eb(ref('personal_heads.version'), '+', 1) })))
          .returning(['member_id', 'version']).execute()
        rows.forEach(row => heads.set(row.member_id, row.version))
      }
      return heads
    },
    async preferences(memberId) {
      const row = await db.selectFrom('preferences').select('body').where('member_id', '=', memberId).executeTakeFirst()
      return row ? toPreferences(row.body) : null
    },
    async preferencesOf(memberIds) {
      const found = new Map<string, Preferences>()
      for (const chunk of idChunks(memberIds)) {
        const rows = await db.selectFrom('preferences').select(['member_id', 'body']).where('member_id', 'in', chunk).execute()
        rows.forEach(row => found.set(row.member_id, toPreferences(row.body)))
      }
      return found
    },
    async setPreferences(memberId, preferences, at) {
      const body = JSON.stringify(preferences)
      await db.insertInto('preferences').values({ member_id: memberId, body, updated_at: at })
        .onConflict(conflict => conflict.column('member_id').doUpdateSet({ body, updated_at: at })).execute()
    },
    async visit(memberId, boardId) {
      const row = await db.selectFrom('board_visits').select('seen_at')
        .where('member_id', '=', memberId).where('board_id', '=', boardId).executeTakeFirst()
      return row?.seen_at ?? null
    },
    async setVisit(memberId, boardId, at) {
      await db.insertInto('board_visits').values({ member_id: memberId, board_id: boardId, seen_at: at })
        .onConflict(conflict => conflict.columns(['member_id', 'board_id']).doUpdateSet({ seen_at: at }).where('board_visits.seen_at', '<', at))
        .execute()
    },
  }
}

/** What an earlier version stored lacks what came later: that is as it is for everybody who never chose. */
function toPreferences(body: string): Preferences {
  return { ...DEFAULT_PREFERENCES, ...parse<Partial<Preferences>>(body) }
}
