import { beforeEach, expect, it } from 'vitest'
import { Fault } from '#shared/realtime/fault.ts'
import type { PollOutage } from '#shared/realtime/poll-outage.ts'
import { createPollOutage } from '#shared/realtime/poll-outage.ts'
import type { VirtualClock } from '../../helpers/virtual-clock.ts'
import { createVirtualClock } from '../../helpers/virtual-clock.ts'

const gone = new Fault('network')
let clock: VirtualClock
let outage: PollOutage

/** Chance is nearly 1, so that a wait is its ceiling. */
beforeEach(() => {
  clock = createVirtualClock({ random: () => 0.9999 })
  outage = createPollOutage({ clock, interval: () => 5_000, retryAttempts: 2, retryDelay: 1_000, backoffMultiplier: 2, maxInterval: 60_000 })
})

function waitAfter(fault: Fault): number {
  outage.failed(fault)
  return Math.round(outage.delay(fault) / 100) * 100
}

it('[T4] waits longer after each failure, and at least a round once the attempts are used up', () => {
  expect([gone, gone, gone, gone, gone].map(waitAfter)).toEqual([1_000, 2_000, 5_000, 8_000, 16_000])
})

it('is said aloud once a row, when the attempts are used up', () => {
  expect([gone, gone, gone, gone].map(outage.failed)).toEqual([false, false, true, false])
  expect([outage.isOver, outage.isRefused, outage.failures]).toEqual([true, false, 4])
  outage.succeeded()
  expect([gone, gone, gone].map(outage.failed)).toEqual([false, false, true])
})

it('is said aloud at once where asking again gives the same, until it may be otherwise', () => {
  const no = new Fault('refused')
  expect([outage.failed(no), outage.isOver, outage.isRefused, outage.error]).toEqual([true, true, true, no])
  outage.askAgain()
  expect([outage.isOver, outage.isRefused]).toEqual([false, false])
})

it('[T4] counts failures before a short success for the wait, and not those before a long one', async () => {
  waitAfter(gone)
  waitAfter(gone)
  outage.succeeded()
  await clock.advance(9_999)
  expect([waitAfter(gone), outage.failures]).toEqual([4_000, 1])
  outage.succeeded()
  await clock.advance(10_000)
  expect(waitAfter(gone)).toBe(1_000)
})

it('[T4] waits as after the first failure once a person has tried', () => {
  waitAfter(gone)
  waitAfter(gone)
  outage.forgive()
  expect(outage.failures).toBe(2)
  outage.succeeded()
  expect(waitAfter(gone)).toBe(1_000)
})

it('[T4] leaves the server alone for as long as it asked, and no longer when the clock is set back', () => {
  const busy = new Fault('server', { retryAfterMs: 20_000 })
  outage.failed(busy)
  expect(outage.delay(busy)).toBeGreaterThanOrEqual(20_000)
  expect(outage.notBefore).toBe(clock.now() + 20_000)
  clock.jump(-3_600_000)
  expect(outage.notBefore).toBe(clock.now() + 20_000)
})

it('[T6] slows down for a round at least when answers go in circles, and lets nobody ask before', () => {
  const circle = new Fault('out-of-sync')
  outage.failed(circle)
  const wait = outage.delay(circle)
  expect(wait).toBeGreaterThanOrEqual(5_000)
  expect(outage.notBefore).toBe(clock.now() + wait)
})

it('calls a success a return after failures and after an offline time, once', () => {
  expect(outage.succeeded()).toBe(false)
  outage.failed(gone)
  expect([outage.succeeded(), outage.succeeded()]).toEqual([true, false])
  outage.wentOffline()
  expect([outage.succeeded(), outage.succeeded()]).toEqual([true, false])
  expect([outage.error, outage.failures]).toEqual([null, 0])
})
