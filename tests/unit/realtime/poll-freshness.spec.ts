import { beforeEach, expect, it, vi } from 'vitest'
import type { PollFreshness } from '#shared/realtime/poll-freshness.ts'
import { ageOf, createPollFreshness } from '#shared/realtime/poll-freshness.ts'
import type { VirtualClock } from '../../helpers/virtual-clock.ts'
import { createVirtualClock } from '../../helpers/virtual-clock.ts'

const onStale = vi.fn()
let clock: VirtualClock

function build(staleTime = 0): PollFreshness {
  return createPollFreshness({ clock, interval: () => 5_000, staleTime, onStale })
}

beforeEach(() => {
  clock = createVirtualClock()
  onStale.mockReset()
})

it('is stale and not young before the first answer', () => {
  const { lastSync, isStale, isYoung } = build(1_000)
  expect({ lastSync, isStale, isYoung }).toEqual({ lastSync: null, isStale: true, isYoung: false })
})

it('is stale after two rounds without an answer, and the time that a slow line takes', async () => {
  const freshness = build()
  const askedAt = clock.now()
  await clock.advance(3_000)
  freshness.answered(askedAt)
  await clock.advance(12_999)
  expect(freshness.isStale).toBe(false)
  await clock.advance(1)
  expect(freshness.isStale).toBe(true)
})

it('with a stale time of its own, is young for that long and stale after it', async () => {
  const freshness = build(1_000)
  freshness.answered(clock.now())
  await clock.advance(999)
  expect([freshness.isYoung, freshness.isStale]).toEqual([true, false])
  await clock.advance(1)
  expect([freshness.isYoung, freshness.isStale]).toEqual([false, true])
})

it('tells once that it grew stale, counted from the last word, while it is watched', async () => {
  const freshness = build()
  freshness.watch()
  freshness.answered(clock.now())
  await clock.advance(9_000)
  freshness.heard(clock.now())
  await clock.advance(9_999)
  expect(onStale).not.toHaveBeenCalled()
  await clock.advance(60_000)
  expect(onStale).toHaveBeenCalledOnce()
  freshness.answered(clock.now())
  freshness.stop()
  expect(clock.timers).toBe(0)
})

it('sets no timer while nobody watches', () => {
  build().answered(clock.now())
  expect(clock.timers).toBe(0)
})

it('takes only what is newer for news, or what comes after the clock was set back', async () => {
  const freshness = build()
  expect([freshness.heard(clock.now()), freshness.heard(clock.now()), freshness.heard(clock.now() - 1)]).toEqual([true, false, false])
  clock.jump(-60_000)
  expect([freshness.heard(clock.now()), freshness.lastSync]).toEqual([true, clock.now()])
})

it('knows no age of what is still to come', () => {
  expect([ageOf(clock, clock.now() - 5), ageOf(clock, clock.now()), ageOf(clock, clock.now() + 1)]).toEqual([5, 0, Infinity])
})
