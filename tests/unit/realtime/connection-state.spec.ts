import { expect, it } from 'vitest'
import type { Connection } from '#shared/realtime/connection.ts'
import type { ConnectionSituation } from '#shared/realtime/connection-state.ts'
import { connectionStateOf, isDown, isUsual, standingOf } from '#shared/realtime/connection-state.ts'

const live = (via: 'polling' | 'socket'): Connection => ({ state: 'live', since: 1, via })
const waiting: Connection = { state: 'waiting', attempt: 1, retryAt: null, cause: 'network' }
const of = (status: Connection, more: Partial<ConnectionSituation> = {}): ConnectionSituation =>
  ({ status, isOnline: true, isStale: false, hasPending: false, ...more })

it.each<[string, ConnectionSituation]>([
  ['live', of(live('socket'))],
  ['polling', of(live('polling'))],
  ['polling', of({ state: 'live', since: 1, via: 'polling', lacks: 'blocked' })],
  ['syncing', of(live('socket'), { hasPending: true })],
  ['syncing', of({ state: 'connecting' })],
  ['delayed', of(waiting, { isStale: true, hasPending: true })],
  ['offline', of(waiting, { isOnline: false })],
  ['stale', of(live('socket'), { isStale: true, hasPending: true })],
  ['stale', of({ state: 'refused', code: 'BOARD_GONE' })],
  ['off', of({ state: 'paused', reason: 'off' }, { isStale: true })],
])('is %s', (state, situation) => expect(connectionStateOf(situation)).toBe(state))

it('is down where the server can\'t be reached, up where it is live, and neither where nobody wants to know', () => {
  expect([of(waiting), of(live('socket'), { isOnline: false }), of(live('polling')), of({ state: 'paused', reason: 'hidden' }), of({ state: 'connecting' })].map(standingOf))
    .toEqual(['down', 'down', 'up', 'idle', 'idle'])
  expect([isDown(of(waiting)), isUsual('polling'), isUsual('delayed')]).toEqual([true, true, false])
})
