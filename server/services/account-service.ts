import { randomBytes } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'
import type { MemberPatch, MemberRecord, SessionRecord } from '#server/db/records.ts'
import type { Repository, Stores } from '#server/db/repository.ts'
import { UniqueViolation } from '#server/db/repository.ts'
import type { EpochMs } from '#shared/kanban/matter.ts'
import type { Member, MemberId, Role } from '#shared/kanban/member.ts'
import { Problem } from '#shared/protocol/problems.ts'
import type { PersonalHeads } from './personal/personal-heads.ts'
import { checkPassword, hashPassword, isOutdatedHash, verifyPassword } from './passwords.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** A session that nobody uses ends after this long; a page that stays open uses it. */
const SESSION_IDLE_MS = 12 * HOUR_MS
/** A session ends after this long, however much it is used. */
export const SESSION_MAX_MS = 30 * 24 * HOUR_MS
/** How old the noted time of last use may grow before it is written again. */
const TOUCH_MS = 5 * MINUTE_MS
/** How long a session that was looked up counts as looked up (rule W5). */
const CACHE_MS = MINUTE_MS
/** Beyond this many remembered sessions all are looked up anew. */
const MAX_CACHED = 20_000

/** Who is signed in: what the member's own screen knows of them. */
export type SessionMember = Member & { email: string, locale: 'en' | 'ja' | null, transport: MemberRecord['transport'] }

/** What a new account needs. */
export interface NewMember {
  email: string
  name: string
  role: Role
  /** Null makes an account that can't sign in until it gets one. */
  password: string | null
  locale?: 'en' | 'ja' | null
}

/** Accounts, passwords and sessions. Who may do what to whom is the administration's business. */
export interface AccountService {
  /** Opens a session, or answers null: whether address or password was wrong, nobody learns. */
  signIn: (email: string, password: string) => Promise<{ sessionId: string, member: SessionMember } | null>
  signOut: (sessionId: string) => Promise<void>
  /** The member whose session it is; null when it ended or the account was closed. */
  findSession: (sessionId: string, options?: FindSessionOptions) => Promise<SessionMember | null>
  /** Sets a password and ends all sessions of the member. */
  setPassword: (memberId: MemberId, password: string) => Promise<void>
  setLocale: (memberId: MemberId, locale: 'en' | 'ja' | null) => Promise<void>
  /** Sets how news come to the member; null is the firm's way. */
  setTransport: (memberId: MemberId, transport: MemberRecord['transport']) => Promise<void>
  /** Makes every session look at its member again; called after a member changed here, or (not `isOwn`) in another process. */
  forget: (memberId: MemberId, isOwn?: boolean) => void
  /** Hears whose sessions are to be looked at again: role, choice or the session itself changed. Returns how to stop. */
  onChanged: (listener: (memberId: MemberId, isOwn: boolean) => void) => () => void
}

export interface FindSessionOptions {
  /** Looks at the database whatever is remembered. @default false */
  fresh?: boolean
}

export interface AccountServiceOptions {
  repository: Repository
  /** Hears of members' counters that moved, after the commit (rule N1). @default nobody */
  heads?: Pick<PersonalHeads, 'moved'>
  /** Whether a password is the one that was hashed. @default verifyPassword */
  verify?: (hash: string, password: string) => Promise<boolean>
  /** @default Date.now */
  now?: () => EpochMs
}

interface CachedSession {
  record: SessionRecord
  member: SessionMember
  checkedAt: EpochMs
}

