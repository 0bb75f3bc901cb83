import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Mutation } from '#shared/kanban/mutation.ts'
import { Fault } from '#shared/realtime/fault.ts'
import type { Outbox, OutboxOptions } from '#shared/sync/outbox.ts'
import { createOutbox } from '#shared/sync/outbox.ts'
import type { Settled } from '#shared/sync/submitted.ts'
import { buildId, NOW } from '../../helpers/builders.ts'
import type { VirtualClock } from '../../helpers/virtual-clock.ts'
import { createVirtualClock } from '../../helpers/virtual-clock.ts'

let clock: VirtualClock
let send: ReturnType<typeof vi.fn<OutboxOptions['send']>>
let onAcknowledged: ReturnType<typeof vi.fn<OutboxOptions['onAcknowledged']>>
let onRefused: ReturnType<typeof vi.fn<OutboxOptions['onRefused']>>
let outbox: Outbox

beforeEach(() => {
  clock = createVirtualClock()
  send = vi.fn<OutboxOptions['send']>(async () => ({ version: 5, matter: null }))
  onAcknowledged = vi.fn<OutboxOptions['onAcknowledged']>()
  onRefused = vi.fn<OutboxOptions['onRefused']>()
  outbox = createOutbox({ cid: 'c', clock, send, onAcknowledged, onRefused })
})

const edit = (number: number): Mutation => ({ kind: 'edit', id: buildId(number), args: {} })

/** Queues an edit and notes how it ends. */
function queue(number: number): { outcome?: Settled } {
  const queued: { outcome?: Settled } = {}
  void outbox.enqueue(edit(number), NOW).settled.then((settled) => {
    queued.outcome = settled
  })
  return queued
}

const sentIds = () => send.mock.calls.map(([{ id }]) => id)

it('[M1] sends one after another, in order, numbered without gaps', async () => {
  send.mockImplementation(() => new Promise(resolve => clock.setTimer(() => resolve({ version: 5, matter: null }), 1_000)))
  queue(1)
  queue(2)
  expect(outbox.entries.map(({ n, key }) => [n, key])).toEqual([[1, 'c.1'], [2, 'c.2']])
  await clock.advance(999)
  expect(sentIds()).toEqual([buildId(1)])
  await clock.advance(1_001)
  expect(sentIds()).toEqual([buildId(1), buildId(2)])
  expect(outbox.entries).toEqual([])
})

it('tells of the server\'s answer before the change settles', async () => {
  const queued = queue(1)
  onAcknowledged.mockImplementation(() => expect(queued.outcome).toBeUndefined())
  await clock.advance(0)
  expect(onAcknowledged).toHaveBeenCalledTimes(1)
  expect(queued.outcome).toEqual({ ok: true, matter: null, version: 5 })
})

describe('when the server cannot be reached', () => {
  it('[M2] tries the same change again under the same key, ever more patiently', async () => {
    send.mockRejectedValueOnce(new Fault('network')).mockRejectedValueOnce(new Fault('server'))
    const queued = queue(1)
    await clock.advance(499)
    expect(send).toHaveBeenCalledTimes(1)
    await clock.advance(1_001)
    expect(send.mock.calls.map(([, key]) => key)).toEqual(['c.1', 'c.1', 'c.1'])
    expect(queued.outcome?.ok).toBe(true)
  })

  it('[T4] respects what the server asks for', async () => {
    send.mockRejectedValueOnce(new Fault('server', { retryAfterMs: 20_000 }))
    queue(1)
    await clock.advance(19_999)
    expect(send).toHaveBeenCalledTimes(1)
    await clock.advance(2_000)
    expect(send).toHaveBeenCalledTimes(2)
  })

  it('tries again when no answer comes, and drops one that comes too late', async () => {
    let answer!: (late: { version: number, matter: null }) => void
    send.mockImplementationOnce(() => new Promise(resolve => answer = resolve))
    queue(1)
    await clock.advance(30_000)
    expect(send.mock.calls[0]![2].aborted).toBe(true)
    await clock.advance(2_000)
    expect(send).toHaveBeenCalledTimes(2)
    answer({ version: 4, matter: null })
    await clock.advance(0)
    expect(onAcknowledged).toHaveBeenCalledTimes(1)
  })

  it('waits while offline, and sends at once when back', async () => {
    outbox.setOnline(false)
    queue(1)
    await clock.advance(3_600_000)
    expect(send).not.toHaveBeenCalled()
    outbox.setOnline(true)
    outbox.setOnline(true)
    await clock.advance(0)
    expect(send).toHaveBeenCalledTimes(1)
  })

  it('does not sit out a long wait once it is told to go on', async () => {
    send.mockRejectedValueOnce(new Fault('network')).mockRejectedValueOnce(new Fault('network')).mockRejectedValueOnce(new Fault('network'))
    queue(1)
    await clock.advance(2_000)
    const tries = send.mock.calls.length
    outbox.resume()
    await clock.advance(0)
    expect(send).toHaveBeenCalledTimes(tries + 1)
  })
})

