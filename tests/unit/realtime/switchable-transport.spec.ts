import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { BoardPosition, PullOutcome } from '#shared/realtime/transport.ts'
import { REAL_TIME_EVENTS } from '#shared/protocol/events.ts'
import { Fault } from '#shared/realtime/fault.ts'
import type { SwitchableTransport } from '#shared/realtime/switchable-transport.ts'
import { createSwitchableTransport } from '#shared/realtime/switchable-transport.ts'
import { BOARD_ID, buildId } from '../../helpers/builders.ts'
import type { FakeTransport } from '../../helpers/fake-transport.ts'
import { createFakeTransport } from '../../helpers/fake-transport.ts'
import type { VirtualClock } from '../../helpers/virtual-clock.ts'
import { createVirtualClock } from '../../helpers/virtual-clock.ts'
import { buildUpdates } from '../../helpers/wire-builders.ts'

const position: BoardPosition = { boardId: BOARD_ID, epoch: 'e1', version: 1, cid: 'c' }
const at = () => position

let clock: VirtualClock
let first: FakeTransport
let second: FakeTransport
let link: SwitchableTransport

beforeEach(() => {
  clock = createVirtualClock()
  first = createFakeTransport('polling')
  second = createFakeTransport('websocket')
  link = createSwitchableTransport(first, { clock })
})

/** The link inside stands so from now on. */
function stand(transport: FakeTransport, connection: FakeTransport['connection']): void {
  transport.connection = connection
  transport.tell('connection', connection)
}

describe('listeners', () => {
  it('[T1] stay when what is inside is swapped', () => {
    const heard = vi.fn()
    link.on('updates', heard)
    link.swap(second)
    const news = { boardId: BOARD_ID, answer: buildUpdates() }
    first.tell('updates', news)
    expect(heard).not.toHaveBeenCalled()
    second.tell('updates', news)
    expect(heard).toHaveBeenCalledExactlyOnceWith(news)
    link.off('updates', heard)
    second.tell('updates', news)
    expect(heard).toHaveBeenCalledTimes(1)
  })

  it.each([...REAL_TIME_EVENTS.filter(event => !event.startsWith('connection:')), 'policy'] as const)('hear %s from the one inside', (event) => {
    const heard = vi.fn()
    link.on(event, heard)
    link.swap(second)
    first.tell(event, { of: 'first' } as never)
    second.tell(event, { of: 'second' } as never)
    expect(heard.mock.calls).toEqual([[{ of: 'second' }]])
  })

  it('hear how the new one stands', () => {
    const heard = vi.fn()
    link.on('connection', heard)
    second.connection = { state: 'live', since: 3, via: 'socket' }
    link.swap(second)
    expect(heard).toHaveBeenCalledWith(second.connection)
    expect([link.connection, link.kind, link.isConnected()]).toEqual([second.connection, 'websocket', true])
  })

  it('hear only once that the link was established, and how long it was lost, over all swaps', async () => {
    const heard: unknown[] = []
    for (const event of ['connection:established', 'connection:lost', 'connection:restored'] as const)
      link.on(event, data => heard.push([event, data]))
    const start = clock.now()
    stand(first, { state: 'live', since: start, via: 'polling' })
    link.swap(second)
    second.tell('connection:established', { at: start })
    stand(second, { state: 'live', since: start, via: 'socket' })
    stand(second, { state: 'waiting', attempt: 1, retryAt: null, cause: 'network' })
    await clock.advance(4_000)
    link.swap(first)
    stand(first, { state: 'live', since: clock.now(), via: 'polling' })
    expect(heard).toEqual([
      ['connection:established', { at: start }], ['connection:lost', { at: start }], ['connection:restored', { at: start + 4_000, downtime: 4_000 }],
    ])
  })
})

