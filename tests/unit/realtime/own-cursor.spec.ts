import { beforeEach, expect, it, vi } from 'vitest'
import type { CursorData } from '#shared/protocol/presence.ts'
import type { OwnCursor } from '#shared/realtime/own-cursor.ts'
import { createOwnCursor } from '#shared/realtime/own-cursor.ts'
import type { VirtualClock } from '../../helpers/virtual-clock.ts'
import { createVirtualClock } from '../../helpers/virtual-clock.ts'

const say = vi.fn<(data: CursorData) => void>()
let clock: VirtualClock
let isCarried: boolean
let cursor: OwnCursor

beforeEach(() => {
  say.mockReset()
  isCarried = true
  clock = createVirtualClock()
  cursor = createOwnCursor({ say, canSay: () => isCarried, clock })
})

const at = (x: number, matterId: string | null = null) => ({ columnId: 'review', matterId, x, y: 0.5 })

it('[A2] says ten places a second at most, and where it came to rest', async () => {
  for (let step = 0; step <= 100; step++) {
    cursor.point(at(step / 100))
    await clock.advance(10)
  }
  await clock.advance(1_000)
  expect(say.mock.calls.length).toBeLessThanOrEqual(12)
  expect(say.mock.lastCall).toEqual([{ at: at(1) }])
  expect(clock.timers).toBe(0)
})

it('says nothing of a pointer that rests, in thousandths', async () => {
  cursor.point(at(0.50001))
  await clock.advance(1_000)
  cursor.point(at(0.50002))
  await clock.advance(1_000)
  expect(say.mock.calls).toEqual([[{ at: at(0.5) }]])
})

it('says once that it points nowhere any more', async () => {
  cursor.point(null)
  cursor.point(at(0.2))
  await clock.advance(1_000)
  cursor.point(null)
  cursor.point(null)
  await clock.advance(1_000)
  expect(say.mock.calls.map(([data]) => data.at)).toEqual([at(0.2), null])
  cursor.point(at(0.3))
  await clock.advance(1_000)
  cursor.close()
  cursor.close()
  expect(say.mock.calls.map(([data]) => data.at).slice(2)).toEqual([at(0.3), null])
})

it('says nothing where nothing carries it, and goes on where something does', async () => {
  isCarried = false
  cursor.point(at(0.2))
  await clock.advance(1_000)
  cursor.close()
  expect(say).not.toHaveBeenCalled()
  isCarried = true
  cursor.point(at(0.2))
  expect(say).toHaveBeenCalledOnce()
})
