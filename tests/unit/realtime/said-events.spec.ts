import { expect, it } from 'vitest'
import type { BoardEvent } from '#shared/protocol/events.ts'
import { REAL_TIME_EVENTS } from '#shared/protocol/events.ts'
import { createSaidEvents, createSaidMemory } from '#shared/realtime/said-events.ts'
import { createTransportEmitter } from '#shared/realtime/transport-events.ts'
import { BOARD_ID, buildId, NOW, PEOPLE } from '../../helpers/builders.ts'

const from = PEOPLE.associate.id
const note = (id: string, text = id): BoardEvent => ({ id, at: NOW, topic: 'note', from, data: { text } })

function open(memory = createSaidMemory()) {
  const { on, tell } = createTransportEmitter()
  const told: unknown[][] = []
  for (const event of REAL_TIME_EVENTS)
    on(event, data => told.push([event, data]))
  return { said: createSaidEvents(tell, memory), told, memory }
}

it('[A4] tells what others say and do, by its topic', () => {
  const { said, told } = open()
  said.pushed(BOARD_ID, [
    { id: '1', at: NOW, topic: 'member:joined', from, data: {} },
    { id: '2', at: NOW, topic: 'member:activity', from, data: { tab: 't1', matterId: 'm', action: 'editing' } },
    note('3', 'Lunch?'),
    { id: '4', at: NOW, topic: 'member:left', from, data: {} },
  ])
  expect(told).toEqual([
    ['member:joined', { boardId: BOARD_ID, from, at: NOW }],
    ['member:activity', { boardId: BOARD_ID, from, at: NOW, data: { tab: 't1', matterId: 'm', action: 'editing' } }],
    ['note', { boardId: BOARD_ID, from, at: NOW, data: { text: 'Lunch?' } }],
    ['member:left', { boardId: BOARD_ID, from, at: NOW }],
  ])
})

it('[A4] tells each thing once, by whichever way it comes again', () => {
  const { said, told } = open()
  said.pushed(BOARD_ID, [note('1')])
  said.polled(BOARD_ID, { events: [note('1'), note('2')], cursor: 7 })
  said.polled(BOARD_ID, { events: [note('2')], cursor: 8 })
  expect(told.map(([, data]) => (data as { data: unknown }).data)).toEqual([{ text: '1' }, { text: '2' }])
})

it('goes on from its cursor on the same board, and as a newcomer on another', () => {
  const { said } = open()
  expect(said.cursor(BOARD_ID)).toBe(0)
  said.polled(BOARD_ID, { events: [], cursor: 7 })
  said.polled(BOARD_ID, undefined)
  expect([said.cursor(BOARD_ID), said.cursor(buildId(0xB2))]).toEqual([7, 0])
})

it('goes on where the transport before it ended, and keeps no more than a server passes on', () => {
  const { said, memory } = open()
  for (let index = 0; index < 3_000; index++)
    said.pushed(BOARD_ID, [note(String(index))])
  expect(memory.ids.size).toBe(1_000)
  said.polled(BOARD_ID, { events: [], cursor: 7 })
  const next = open(memory)
  next.said.pushed(BOARD_ID, [note('2999')])
  expect(next.told).toEqual([])
  expect(next.said.cursor(BOARD_ID)).toBe(7)
})

it('leaves out what a newer server says', () => {
  const { said, told } = open()
  said.pushed(BOARD_ID, [{ ...note('1'), topic: 'member:waved' } as unknown as BoardEvent])
  expect(told).toEqual([])
})
