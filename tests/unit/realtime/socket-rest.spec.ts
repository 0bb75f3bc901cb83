import { beforeEach, expect, it, vi } from 'vitest'
import type { SocketRest } from '#shared/realtime/socket-rest.ts'
import { createSocketRest } from '#shared/realtime/socket-rest.ts'
import type { VirtualClock } from '../../helpers/virtual-clock.ts'
import { createVirtualClock } from '../../helpers/virtual-clock.ts'

const HALF_AN_HOUR = 30 * 60_000
const onRest = vi.fn()
let clock: VirtualClock
let isWanted: boolean
let rest: SocketRest

beforeEach(() => {
  clock = createVirtualClock()
  onRest.mockReset()
  isWanted = true
  rest = createSocketRest({ clock, isWanted: () => isWanted, onRest })
})

it('rests once nobody has looked for half an hour, and says so once', async () => {
  rest.begin()
  rest.attend(false)
  await clock.advance(HALF_AN_HOUR - 1)
  expect(rest.isResting).toBe(false)
  await clock.advance(1)
  expect([rest.isResting, onRest.mock.calls.length]).toEqual([true, 1])
  await clock.advance(10 * HALF_AN_HOUR)
  expect(onRest).toHaveBeenCalledOnce()
})

it('counts from when somebody stopped looking, not from each time that this is said again', async () => {
  rest.attend(false)
  await clock.advance(HALF_AN_HOUR - 1)
  rest.attend(false)
  await clock.advance(1)
  expect(rest.isResting).toBe(true)
})

it('never rests while somebody looks, or while no socket is wanted', async () => {
  rest.begin()
  await clock.advance(10 * HALF_AN_HOUR)
  rest.attend(false)
  rest.attend(true)
  isWanted = false
  rest.attend(false)
  await clock.advance(10 * HALF_AN_HOUR)
  expect([rest.isResting, clock.timers]).toEqual([false, 0])
})

it('rests half an hour after a socket was wanted out of sight', async () => {
  isWanted = false
  rest.attend(false)
  await clock.advance(HALF_AN_HOUR)
  isWanted = true
  rest.begin()
  await clock.advance(HALF_AN_HOUR)
  expect(rest.isResting).toBe(true)
})

it('is woken once, and says whether it rested', async () => {
  rest.attend(false)
  expect(rest.wake()).toBe(false)
  await clock.advance(HALF_AN_HOUR)
  expect([rest.wake(), rest.wake(), rest.isResting]).toEqual([true, false, false])
})

it('leaves no timer and no rest behind when the socket is no longer wanted', async () => {
  rest.attend(false)
  rest.end()
  expect([rest.isResting, clock.timers]).toEqual([false, 0])
})
