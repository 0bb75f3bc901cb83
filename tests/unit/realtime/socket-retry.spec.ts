import { beforeEach, expect, it, vi } from 'vitest'
import type { SocketRetry } from '#shared/realtime/socket-retry.ts'
import { createSocketRetry } from '#shared/realtime/socket-retry.ts'
import type { VirtualClock } from '../../helpers/virtual-clock.ts'
import { createVirtualClock } from '../../helpers/virtual-clock.ts'

const onDue = vi.fn()
let clock: VirtualClock
let retry: SocketRetry

beforeEach(() => {
  clock = createVirtualClock({ random: () => 0.9999 })
  onDue.mockReset()
  retry = createSocketRetry({ clock, onDue })
})

/** A try that failed, and the plan for the next. */
function fail(floorMs = 0): number {
  retry.begun()
  retry.failed(floorMs)
  return retry.plan('network', floorMs, true)
}

it('[T4] tries again just when it said', async () => {
  const at = fail()
  await clock.advance(at - clock.now() - 1)
  expect(onDue).not.toHaveBeenCalled()
  await clock.advance(1)
  expect([onDue.mock.calls.length, clock.timers]).toEqual([1, 0])
})

it('keeps one plan: the last one', async () => {
  fail()
  fail()
  expect(clock.timers).toBe(1)
  await clock.advance(60_000)
  expect(onDue).toHaveBeenCalledOnce()
})

it('has nothing due once a try has begun, or it was cleared', () => {
  fail()
  retry.begun()
  expect(clock.timers).toBe(0)
  fail()
  retry.clear()
  expect(clock.timers).toBe(0)
})

it('[T4] comes sooner when somebody looks, a second after the last try', async () => {
  const at = fail(30_000)
  retry.forget()
  await clock.advance(400)
  expect(retry.hasten(at)).toBe(clock.now() + 600)
  await clock.advance(600)
  expect(onDue).toHaveBeenCalledOnce()
})

it('[T4] comes no sooner than the server asked, nor later than it was due', async () => {
  const at = fail(30_000)
  await clock.advance(5_000)
  expect(retry.hasten(at)).toBe(clock.now() + 25_000)
  expect(retry.hasten(clock.now() + 10)).toBeNull()
  expect(clock.timers).toBe(1)
})

it('[T4] comes within a second when somebody looks, though the clock was set back', () => {
  const at = fail()
  clock.jump(-3_600_000)
  expect(retry.hasten(at)).toBe(clock.now() + 1_000)
})
