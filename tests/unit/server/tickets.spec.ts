import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTickets } from '#server/services/realtime/tickets.ts'

const SESSION = { sessionId: 'session', memberId: 'member' }
const HOUR_MS = 3_600_000

function setUp({ secret = 'x'.repeat(48), at = HOUR_MS } = {}) {
  const clock = { at }
  return { clock, tickets: createTickets({ secret: async () => secret, now: () => clock.at }) }
}

describe('a ticket of a socket', () => {
  it('[S1] is good once, in any process that has the secret', async () => {
    const { tickets } = setUp()
    const ticket = await tickets.issue(SESSION)
    expect(await tickets.take(ticket, SESSION)).toBe(true)
    expect(await tickets.take(ticket, SESSION)).toBe(false)
    expect(await setUp().tickets.take(ticket, SESSION)).toBe(true)
    expect(await setUp({ secret: 'y'.repeat(48) }).tickets.take(ticket, SESSION)).toBe(false)
  })

  it('[S1] is good for 30 s, and forgotten after', async () => {
    const { tickets, clock } = setUp()
    const [early, late] = [await tickets.issue(SESSION), await tickets.issue(SESSION)]
    clock.at += 29_999
    expect(await tickets.take(early, SESSION)).toBe(true)
    clock.at += 1
    expect(await tickets.take(late, SESSION)).toBe(false)
    expect(await tickets.take(early, SESSION)).toBe(false)
  })

  it('[S1] names session and member', async () => {
    const { tickets } = setUp()
    const ticket = await tickets.issue(SESSION)
    expect(await tickets.take(ticket, { ...SESSION, sessionId: 'another' })).toBe(false)
    expect(await tickets.take(ticket, { ...SESSION, memberId: 'another' })).toBe(false)
    expect(await tickets.take(ticket, SESSION)).toBe(true)
    expect(ticket).not.toContain(Buffer.from('session').toString('base64url'))
  })

  it('[S1] can be neither changed nor made up', async () => {
    const { tickets } = setUp()
    const ticket = await tickets.issue(SESSION)
    await fc.assert(fc.asyncProperty(fc.nat(ticket.length - 1), fc.constantFrom(...'azAZ09-_.'), async (at, letter) => {
      const changed = ticket.slice(0, at) + letter + ticket.slice(at + 1)
      // The last letter of base64 holds bits that count for nothing.
      return changed === ticket || at === ticket.length - 1 || !await tickets.take(changed, SESSION)
    }))
    await fc.assert(fc.asyncProperty(fc.string({ maxLength: 200 }), async text => !await tickets.take(text, SESSION)))
  })
})
