import type { Kysely } from 'kysely'
import type { Guard } from '../kysely-repository.ts'
import type { IdempotencyStore } from '../repository.ts'
import type { Database } from '../schema.ts'

/** Requests that were answered already. */
export function idempotencyStore(db: Kysely<Database>, guard: Guard): IdempotencyStore {
  return {
    async find(memberId, key) {
      const row = await db.selectFrom('idempotency_keys').selectAll()
        .where('member_id', '=', memberId).where('key', '=', key).executeTakeFirst()
      return row
        ? {
            memberId: row.member_id,
            key: row.key,
            requestHash: row.request_hash,
            status: row.status,
            matterId: row.matter_id,
            version: row.version,
            createdAt: row.created_at,
          }
        : null
    },
    async insert({ memberId, key, requestHash, status, matterId, version, createdAt }) {
      await guard(db.insertInto('idempotency_keys').values({
        member_id: memberId, key, request_hash: requestHash, status, matter_id: matterId, version, created_at: createdAt,
      }).execute())
    },
    async deleteBefore(at) {
      await db.deleteFrom('idempotency_keys').where('created_at', '<', at).execute()
    },
  }
}