/** The accounts of one firm. */
export function createAccountService({ repository, heads, verify = verifyPassword, now = Date.now }: AccountServiceOptions): AccountService {
  const cache = new Map<string, CachedSession>()
  /** How often something was forgotten: what was looked up meanwhile may be older than that. */
  let forgotten = 0
  const listeners = new Set<(memberId: MemberId, isOwn: boolean) => void>()
  // Checked where there is no account, so that a guess at an address takes as long as one at a password.
  let decoy: Promise<string> | undefined

  function forget(memberId: MemberId, isOwn = true): void {
    forgotten++
    for (const [id, { member }] of cache) {
      if (member.id === memberId)
        cache.delete(id)
    }
    listeners.forEach(listener => listener(memberId, isOwn))
  }

  /** What their screens show of the account on all devices. */
  async function setOwn(memberId: MemberId, patch: Pick<MemberPatch, 'locale' | 'transport'>): Promise<void> {
    const moved = await repository.transaction(async (stores) => {
      await stores.accounts.updateMember(memberId, patch)
      return await stores.personal.bump([memberId])
    })
    forget(memberId)
    heads?.moved(moved)
  }

  async function touch(record: SessionRecord, at: EpochMs): Promise<SessionRecord> {
    if (at - record.lastSeenAt < TOUCH_MS)
      return record
    const seen = { lastSeenAt: at, expiresAt: Math.min(at + SESSION_IDLE_MS, record.createdAt + SESSION_MAX_MS) }
    await repository.accounts.touchSession(record.id, seen)
    return { ...record, ...seen }
  }

  return {
    forget,
    onChanged(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async signIn(email, password) {
      const member = await repository.accounts.findMemberByEmail(email)
      const hash = member?.active ? await repository.accounts.findPasswordHash(member.id) : null
      decoy ??= hashPassword(randomBytes(16).toString('hex'))
      const matches = await verify(hash ?? await decoy, password)
      if (!member || !hash || !matches)
        return null
      const at = now()
      if (isOutdatedHash(hash))
        await repository.accounts.setPasswordHash(member.id, await hashPassword(password), at)
      const session: SessionRecord = {
        id: randomBytes(32).toString('base64url'), memberId: member.id, createdAt: at, lastSeenAt: at, expiresAt: at + SESSION_IDLE_MS, revokedAt: null,
      }
      await repository.accounts.insertSession(session)
      return { sessionId: session.id, member: toSessionMember(member) }
    },
    async signOut(sessionId) {
      cache.delete(sessionId)
      await repository.accounts.revokeSession(sessionId, now())
      const record = await repository.accounts.findSession(sessionId)
      if (record)
        forget(record.memberId)
    },
    async findSession(sessionId, { fresh = false } = {}) {
      const at = now()
      const cached = fresh ? undefined : cache.get(sessionId)
      if (cached && at - cached.checkedAt < CACHE_MS && at < cached.record.expiresAt)
        return cached.member
      cache.delete(sessionId)
      const before = forgotten
      const record = await repository.accounts.findSession(sessionId)
      if (!record || record.revokedAt !== null || at >= record.expiresAt)
        return null
      const found = await repository.accounts.findMember(record.memberId)
      if (!found?.active)
        return null
      if (cache.size >= MAX_CACHED)
        cache.clear()
      const member = toSessionMember(found)
      const touched = await touch(record, at)
      if (forgotten === before)
        cache.set(sessionId, { record: touched, member, checkedAt: at })
      return member
    },
    async setPassword(memberId, password) {
      const member = await repository.accounts.findMember(memberId)
      if (!member)
        throw new Problem('NOT_FOUND', 'there is no such member')
      checkPassword(password, member)
      const hash = await hashPassword(password)
      await repository.transaction(async (stores) => {
        await stores.accounts.setPasswordHash(memberId, hash, now())
        await stores.accounts.revokeSessionsOf(memberId, now())
      })
      forget(memberId)
    },
    async setLocale(memberId, locale) {
      await setOwn(memberId, { locale })
    },
    async setTransport(memberId, transport) {
      await setOwn(memberId, { transport })
    },
  }
}

/** Two accounts can't share an address. */
export function emailTaken(): Problem {
  return new Problem('EMAIL_TAKEN', 'another member has this address', { field: 'email' })
}

/** An account that is ready to be written: hashing takes long, and a transaction must not wait for it. */
export interface PreparedAccount {
  record: MemberRecord
  hash: string | null
}

/** Checks what a new account is to be and hashes its password. */
export async function prepareAccount({ email, name, role, password, locale = null }: NewMember, at: EpochMs): Promise<PreparedAccount> {
  if (password !== null)
    checkPassword(password, { email, name })
  return {
    record: { id: uuidv7(), name: name.trim(), role, active: true, email: email.trim(), locale, transport: null, createdAt: at },
    hash: password === null ? null : await hashPassword(password),
  }
}

/** Writes a prepared account. */
export async function insertAccount(stores: Pick<Stores, 'accounts'>, { record, hash }: PreparedAccount): Promise<void> {
  try {
    await stores.accounts.insertMember(record)
  }
  catch (error) {
    throw error instanceof UniqueViolation ? emailTaken() : error
  }
  if (hash !== null)
    await stores.accounts.setPasswordHash(record.id, hash, record.createdAt)
}

function toSessionMember({ id, name, role, active, email, locale, transport }: MemberRecord): SessionMember {
  return { id, name, role, active, email, locale, transport }
}
