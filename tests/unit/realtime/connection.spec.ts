import { describe, expect, it } from 'vitest'
import type { Connection } from '#shared/realtime/connection.ts'
import { connectionOf } from '#shared/realtime/connection.ts'
import { Fault, toFault } from '#shared/realtime/fault.ts'
import type { PollerState } from '#shared/realtime/poller.ts'

const fine: Parameters<typeof connectionOf>[0] = { error: null, retryCount: 0, nextSyncAt: 2_000, lastSync: 1_000, pausedBy: [] }

describe('what a poller\'s state means', () => {
  it.each<[string, Partial<PollerState>, Connection]>([
    ['connecting before the first answer', { lastSync: null }, { state: 'connecting' }],
    ['live after it', {}, { state: 'live', since: 1_000, via: 'polling' }],
    ['live while a card is held', { pausedBy: ['interaction'] }, { state: 'live', since: 1_000, via: 'polling' }],
    ['paused, by the reason that matters most', { pausedBy: ['hidden', 'offline'] }, { state: 'paused', reason: 'offline' }],
    ['off, in a hidden tab too', { pausedBy: ['hidden', 'off'] }, { state: 'paused', reason: 'off' }],
    ['paused in a hidden tab', { pausedBy: ['hidden'] }, { state: 'paused', reason: 'hidden' }],
    ['waiting for the network', { error: new Error('x'), retryCount: 2 }, { state: 'waiting', attempt: 2, retryAt: 2_000, cause: 'network' }],
    ['waiting for the server', { error: new Fault('server'), retryCount: 1 }, { state: 'waiting', attempt: 1, retryAt: 2_000, cause: 'server' }],
    ['waiting to get in step again', { error: new Fault('out-of-sync'), retryCount: 1 }, { state: 'waiting', attempt: 1, retryAt: 2_000, cause: 'out-of-sync' }],
    ['refused, with the server\'s reason', { error: new Fault('refused', { problem: { code: 'BOARD_GONE', message: '' } }) }, { state: 'refused', code: 'BOARD_GONE' }],
    ['refused without a reason', { error: new Fault('refused') }, { state: 'refused', code: 'INTERNAL' }],
    ['refused for being too old', { error: new Fault('outdated') }, { state: 'refused', code: 'UPGRADE_REQUIRED' }],
    ['signed out', { error: new Fault('signed-out') }, { state: 'paused', reason: 'signed-out' }],
  ])('is %s', (_, state, connection) => {
    expect(connectionOf({ ...fine, ...state }, false)).toEqual(connection)
  })

  const socket: Connection = { state: 'live', since: 500, via: 'socket' }

  it.each<[string, Partial<PollerState>, Connection, Connection]>([
    ['live by the socket that is there', {}, socket, { state: 'live', since: 1_000, via: 'socket' }],
    ['live by polling while the network blocks sockets, and says why', {}, { ...socket, via: 'polling', lacks: 'blocked' }, { state: 'live', since: 1_000, via: 'polling', lacks: 'blocked' }],
    ['live by polling while the link comes back', {}, { state: 'waiting', attempt: 1, retryAt: null, cause: 'network' }, { state: 'live', since: 1_000, via: 'polling' }],
    ['live by the socket while a question for safety failed', { error: new Fault('server'), retryCount: 1 }, socket, { state: 'live', since: 1_000, via: 'socket' }],
    ['what the leading tab says where it follows', { pausedBy: ['following'], error: new Fault('network') }, socket, socket],
    ['no worse than its own word while the leading tab hasn\'t spoken', { pausedBy: ['following'] }, { state: 'closed' }, { state: 'live', since: 1_000, via: 'polling' }],
  ])('is %s', (_, state, link, connection) => {
    expect(connectionOf({ ...fine, ...state }, false, link)).toEqual(connection)
  })

  it('is signed out as soon as the session is known to be over', () => {
    expect(connectionOf(fine, true)).toEqual({ state: 'paused', reason: 'signed-out' })
  })
})

describe('a fault', () => {
  it('says whether trying again may help', () => {
    expect((['network', 'server', 'out-of-sync', 'signed-out', 'outdated', 'refused'] as const).map(kind => new Fault(kind).isPassing))
      .toEqual([true, true, true, false, false, false])
  })

  it('is made of anything thrown', () => {
    const fault = new Fault('server')
    expect(toFault(fault)).toBe(fault)
    expect(toFault('what').kind).toBe('network')
  })
})
