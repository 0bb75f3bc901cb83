import type { Kysely, Selectable } from 'kysely'
import type { Role } from '#shared/kanban/member.ts'
import type { Guard } from '../kysely-repository.ts'
import type { MemberRecord, SessionRecord } from '../records.ts'
import type { AccountStore } from '../repository.ts'
import type { Database, MembersTable, SessionsTable } from '../schema.ts'
import { flag } from './values.ts'

/** Members, credentials and sessions. */
export function accountStore(db: Kysely<Database>, guard: Guard): AccountStore {
  return {
    async listMembers() {
      const rows = await db.selectFrom('members').selectAll().orderBy('name').orderBy('id').execute()
      return rows.map(toMember)
    },
    async findMember(id) {
      const row = await db.selectFrom('members').selectAll().where('id', '=', id).executeTakeFirst()
      return row ? toMember(row) : null
    },
    async findMemberByEmail(email) {
      const row = await db.selectFrom('members').selectAll().where('email_key', '=', emailKey(email)).executeTakeFirst()
      return row ? toMember(row) : null
    },
    async insertMember({ id, name, email, role, active, locale, transport, createdAt }) {
      await guard(db.insertInto('members').values({
        id, name, email, email_key: emailKey(email), role, active: flag(active), locale, transport, created_at: createdAt,
      }).execute())
    },
    async updateMember(id, { name, email, role, active, locale, transport }) {
      const changes = {
        ...(name !== undefined && { name }),
        ...(email !== undefined && { email, email_key: emailKey(email) }),
        ...(role !== undefined && { role }),
        ...(active !== undefined && { active: flag(active) }),
        ...(locale !== undefined && { locale }),
        ...(transport !== undefined && { transport }),
      }
      if (Object.keys(changes).length > 0)
        await guard(db.updateTable('members').set(changes).where('id', '=', id).execute())
    },
    async findPasswordHash(memberId) {
      const row = await db.selectFrom('credentials').select('password_hash').where('member_id', '=', memberId).executeTakeFirst()
      return row?.password_hash ?? null
    },
    async setPasswordHash(memberId, hash, at) {
      await db.insertInto('credentials').values({ member_id: memberId, password_hash: hash, changed_at: at })
        .onConflict(conflict => conflict.column('member_id').doUpdateSet({ password_hash: hash, changed_at: at })).execute()
    },
    async insertSession({ id, memberId, createdAt, lastSeenAt, expiresAt, revokedAt }) {
      await db.insertInto('sessions').values({
        id, member_id: memberId, created_at: createdAt, last_seen_at: lastSeenAt, expires_at: expiresAt, revoked_at: revokedAt,
      }).execute()
    },
    async findSession(id) {
      const row = await db.selectFrom('sessions').selectAll().where('id', '=', id).executeTakeFirst()
      return row ? toSession(row) : null
    },
    async touchSession(id, { lastSeenAt, expiresAt }) {
      await db.updateTable('sessions').set({ last_seen_at: lastSeenAt, expires_at: expiresAt }).where('id', '=', id).execute()
    },
    async revokeSession(id, at) {
      await db.updateTable('sessions').set({ revoked_at: at }).where('id', '=', id).where('revoked_at', 'is', null).execute()
    },
    async revokeSessionsOf(memberId, at) {
      await db.updateTable('sessions').set({ revoked_at: at }).where('member_id', '=', memberId).where('revoked_at', 'is', null).execute()
    },
    async deleteEndedSessions(before) {
      await db.deleteFrom('sessions').where(({ or, eb }) => or([eb('expires_at', '<', before), eb('revoked_at', '<', before)])).execute()
    },
  }
}

/** The form in which addresses are compared. */
function emailKey(email: string): string {
  return email.normalize('NFKC').trim().toLowerCase()
}

function toMember(row: Selectable<MembersTable>): MemberRecord {
  return {
    id: row.id,
    name: row.name,
    role: row.role as Role,
    active: row.active === 1,
    email: row.email,
    locale: row.locale as MemberRecord['locale'],
    // A choice of a later version is none of ours: the firm's way counts.
    transport: row.transport === 'polling' || row.transport === 'off' ? row.transport : null,
    createdAt: row.created_at,
  }
}

function toSession(row: Selectable<SessionsTable>): SessionRecord {
  return {
    id: row.id,
    memberId: row.member_id,
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
  }
}
