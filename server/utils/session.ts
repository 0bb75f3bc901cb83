import type { H3Event, SessionConfig } from 'h3'
import { clearSession, deleteCookie, getRequestIP, getRequestHeader, parseCookies, unsealSession, updateSession } from 'h3'
import type { FindSessionOptions, SessionMember } from '#server/services/account-service.ts'
import { SESSION_MAX_MS } from '#server/services/account-service.ts'
import type { DoorSession } from '#server/services/realtime/socket-door.ts'
import { readSessionSecret } from '#server/services/session-secret.ts'
import { Problem } from '#shared/protocol/problems.ts'
import { useFirmConfig } from './firm-config.ts'
import { useFirm } from './firm.ts'

const COOKIE = 'aster-session'

let secret: Promise<string> | undefined

/**
 * The member who asks. Throws UNAUTHENTICATED when nobody is signed in, or no longer, and when the page that
 * asks is another member's, as it says in `aster-member`: whose cookie it is may have changed beneath it.
 */
export async function requireMember(event: H3Event, options?: FindSessionOptions): Promise<SessionMember> {
  return (await requireSession(event, options)).member
}

/** The same, and the session by which they ask. */
export async function requireSession(event: H3Event, options?: FindSessionOptions): Promise<DoorSession> {
  const session = await readSession(getRequestHeader(event, 'cookie'), options)
  if (!session)
    throw new Problem('UNAUTHENTICATED', 'sign in first')
  const named = getRequestHeader(event, 'aster-member')
  if (named !== undefined && named !== session.member.id)
    throw new Problem('UNAUTHENTICATED', 'somebody else is signed in now')
  return session
}

/** The open session that a `Cookie` header names, and whose it is; null without. */
export async function readSession(cookies: string | undefined, options?: FindSessionOptions): Promise<DoorSession | null> {
  const sessionId = await unsealSessionId(cookies)
  const member = sessionId === null ? null : await (await useFirm()).accounts.findSession(sessionId, options)
  return sessionId !== null && member ? { sessionId, member } : null
}

/** The session that the request's sealed cookie names; null without one that this server sealed. */
export async function readSessionId(event: H3Event): Promise<string | null> {
  return await unsealSessionId(getRequestHeader(event, 'cookie'))
}

/** The secret that seals session cookies. */
export function sessionSecret(): Promise<string> {
  const { dataDir, sessionPassword } = useFirmConfig()
  secret ??= sessionPassword === null ? readSessionSecret(dataDir) : Promise.resolve(sessionPassword)
  return secret
}

async function unsealSessionId(cookies: string | undefined): Promise<string | null> {
  // Nothing else of a request is looked at, and a socket's has no event.
  const event = { node: { req: { headers: { cookie: cookies } } } } as H3Event
  const sealed = parseCookies(event)[COOKIE]
  if (!sealed)
    return null
  try {
    const { data } = await unsealSession(event, await sessionConfig(), sealed)
    return typeof data?.sessionId === 'string' ? data.sessionId : null
  }
  catch {
    return null
  }
}

/** Gives the browser the cookie of a session that was opened. */
export async function giveSession(event: H3Event, sessionId: string): Promise<void> {
  await updateSession(event, await sessionConfig(), { sessionId })
}

/** Takes the cookie away again. */
export async function dropSession(event: H3Event): Promise<void> {
  const config = await sessionConfig()
  await clearSession(event, config)
  deleteCookie(event, COOKIE, config.cookie || {})
}

/**
 * Where the request comes from, as far as it can be believed: the other end of the connection, or
 * what our own proxy says, which is the last address in its header.
 */
export function clientAddress(event: H3Event): string {
  const direct = getRequestIP(event) ?? 'unknown'
  if (!useFirmConfig().trustProxy)
    return direct
  return getRequestHeader(event, 'x-forwarded-for')?.split(',').at(-1)?.trim() || direct
}

async function sessionConfig(): Promise<SessionConfig> {
  const { baseUrl } = useFirmConfig()
  return {
    name: COOKIE,
    password: await sessionSecret(),
    // The row in the database ends the session; the cookie only has to last as long.
    cookie: { httpOnly: true, sameSite: 'lax', secure: baseUrl?.protocol === 'https:', path: '/', maxAge: SESSION_MAX_MS / 1_000 },
    sessionHeader: false,
  }
}
