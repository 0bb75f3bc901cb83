import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createSignInGuard, TooManyTries } from '#server/services/sign-in-guard.ts'

const LIMITS = { account: { tries: 3, withinS: 60 }, address: { tries: 5, withinS: 60 } }

describe('guessing passwords', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('is stopped for one account from one address, and says when to come back', async () => {
    const guard = createSignInGuard(LIMITS)
    for (let tries = 0; tries < 3; tries++)
      await guard.enter('ana@firm.example', '192.0.2.1')
    const refusal = await guard.enter(' ANA@firm.example ', '192.0.2.1').catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(TooManyTries)
    expect(refusal).toMatchObject({ code: 'TOO_MANY_ATTEMPTS', retryAfterS: 60 })
  })

  it('leaves the account open to its owner, who sits elsewhere', async () => {
    const guard = createSignInGuard(LIMITS)
    for (let tries = 0; tries < 4; tries++)
      await guard.enter('ana@firm.example', '192.0.2.1').catch(() => {})
    await expect(guard.enter('ana@firm.example', '192.0.2.2')).resolves.toBeUndefined()
  })

  it.each([
    ['one network', '2001:db8:0:7::1', '2001:DB8:0:7:ffff:1:2:3', true],
    ['one network, shortened', '2001:db8::1', '2001:db8:0:0:1::', true],
    ['another network', '2001:db8:0:7::1', '2001:db8:0:8::1', false],
    ['one machine, both ways', '192.0.2.1', '::ffff:192.0.2.1', true],
  ])('counts IPv6 by %s', async (_what, first, second, isOne) => {
    const guard = createSignInGuard(LIMITS)
    for (let tries = 0; tries < 3; tries++)
      await guard.enter('ana@firm.example', first)
    const next = guard.enter('ana@firm.example', second)
    await (isOne ? expect(next).rejects.toBeInstanceOf(TooManyTries) : expect(next).resolves.toBeUndefined())
  })

  it('is stopped for one address, however many accounts it tries', async () => {
    const guard = createSignInGuard(LIMITS)
    for (let tries = 0; tries < 5; tries++)
      await guard.enter(`someone${tries}@firm.example`, '192.0.2.1')
    await expect(guard.enter('another@firm.example', '192.0.2.1')).rejects.toBeInstanceOf(TooManyTries)
  })

  it('is forgiven to who knows the password', async () => {
    const guard = createSignInGuard(LIMITS)
    for (let round = 0; round < 10; round++) {
      await guard.enter('ana@firm.example', '192.0.2.1')
      await guard.succeeded('ana@firm.example', '192.0.2.1')
    }
  })

  it('may go on after the time is over', async () => {
    const guard = createSignInGuard(LIMITS)
    for (let tries = 0; tries < 4; tries++)
      await guard.enter('ana@firm.example', '192.0.2.1').catch(() => {})
    await vi.advanceTimersByTimeAsync(61_000)
    await expect(guard.enter('ana@firm.example', '192.0.2.1')).resolves.toBeUndefined()
  })

  it('counts a try before it is made, so that many at once do not slip through', async () => {
    const guard = createSignInGuard(LIMITS)
    const tries = await Promise.allSettled(Array.from({ length: 20 }, () => guard.enter('ana@firm.example', '192.0.2.1')))
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
  })
})
