import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { LeaderReport } from '#shared/realtime/tab-messages.ts'
import type { TabFollower } from '#shared/realtime/tab-follower.ts'
import { createTabFollower } from '#shared/realtime/tab-follower.ts'
import type { BoardPosition } from '#shared/realtime/transport.ts'
import { BOARD_ID, buildId, NOW, PEOPLE } from '../../helpers/builders.ts'
import { createVirtualClock } from '../../helpers/virtual-clock.ts'
import { buildUpdates } from '../../helpers/wire-builders.ts'

const POSITION: BoardPosition = { boardId: BOARD_ID, epoch: 'e1', version: 1, cid: 'mine' }
const REPORT: LeaderReport = {
  position: { ...POSITION, cid: 'theirs' }, asOf: NOW, connection: { state: 'live', since: NOW, via: 'polling' }, delivers: 'nothing', lastConnected: NOW, own: null,
}
const tell = vi.fn()
const pushed = vi.fn()
const isNew = vi.fn(() => true)
let position: BoardPosition | null
let own: string | null
let follower: TabFollower

beforeEach(() => {
  vi.resetAllMocks()
  isNew.mockReturnValue(true)
  position = POSITION
  own = '1.1'
  follower = createTabFollower({ clock: createVirtualClock(), position: () => position, own: () => own, tell, source: { pushed, pulled: vi.fn() }, isNew })
})

describe('what a follower hears of its leader', () => {
  it('[L1] is news like the server\'s, with the acks of its own outbox alone', () => {
    const answer = buildUpdates({ from: 1, version: 2, deleted: [buildId(1)] })
    follower.takeNews({ kind: 'updates', cid: 'mine', answer })
    expect(tell).toHaveBeenCalledExactlyOnceWith('updates', { boardId: BOARD_ID, answer })
    expect(pushed).toHaveBeenCalledExactlyOnceWith(BOARD_ID, answer)
    follower.takeNews({ kind: 'updates', cid: 'theirs', answer })
    // It is sent to ask by itself.
    expect([pushed.mock.calls.length, tell.mock.lastCall]).toMatchObject([1, ['updates', { answer: { version: 2, deleted: [] } }]])
  })

  it('is nothing while this tab has no board', () => {
    position = null
    follower.takeNews({ kind: 'updates', cid: 'mine', answer: buildUpdates() })
    expect([tell.mock.calls, pushed.mock.calls]).toEqual([[], []])
  })

  it('says once that something personal is new, where this page doesn\'t have it yet', () => {
    follower.takeReport({ ...REPORT, own: '1.2' })
    follower.takeReport({ ...REPORT, own: '1.2' })
    expect(tell).toHaveBeenCalledExactlyOnceWith('personal', { tag: '1.2' })
    own = '1.3'
    follower.takeReport({ ...REPORT, own: '1.3' })
    follower.takeNews({ kind: 'event', event: 'personal', data: { tag: '1.3' } })
    expect(tell).toHaveBeenCalledOnce()
    follower.takeNews({ kind: 'event', event: 'personal', data: { tag: '1.4' } })
    expect(tell).toHaveBeenLastCalledWith('personal', { tag: '1.4' })
  })

  it('[A4] is each word of a member once, and the way that the firm wants', () => {
    const data = { boardId: BOARD_ID, from: PEOPLE.clerk.id, at: NOW, data: { text: 'Lunch?' } }
    follower.takeNews({ kind: 'event', event: 'note', data })
    isNew.mockReturnValue(false)
    follower.takeNews({ kind: 'event', event: 'note', data })
    follower.takeNews({ kind: 'policy', transport: 'hybrid' })
    expect(tell.mock.calls).toEqual([['note', data], ['policy', { transport: 'hybrid' }]])
  })

  it('tells apart a link that stands differently from one that only was heard of again', () => {
    expect([follower.takeReport(REPORT), follower.takeReport({ ...REPORT, asOf: NOW + 1 }), follower.takeReport({ ...REPORT, delivers: 'all' })]).toEqual([true, false, true])
    expect(follower.takeReport({ ...REPORT, delivers: 'all', connection: { state: 'closed' } })).toBe(true)
    follower.forget()
    expect(follower.report).toBeNull()
  })
})
