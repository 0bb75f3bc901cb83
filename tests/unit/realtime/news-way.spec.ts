import { expect, it } from 'vitest'
import type { NewsSituation, NewsWay } from '#shared/realtime/news-way.ts'
import { newsWayOf } from '#shared/realtime/news-way.ts'

const polled: NewsSituation = { kind: 'hybrid', delivers: 'nothing', connection: { state: 'live', since: 0, via: 'polling' }, isFollowing: false, choice: null }
const pushed: NewsSituation = { ...polled, delivers: 'all', connection: { state: 'live', since: 0, via: 'socket' } }

it.each<[string, NewsWay | null, NewsSituation]>([
  ['by the socket', 'socket', pushed],
  ['by the socket only where they are urgent', 'urgent', { ...pushed, kind: 'priority', delivers: 'urgent' }],
  ['by polling, as the firm wants it', 'polling', { ...polled, kind: 'polling' }],
  ['by polling, as the member chose', 'chosen', { ...polled, kind: 'polling', choice: 'polling' }],
  ['by polling until the socket is open', 'opening', polled],
  ['by polling where the network blocks sockets', 'blocked', { ...polled, connection: { state: 'live', since: 0, via: 'polling', lacks: 'blocked' } }],
  ['through another tab', 'following', { ...pushed, isFollowing: true }],
  ['only by hand', 'off', { ...polled, kind: 'off', connection: { state: 'paused', reason: 'off' } }],
  ['not at all while the link is down', null, { ...polled, connection: { state: 'waiting', attempt: 1, retryAt: null, cause: 'network' } }],
])('[T2] says that news come %s', (_, way, situation) => {
  expect(newsWayOf(situation)).toBe(way)
})
