import { expect, it } from 'vitest'
import { createConnectionEvents } from '#shared/realtime/connection-events.ts'
import type { Connection } from '#shared/realtime/connection.ts'
import { createTransportEmitter } from '#shared/realtime/transport-events.ts'
import { NOW } from '../../helpers/builders.ts'

const live: Connection = { state: 'live', since: NOW, via: 'polling' }
const onSocket: Connection = { state: 'live', since: NOW, via: 'socket' }
const connecting: Connection = { state: 'connecting' }
const waiting: Connection = { state: 'waiting', attempt: 1, retryAt: null, cause: 'network' }
const paused = (reason: Extract<Connection, { state: 'paused' }>['reason']): Connection => ({ state: 'paused', reason })

/** What is told while the link stands like this, one after another, a second each. */
function tellOf(...course: Connection[]): unknown[] {
  const { on, tell } = createTransportEmitter()
  const told: unknown[] = []
  let now = 0
  on('connection:established', ({ at }) => told.push(['established', at]))
  on('connection:lost', ({ at }) => told.push(['lost', at]))
  on('connection:restored', ({ at, downtime }) => told.push(['restored', at, downtime]))
  const events = createConnectionEvents(tell, () => now)
  for (const connection of course) {
    events.became(connection)
    now += 1_000
  }
  return told
}

it('tells the first time, each loss, and how long it lasted', () => {
  expect(tellOf({ state: 'closed' }, connecting, waiting, connecting, live, waiting, connecting, waiting, live, live)).toEqual([
    ['established', 4_000], ['lost', 5_000], ['restored', 8_000, 3_000],
  ])
})

it('[T1] calls no loss what carries on: a swap, another way, a link that is opened anew', () => {
  expect(tellOf(live, connecting, live, onSocket, { state: 'closed' }, connecting, live)).toEqual([['established', 0]])
})

it('calls no loss a link that rests because nobody looks, or somebody said so', () => {
  expect(tellOf(live, paused('hidden'), live, paused('off'), paused('following'), paused('interaction'), live)).toEqual([['established', 0]])
})

it.each([paused('offline'), paused('signed-out'), { state: 'refused', code: 'BOARD_GONE' } as const])('calls %o a loss', (connection) => {
  expect(tellOf(live, connection, connecting, live)).toEqual([['established', 0], ['lost', 1_000], ['restored', 3_000, 2_000]])
})

it('counts the whole time since the loss, also what was spent hidden', () => {
  expect(tellOf(live, waiting, paused('hidden'), connecting, live)).toEqual([['established', 0], ['lost', 1_000], ['restored', 4_000, 3_000]])
})
