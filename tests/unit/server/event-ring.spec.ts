import { expect, it } from 'vitest'
import { createEventRing, FROM_THE_START } from '#server/services/realtime/event-ring.ts'
import type { BoardEvent } from '#shared/protocol/events.ts'
import { NOW, PEOPLE } from '../../helpers/builders.ts'

const note = (id: string): BoardEvent => ({ id, at: NOW, topic: 'note', from: PEOPLE.associate.id, data: { text: id } })

function open(tag = 7) {
  const clock = { now: NOW }
  const ring = createEventRing({ now: () => clock.now, tag })
  return { clock, ring, ids: (cursor: number, board = 'b') => ring.after(board, cursor).map(({ event }) => event.id) }
}

it('[A5] gives each thing once to who goes on from its cursor, also within one millisecond', () => {
  const { ring, ids } = open()
  ring.add('b', note('1'))
  const cursor = ring.cursor()
  expect(ids(cursor)).toEqual([])
  ring.add('b', note('2'))
  ring.add('b', note('3'))
  ring.add('c', note('4'))
  expect(ids(cursor)).toEqual(['2', '3'])
  expect(ids(ring.cursor())).toEqual([])
})

it('[A5] goes back a little for the cursor of another process', () => {
  const { clock, ring, ids } = open(7)
  const other = open(8)
  ring.add('b', note('old'))
  clock.now += 15_000
  ring.add('b', note('recent'))
  // By the other's clock it is a little later already.
  other.clock.now = clock.now + 3_000
  const theirs = other.ring.cursor()
  ring.add('b', note('new'))
  expect(ids(theirs)).toEqual(['recent', 'new'])
  expect(ids(ring.cursor())).toEqual([])
})

it('[A5] gives a newcomer what was said just now, and everything that is kept to who asks for it', () => {
  const { clock, ring, ids } = open()
  ring.add('b', note('old'))
  clock.now += 5_001
  ring.add('b', note('now'))
  expect(ids(0)).toEqual(['now'])
  expect(ids(FROM_THE_START)).toEqual(['old', 'now'])
})

it('keeps a minute, at most 500 of a board, and each once', () => {
  const { clock, ring, ids } = open()
  for (let index = 0; index < 600; index++)
    ring.add('b', note(String(index)))
  expect(ids(FROM_THE_START)).toHaveLength(500)
  expect(ids(FROM_THE_START)[0]).toBe('100')
  expect(ring.add('b', note('599'))).toBe(false)
  clock.now += 60_600
  expect(ids(FROM_THE_START)).toEqual([])
  expect(ring.add('b', note('599'))).toBe(true)
})

it('loses nothing when the clock is put back', () => {
  const { clock, ring, ids } = open()
  const cursor = ring.cursor()
  clock.now -= 30_000
  ring.add('b', note('1'))
  expect(ids(cursor)).toEqual(['1'])
})
