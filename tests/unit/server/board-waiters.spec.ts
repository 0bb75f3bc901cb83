import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { BoardWaiters } from '#server/services/board-waiters.ts'
import { createBoardWaiters } from '#server/services/board-waiters.ts'
import { BOARD_ID, buildId } from '../../helpers/builders.ts'

const ELSEWHERE = buildId(0xB0)
let abort: AbortController
let waiters: BoardWaiters

beforeEach(() => {
  vi.useFakeTimers()
  abort = new AbortController()
  waiters = createBoardWaiters()
})
afterEach(() => vi.useRealTimers())

const wait = (boardId = BOARD_ID, waitMs?: number) => waiters.wait(boardId, abort.signal, waitMs)

it('lets all go who wait for the board that is woken, and nobody else', async () => {
  const [one, two, other] = [wait(), wait(BOARD_ID, 1_000), wait(ELSEWHERE)]
  expect(waiters.count).toBe(3)
  waiters.wake(BOARD_ID)
  expect(await Promise.all([one, two])).toEqual([true, true])
  expect([waiters.count, vi.getTimerCount()]).toEqual([1, 0])
  waiters.wake(ELSEWHERE)
  expect(await other).toBe(true)
})

it('ends after its time, and without one not by itself', async () => {
  const [timed, patient] = [wait(BOARD_ID, 1_000), wait()]
  await vi.advanceTimersByTimeAsync(999)
  expect(waiters.count).toBe(2)
  await vi.advanceTimersByTimeAsync(1)
  expect(await timed).toBe(false)
  await vi.advanceTimersByTimeAsync(3_600_000)
  expect(waiters.count).toBe(1)
  waiters.wake(BOARD_ID)
  expect(await patient).toBe(true)
})

it('ends when its caller goes away, and at once for one who has gone already', async () => {
  const waiting = wait(BOARD_ID, 1_000)
  abort.abort()
  expect([await waiting, await wait(), waiters.count, vi.getTimerCount()]).toEqual([false, false, 0, 0])
})

it('lets everyone go when nothing will come any more', async () => {
  const all = [wait(), wait(ELSEWHERE, 1_000)]
  waiters.release()
  expect([await Promise.all(all), waiters.count, vi.getTimerCount()]).toEqual([[false, false], 0, 0])
})

it('holds who waits again while the others are being let go', async () => {
  const again = wait().then(() => wait())
  waiters.wake(BOARD_ID)
  await vi.advanceTimersByTimeAsync(0)
  expect(waiters.count).toBe(1)
  waiters.wake(BOARD_ID)
  expect(await again).toBe(true)
})
