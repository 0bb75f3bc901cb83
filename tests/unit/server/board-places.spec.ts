import { expect, it } from 'vitest'
import { createBoardPlaces } from '#server/services/realtime/board-places.ts'
import { buildId, NOW, PEOPLE } from '../../helpers/builders.ts'

const { id } = PEOPLE.partner
const [one, two] = [buildId(1), buildId(2)]

function open() {
  let now = NOW
  const places = createBoardPlaces(() => now)
  return {
    places,
    pass: (ms: number) => { now += ms },
    look: (tab: string, matterId: string | null = one, isOwn = true) => places.say('b', id, { tab, matterId, action: 'viewing' }, isOwn),
    tabs: (isOwn = false) => places.of('b', id, isOwn).map(({ tab }) => tab),
  }
}

it('[A1] a member is where each of their tabs last said, with what they do there', () => {
  const { places, look } = open()
  expect(look('t1')).toBeNull()
  expect(look('t2', null)).toBeNull()
  expect(places.say('b', id, { tab: 't1', matterId: two, action: 'editing', field: 'title' }, true)).toEqual({ tab: 't1', matterId: one, action: 'viewing' })
  expect(places.of('b', id)).toEqual([{ tab: 't2', matterId: null, action: 'viewing' }, { tab: 't1', matterId: two, action: 'editing', field: 'title' }])
  expect([places.of('c', id), places.of('b', buildId(9))]).toEqual([[], []])
})

it('[A1] a place ends when its tab is gone, when it wasn\'t said again for 60 s, and with its member', () => {
  const { places, look, tabs, pass } = open()
  look('t1')
  look('t2')
  expect(places.say('b', id, { tab: 't1', matterId: null, action: 'gone' }, true)).toMatchObject({ matterId: one })
  expect(tabs()).toEqual(['t2'])
  pass(30_000)
  look('t3')
  pass(29_999)
  expect(tabs()).toEqual(['t2', 't3'])
  pass(1)
  expect(tabs()).toEqual(['t3'])
  places.forget('b', id)
  expect(tabs()).toEqual([])
})

it('[A1] has ten tabs of a member at most: who opens 500 is where the last ten of them are', () => {
  const { look, tabs } = open()
  for (let n = 1; n <= 500; n++)
    look(`t${n}`)
  expect(tabs()).toEqual(Array.from({ length: 10 }, (_, n) => `t${491 + n}`))
})

it('[A1] takes in what other processes know, which counts less than what was said, and passes only on what was said here', () => {
  const { places, look, tabs, pass } = open()
  look('t1')
  look('t2', one, false)
  pass(20_000)
  places.told('b', id, [{ tab: 't1', matterId: two, action: 'viewing' }, { tab: 't3', matterId: two, action: 'viewing' }])
  expect([tabs(), tabs(true)]).toEqual([['t1', 't2', 't3'], ['t1']])
  expect(places.of('b', id)[0]).toMatchObject({ matterId: one })
  // What is told again and again doesn't last by that alone.
  pass(40_000)
  expect(tabs()).toEqual(['t3'])
  pass(5_000)
  expect(tabs()).toEqual([])
})
