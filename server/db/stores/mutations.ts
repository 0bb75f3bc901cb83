import type { Kysely, Selectable } from 'kysely'
import type { ProblemCode } from '#shared/protocol/problems.ts'
import type { Guard } from '../kysely-repository.ts'
import type { MutationResultRecord } from '../records.ts'
import type { MutationStore } from '../repository.ts'
import type { Database, MutationResultsTable } from '../schema.ts'
import { parseOrNull } from './values.ts'

/** Outboxes and the results of their mutations. */
export function mutationStore(db: Kysely<Database>, guard: Guard): MutationStore {
  return {
    async findClient(boardId, cid) {
      const row = await db.selectFrom('mutation_clients').selectAll().where('board_id', '=', boardId).where('cid', '=', cid).executeTakeFirst()
      return row
        ? { boardId: row.board_id, cid: row.cid, memberId: row.member_id, last: row.last_n, createdAt: row.created_at, lastSeenAt: row.last_seen_at }
        : null
    },
    async countClients(boardId, memberId, since) {
      const row = await db.selectFrom('mutation_clients').select(({ fn }) => fn.countAll<number>().as('count'))
        .where('board_id', '=', boardId).where('member_id', '=', memberId).where('created_at', '>=', since).executeTakeFirstOrThrow()
      return Number(row.count)
    },
    async insertClient({ boardId, cid, memberId, last, createdAt, lastSeenAt }) {
      await guard(db.insertInto('mutation_clients').values({
        board_id: boardId, cid, member_id: memberId, last_n: last, created_at: createdAt, last_seen_at: lastSeenAt,
      }).execute())
    },
    async advance(boardId, cid, n, at) {
      await db.updateTable('mutation_clients').set({ last_n: n, last_seen_at: at }).where('board_id', '=', boardId).where('cid', '=', cid).execute()
    },
    async insertResult(record) {
      await guard(db.insertInto('mutation_results').values({
        board_id: record.boardId,
        cid: record.cid,
        n: record.n,
        change_key: record.changeKey,
        status: record.status,
        version: record.version,
        matter_id: record.matterId,
        code: record.code,
        field: record.field,
        allowed: record.allowed && JSON.stringify(record.allowed),
        conflicts: record.conflicts && JSON.stringify(record.conflicts),
        others: record.others && JSON.stringify(record.others),
        created_at: record.createdAt,
      }).execute())
    },
    async findResult(boardId, cid, n) {
      const row = await db.selectFrom('mutation_results').selectAll()
        .where('board_id', '=', boardId).where('cid', '=', cid).where('n', '=', n).executeTakeFirst()
      return row ? toResult(row) : null
    },
    async prune({ results, clients }) {
      await db.deleteFrom('mutation_results').where('created_at', '<', results).execute()
      await db.deleteFrom('mutation_clients').where('last_seen_at', '<', clients).execute()
    },
  }
}

function toResult(row: Selectable<MutationResultsTable>): MutationResultRecord {
  return {
    boardId: row.board_id,
    cid: row.cid,
    n: row.n,
    changeKey: row.change_key,
    status: row.status as MutationResultRecord['status'],
    version: row.version,
    matterId: row.matter_id,
    code: row.code as ProblemCode | null,
    field: row.field,
    allowed: parseOrNull(row.allowed),
    conflicts: parseOrNull(row.conflicts),
    others: parseOrNull(row.others),
    createdAt: row.created_at,
  }
}
