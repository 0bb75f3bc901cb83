import { expect, it } from 'vitest'
import { createCursorPace } from '#shared/realtime/cursor-pace.ts'
import type { CursorData } from '#shared/protocol/presence.ts'
import { createVirtualClock } from '../../helpers/virtual-clock.ts'

const at = (x: number): CursorData => ({ at: { columnId: 'review', matterId: null, x, y: 0 } })

it('[A2] says at once where somebody points, and then no more than 20 times a second, the newest each time', async () => {
  const clock = createVirtualClock()
  const said: CursorData[] = []
  const pace = createCursorPace(clock, data => said.push(data))
  pace.point(at(0))
  expect(said).toEqual([at(0)])
  // As a mouse does it.
  for (let ms = 1; ms <= 1_000; ms++) {
    pace.point(at(ms / 1_000))
    await clock.advance(1)
  }
  expect(said.length).toBeLessThanOrEqual(20)
  expect(said.length).toBeGreaterThan(14)
  await clock.advance(100)
  expect(said.at(-1)).toEqual(at(1))
  const { length } = said
  await clock.advance(1_000)
  expect([said.length, clock.timers]).toEqual([length, 0])
})

it('forgets what it hasn\'t said once it is stopped', async () => {
  const clock = createVirtualClock()
  const said: CursorData[] = []
  const pace = createCursorPace(clock, data => said.push(data))
  pace.point(at(0))
  pace.point({ at: null })
  pace.stop()
  await clock.advance(1_000)
  expect([said, clock.timers]).toEqual([[at(0)], 0])
  pace.point(at(1))
  expect(said).toEqual([at(0), at(1)])
})
