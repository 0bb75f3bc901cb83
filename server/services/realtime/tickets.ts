import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { EpochMs } from '#shared/kanban/matter.ts'
import type { Tickets } from './ports.ts'

/** How long a ticket is good. */
const LIFE_MS = 30_000
const TICKET = /^[0-9a-z]{1,11}\.[\w-]{16}\.[\w-]{43}$/

export interface TicketsOptions {
  /** The secret that seals session cookies; tickets are signed with a key made of it. */
  secret: () => Promise<string>
  /** @default Date.now */
  now?: () => EpochMs
}

/**
 * Single-use tickets (rule S1). A ticket is an expiry, a number that nobody guesses, and a signature over both and
 * over session and member: it tells nothing of whose it is, and is good with their cookie alone.
 */
export function createTickets({ secret, now = Date.now }: TicketsOptions): Tickets {
  /** Taken tickets until they expire, the oldest first. */
  const taken = new Map<string, EpochMs>()
  let key: Promise<Buffer> | undefined

  async function sign(content: string, { sessionId, memberId }: { sessionId: string, memberId: string }): Promise<Buffer> {
    key ??= secret().then(text => createHmac('sha256', text).update('aster socket ticket').digest())
    return createHmac('sha256', await key).update(JSON.stringify([content, sessionId, memberId])).digest()
  }

  function forgetExpired(at: EpochMs): void {
    for (const [nonce, expiresAt] of taken) {
      if (expiresAt > at)
        return
      taken.delete(nonce)
    }
  }

  return {
    async issue(session) {
      const content = `${(now() + LIFE_MS).toString(36)}.${randomBytes(12).toString('base64url')}`
      return `${content}.${(await sign(content, session)).toString('base64url')}`
    },
    async take(ticket, session) {
      if (!TICKET.test(ticket))
        return false
      const [expiry = '', nonce = '', signature = ''] = ticket.split('.')
      const isSigned = timingSafeEqual(Buffer.from(signature, 'base64url'), await sign(`${expiry}.${nonce}`, session))
      const at = now()
      const expiresAt = Number.parseInt(expiry, 36)
      forgetExpired(at)
      if (!isSigned || expiresAt <= at || taken.has(nonce))
        return false
      taken.set(nonce, expiresAt)
      return true
    },
  }
}