describe('when the server says no', () => {
  it('drops the change with the reason, and goes on', async () => {
    const problem = { code: 'WIP_LIMIT' as const, message: 'full' }
    send.mockRejectedValueOnce(new Fault('refused', { problem }))
    const [refused, next] = [queue(1), queue(2)]
    await clock.advance(0)
    expect(refused.outcome).toEqual({ ok: false, problem })
    expect(next.outcome?.ok).toBe(true)
    expect(onRefused).toHaveBeenCalledTimes(1)
  })

  it('has a reason where the server gave none', async () => {
    send.mockRejectedValueOnce(new Fault('refused'))
    const refused = queue(1)
    await clock.advance(0)
    expect(refused.outcome).toMatchObject({ ok: false, problem: { code: 'INTERNAL' } })
  })

  it('keeps everything for when the person has signed in again', async () => {
    send.mockRejectedValueOnce(new Fault('signed-out'))
    const queued = queue(1)
    await clock.advance(3_600_000)
    expect(send).toHaveBeenCalledTimes(1)
    expect(outbox.entries).toHaveLength(1)
    outbox.resume()
    await clock.advance(0)
    expect(queued.outcome?.ok).toBe(true)
  })
})

describe('what is no longer wanted', () => {
  const gone: Settled = { ok: false, problem: { code: 'MATTER_GONE', message: '' } }

  it('[C6] is taken out, unless it is under way', async () => {
    send.mockImplementation(() => new Promise(() => {}))
    const [underWay, waiting, other] = [queue(1), queue(1), queue(2)]
    await clock.advance(0)
    outbox.drop(({ mutation }) => mutation.id === buildId(1), gone)
    await clock.advance(0)
    expect([underWay.outcome, waiting.outcome, other.outcome]).toEqual([undefined, gone, undefined])
    expect(outbox.entries.map(({ n }) => n)).toEqual([1, 3])
  })

  it('leaves nothing to send', async () => {
    queue(1)
    outbox.drop(() => true, gone)
    await clock.advance(60_000)
    expect(send).not.toHaveBeenCalled()
  })

  it('is given up when the outbox closes, even what is under way', async () => {
    let fail!: (error: unknown) => void
    send.mockImplementationOnce(() => new Promise((_, reject) => fail = reject))
    const [underWay, waiting] = [queue(1), queue(2)]
    await clock.advance(0)
    outbox.close()
    fail(new Fault('network'))
    await clock.advance(60_000)
    expect(underWay.outcome).toEqual({ ok: false, problem: { code: 'NETWORK' } })
    expect(waiting.outcome).toEqual({ ok: false, problem: { code: 'NETWORK' } })
    expect(send).toHaveBeenCalledTimes(1)
    expect(onRefused).not.toHaveBeenCalled()
  })

  it('is not told of when it is answered after closing', async () => {
    let answer!: (late: { version: number, matter: null }) => void
    send.mockImplementationOnce(() => new Promise(resolve => answer = resolve))
    queue(1)
    await clock.advance(0)
    outbox.close()
    answer({ version: 5, matter: null })
    await clock.advance(60_000)
    expect(onAcknowledged).not.toHaveBeenCalled()
    expect(clock.timers).toBe(0)
  })
})