describe('a swap', () => {
  it('connects the new one when the old one was to be, and ends the old one after that', () => {
    link.swap(second)
    expect(second.connect).not.toHaveBeenCalled()
    void link.connect()
    expect(link.isConnected()).toBe(true)
    const third = createFakeTransport('hybrid')
    link.join(BOARD_ID, at)
    link.swap(third)
    expect([third.joined, second.joined]).toEqual([[BOARD_ID], []])
    expect(third.join.mock.invocationCallOrder[0]).toBeLessThan(second.disconnect.mock.invocationCallOrder[0]!)
    expect(third.connect.mock.invocationCallOrder[0]).toBeLessThan(second.disconnect.mock.invocationCallOrder[0]!)
    link.disconnect()
    expect(third.disconnect).toHaveBeenCalled()
    link.swap(second)
    expect(second.connect).toHaveBeenCalledTimes(1)
  })

  it('tells the new one all that the old one was told', () => {
    const known = () => null
    link.join(BOARD_ID, at, known)
    link.focus([buildId(1)])
    link.attend(false)
    link.setReconnectOptions({ baseMs: 1, capMs: 9 })
    link.setReconnectOptions({ baseMs: 2 })
    link.enableHeartbeat(false)
    link.swap(second)
    expect(second.join).toHaveBeenCalledExactlyOnceWith(BOARD_ID, at, known)
    expect(second.focus).toHaveBeenCalledExactlyOnceWith([buildId(1)])
    expect(second.attend).toHaveBeenCalledExactlyOnceWith(false)
    expect(second.setReconnectOptions).toHaveBeenCalledExactlyOnceWith({ baseMs: 2, capMs: 9 })
    expect(second.enableHeartbeat).toHaveBeenCalledExactlyOnceWith(false)
  })

  it('tells the new one nothing that wasn\'t said', () => {
    link.swap(second)
    for (const told of [second.join, second.focus, second.attend, second.setReconnectOptions, second.enableHeartbeat])
      expect(told).not.toHaveBeenCalled()
  })

  it('forgets a board that was left, before or after', () => {
    const leave = link.join(BOARD_ID, at)
    link.swap(second)
    leave()
    expect(second.joined).toEqual([])
    link.swap(createFakeTransport())
    const leaveFirst = link.join(BOARD_ID, at)
    link.join(buildId(0xB2), at)
    leaveFirst()
    const third = createFakeTransport()
    link.swap(third)
    expect(third.joined).toEqual([buildId(0xB2)])
  })

  it('to the one that is inside changes nothing', () => {
    link.swap(first)
    expect(first.disconnect).not.toHaveBeenCalled()
  })

  it('remembers when the link last was live', () => {
    first.connection = { state: 'live', since: 70, via: 'polling' }
    link.swap(second)
    expect(link.lastConnected).toBe(70)
    second.connection = { state: 'live', since: 90, via: 'socket' }
    expect(link.lastConnected).toBe(90)
  })
})

describe('what is under way at a swap', () => {
  function hang(transport: FakeTransport): { answer: (outcome: PullOutcome) => void, fail: (fault: Fault) => void } {
    const ends = {} as ReturnType<typeof hang>
    transport.pull.mockImplementationOnce(() => new Promise((resolve, reject) => {
      ends.answer = resolve
      ends.fail = reject
    }))
    return ends
  }

  it('[T1] is asked of the new one', async () => {
    const old = hang(first)
    const pulled = link.pull(position)
    link.swap(second)
    old.fail(new Fault('network'))
    second.pull.mockResolvedValueOnce({ kind: 'updates', answer: buildUpdates() })
    expect(await pulled).toEqual({ kind: 'updates', answer: buildUpdates() })
    expect(second.pull.mock.lastCall![0]).toBe(position)
  })

  it('[T1] is asked again when its answer came too late for anybody to hear the events in it', async () => {
    const old = hang(first)
    const pulled = link.pull(position)
    link.swap(second)
    old.answer({ kind: 'updates', answer: buildUpdates() })
    expect(await pulled).toEqual({ kind: 'unchanged' })
  })

  it('[M2] goes out again, under the same numbers', async () => {
    first.send.mockImplementationOnce(async () => {
      link.swap(second)
      throw new Fault('network')
    })
    const items = [{ n: 1, kind: 'delete', id: buildId(1), args: {} }] as const
    expect((await link.send(BOARD_ID, 'c', items)).results).toMatchObject([{ n: 1, status: 'ok' }])
    expect(second.send.mock.lastCall!.slice(0, 3)).toEqual([BOARD_ID, 'c', items])
  })

  it('fails as it failed when nobody waits for it, or when the server said no', async () => {
    const abort = new AbortController()
    const old = hang(first)
    const dropped = link.pull(position, abort.signal)
    link.swap(second)
    abort.abort()
    old.fail(new Fault('network'))
    await expect(dropped).rejects.toMatchObject({ kind: 'network' })
    const next = hang(second)
    const refused = link.pull(position)
    link.swap(first)
    next.fail(new Fault('refused'))
    await expect(refused).rejects.toMatchObject({ kind: 'refused' })
    expect(first.pull).toHaveBeenCalledTimes(1)
  })
})

it('reads, writes, says and begins anew through the one inside', async () => {
  link.swap(second)
  second.delivers = 'all'
  await link.pull(position)
  await link.send(BOARD_ID, 'c', [{ n: 1, kind: 'delete', id: buildId(1), args: {} }])
  await link.compare({ boardId: BOARD_ID, epoch: 'e1', version: 1, digest: 'd' })
  await link.emit('note', { text: 'a' })
  await link.reconnect()
  link.focus([])
  link.attend(true)
  link.setReconnectOptions({})
  link.enableHeartbeat({})
  for (const name of ['pull', 'send', 'compare', 'emit', 'reconnect', 'focus', 'attend', 'setReconnectOptions', 'enableHeartbeat'] as const) {
    expect(first[name]).not.toHaveBeenCalled()
    expect(second[name]).toHaveBeenCalledTimes(1)
  }
  expect(link.delivers).toBe('all')
})
