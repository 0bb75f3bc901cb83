import { beforeEach, expect, it, vi } from 'vitest'
import type { ActivityData } from '#shared/protocol/presence.ts'
import type { OwnPlaceTeller } from '#shared/realtime/own-place.ts'
import { createOwnPlace } from '#shared/realtime/own-place.ts'
import { buildId } from '../../helpers/builders.ts'
import type { VirtualClock } from '../../helpers/virtual-clock.ts'
import { createVirtualClock } from '../../helpers/virtual-clock.ts'

const M = buildId(1)
const say = vi.fn<(data: ActivityData) => Promise<void>>()
let clock: VirtualClock
let place: OwnPlaceTeller

beforeEach(() => {
  say.mockReset().mockResolvedValue(undefined)
  clock = createVirtualClock()
  place = createOwnPlace({ tab: 't1', say, clock })
  place.allow(true)
  place.attend(true)
})

const told = () => say.mock.calls.map(([{ matterId, action, field }]) => [matterId === null ? 'board' : matterId === M ? 'M' : '?', action, ...field ? [field] : []].join(' '))

it('[A1] says nothing while it is only on the board, and once that it is back there', async () => {
  await clock.advance(120_000)
  expect(told()).toEqual([])
  const close = place.claim({ matterId: M, action: 'viewing' })
  await clock.advance(1_000)
  close()
  await clock.advance(120_000)
  expect(told()).toEqual(['M viewing', 'board viewing'])
})

it('[A1] repeats every 30 s where it is, so that the others don\'t lose sight of it', async () => {
  place.claim({ matterId: M, action: 'viewing' })
  await clock.advance(90_000)
  expect(told()).toEqual(['M viewing', 'M viewing', 'M viewing', 'M viewing'])
})

it('says what is edited before what is only open, and the last of several', async () => {
  place.claim({ matterId: M, action: 'viewing' })
  const first = place.claim({ matterId: M, action: 'editing', field: 'title' })
  await clock.advance(1_000)
  const second = place.claim({ matterId: M, action: 'editing', field: 'tags' })
  await clock.advance(1_000)
  second()
  await clock.advance(1_000)
  first()
  await clock.advance(1_000)
  expect(told()).toEqual(['M viewing', 'M editing title', 'M editing tags', 'M editing title', 'M viewing'])
})

it('[A2] says at most two things a second, and the newest of those that came too fast', async () => {
  for (let i = 0; i < 40; i++) {
    const stop = place.claim({ matterId: M, action: 'editing', field: `f${i}` })
    await clock.advance(50)
    if (i < 39)
      stop()
  }
  await clock.advance(1_000)
  expect(say.mock.calls.length).toBeLessThanOrEqual(6)
  expect(told().at(-1)).toBe('M editing f39')
})

it('types until 5 s after the last key, or until it is sent', async () => {
  place.claim({ matterId: M, action: 'viewing' })
  await clock.advance(1_000)
  for (let key = 0; key < 4; key++) {
    place.type(M)
    await clock.advance(4_000)
  }
  expect(told()).toEqual(['M viewing', 'M typing'])
  await clock.advance(1_000)
  expect(told().at(-1)).toBe('M viewing')
  place.type(M)
  await clock.advance(1_000)
  place.stopTyping()
  await clock.advance(1)
  expect(told().slice(2)).toEqual(['M viewing', 'M typing', 'M viewing'])
})

it('[A3] says nothing while it may not, and where it is once it may', async () => {
  place.allow(false)
  place.claim({ matterId: M, action: 'viewing' })
  await clock.advance(60_000)
  expect([told(), clock.timers, place.leave()]).toEqual([[], 0, null])
  place.allow(true)
  await clock.advance(1_000)
  expect(told()).toEqual(['M viewing'])
  place.allow(false)
  place.allow(true)
  await clock.advance(1_000)
  expect(told()).toEqual(['M viewing', 'M viewing'])
})

it('rests while nobody looks at the tab, and goes on when somebody does', async () => {
  place.claim({ matterId: M, action: 'viewing' })
  place.attend(false)
  await clock.advance(300_000)
  expect([told(), clock.timers]).toEqual([['M viewing'], 0])
  place.attend(true)
  expect(told()).toEqual(['M viewing', 'M viewing'])
})

it('takes back with its last word what it said, and only that', async () => {
  expect(place.leave()).toBeNull()
  place.claim({ matterId: M, action: 'viewing' })
  await clock.advance(1_000)
  expect(place.leave()).toEqual({ tab: 't1', matterId: M, action: 'gone' })
  place.close()
  await clock.advance(60_000)
  expect([told(), clock.timers]).toEqual([['M viewing'], 0])
})

it('says again what may have got lost', async () => {
  place.repeat()
  await clock.advance(1_000)
  expect(told()).toEqual([])
  place.claim({ matterId: M, action: 'viewing' })
  await clock.advance(1_000)
  place.repeat()
  expect(told()).toEqual(['M viewing', 'M viewing'])
})

it('tries what failed once more after 5 s, and then with the beat', async () => {
  say.mockRejectedValue(new Error('no network'))
  place.claim({ matterId: M, action: 'viewing' })
  await clock.advance(5_000)
  expect(told()).toHaveLength(2)
  await clock.advance(29_000)
  expect(told()).toHaveLength(2)
  await clock.advance(1_000)
  expect(told()).toHaveLength(3)
})
