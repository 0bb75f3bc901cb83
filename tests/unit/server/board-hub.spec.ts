import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createBoardHub } from '#server/services/board-hub.ts'
import { paceFor } from '#server/services/poll-pace.ts'
import { PEOPLE } from '../../helpers/builders.ts'

const { partner } = PEOPLE
const head = (version: number, epoch = 'e') => ({ id: 'b', epoch, version })
const never = new AbortController().signal

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('the hub', () => {
  it('[R4] knows a reader\'s place until the board moves on', () => {
    const hub = createBoardHub()
    hub.committed(head(3))
    hub.remember('b', partner, { epoch: 'e', version: 2, head: 3 })
    expect(hub.quiet('b', partner)).toEqual({ epoch: 'e', version: 2, head: 3 })
    expect(hub.quiet('b', { ...partner, role: 'CLERK' })).toBeNull()
    hub.committed(head(4))
    expect(hub.quiet('b', partner)).toBeNull()
    expect(hub.lastKnown('b', partner)).toMatchObject({ version: 2 })
  })
  it('doesn\'t go back to an older head, but to one of another epoch', () => {
    const hub = createBoardHub()
    hub.committed(head(5))
    hub.remember('b', partner, { epoch: 'e', version: 5, head: 5 })
    hub.seen(head(4))
    expect(hub.quiet('b', partner)).not.toBeNull()
    hub.seen(head(1, 'f'))
    expect(hub.quiet('b', partner)).toBeNull()
  })
  it('[R4] tells who keeps it up to date whether anybody asks, and what it is in doubt of', async () => {
    const hub = createBoardHub()
    hub.committed(head(3))
    expect([hub.takeAsked(), hub.takeAsked()]).toEqual([false, false])
    hub.quiet('b', partner)
    expect([hub.takeAsked(), hub.takeAsked()]).toEqual([true, false])
    const gone = new AbortController()
    const waiting = hub.wait('b', 3, 20_000, gone.signal)
    expect([hub.takeAsked(), hub.takeAsked()]).toEqual([true, true])
    gone.abort()
    await waiting
    expect(hub.takeAsked()).toBe(false)
    hub.doubt('b')
    expect([...hub.doubts()]).toEqual(['b'])
    expect(hub.heads().size).toBe(0)
    hub.seen(head(3))
    expect(hub.doubts().size).toBe(0)
    hub.doubt('gone')
    hub.forget('gone')
    expect([hub.doubts().size, hub.heads().size]).toEqual([0, 1])
    hub.forget()
    expect(hub.heads().size).toBe(0)
  })
  it('wakes who waits when the board moves', async () => {
    const hub = createBoardHub()
    hub.committed(head(1))
    const waiting = hub.wait('b', 1, 20_000, never)
    hub.committed(head(2))
    expect(await waiting).toBe(true)
    expect(await hub.wait('b', 1, 20_000, never)).toBe(true)
  })
  it('lets go after the time is up, when the request ends, and when it closes', async () => {
    const hub = createBoardHub()
    const late = hub.wait('b', 0, 5_000, never)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(await late).toBe(false)
    const gone = new AbortController()
    const aborted = hub.wait('b', 0, 5_000, gone.signal)
    gone.abort()
    expect(await aborted).toBe(false)
    expect(await hub.wait('b', 0, 5_000, gone.signal)).toBe(false)
    const closed = hub.wait('b', 0, 5_000, never)
    hub.close()
    expect(await closed).toBe(false)
    expect(await hub.wait('b', 0, 5_000, never)).toBe(false)
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('the wish for the next poll', () => {
  it('[R5] is the base interval for a server at ease, and longer for a busy one, but [A1] no longer than its readers stay on the board', () => {
    expect([0, 50, 100, 5_000].map(paceFor)).toEqual([5_000, 5_000, 10_000, 40_000])
  })
})
