import type { Mock } from 'vitest'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { UpdatesAnswer } from '#shared/protocol/messages.ts'
import { CLOSE } from '#shared/protocol/socket.ts'
import { createTransport } from '#shared/realtime/create-transport.ts'
import type { Fetch, HttpAnswer } from '#shared/realtime/http-answer.ts'
import type { BoardPosition, RealTimeTransport } from '#shared/realtime/transport.ts'
import { BOARD_ID, buildId, buildMatter } from '../../helpers/builders.ts'
import type { FakeSocket } from '../../helpers/fake-socket.ts'
import { createFakeSocket } from '../../helpers/fake-socket.ts'
import type { VirtualClock } from '../../helpers/virtual-clock.ts'
import { createVirtualClock, settle } from '../../helpers/virtual-clock.ts'
import { buildSnapshot, buildUpdates } from '../../helpers/wire-builders.ts'

let clock: VirtualClock
let fetch: Mock<Fetch>
let sockets: FakeSocket[]
let position: BoardPosition
let transport: RealTimeTransport
/** What each route answers; changed by tests. */
let routes: Record<'updates' | 'snapshot' | 'ticket' | 'events' | 'mutations', () => HttpAnswer | Promise<HttpAnswer>>

function answer(status: number, body: unknown = null, headers: Record<string, string> = {}): HttpAnswer {
  return { status, headers: { get: name => headers[name] ?? null }, json: async () => body }
}

function create(kind: 'websocket' | 'priority'): RealTimeTransport {
  return createTransport(kind, {
    fetch, clock,
    openSocket(path) {
      const socket = createFakeSocket(path)
      sockets.push(socket)
      return socket
    },
  })
}

beforeEach(() => {
  clock = createVirtualClock()
  sockets = []
  position = { boardId: BOARD_ID, epoch: 'e1', version: 5, cid: 'c' }
  routes = {
    updates: () => answer(304),
    snapshot: () => answer(200, buildSnapshot({ version: 5 })),
    ticket: () => answer(200, { ticket: 'T' }),
    events: () => answer(204),
    mutations: () => answer(200, { protocol: 1, cid: 'c', results: [] }),
  }
  fetch = vi.fn<Fetch>(async path => routes[/\/(\w+)(?:\?|$)/.exec(path)![1] as keyof typeof routes]())
  transport = create('websocket')
})

function calls(route: string): string[] {
  return fetch.mock.calls.map(([path]) => path).filter(path => path.includes(`/${route}`))
}

const refuse = async () => Promise.reject(new TypeError('fetch failed'))

async function join(): Promise<void> {
  transport.join(BOARD_ID, () => position)
  void transport.connect()
  await settle()
}

async function welcome(): Promise<FakeSocket> {
  const socket = sockets.at(-1)!
  socket.accept()
  const { epoch, version } = socket.last('hello')
  socket.say({ t: 'welcome', sid: 's', epoch, version, now: 0 })
  socket.say({ t: 'pong', i: socket.last('ping').i, epoch, version })
  await settle()
  return socket
}

/** On a live socket, after the first pull by HTTP. */
async function goLive(): Promise<FakeSocket> {
  await join()
  const socket = await welcome()
  await transport.pull(position)
  await clock.advance(100)
  return socket
}

function push(socket: FakeSocket, updates: Partial<UpdatesAnswer>, ref?: number): void {
  socket.say({ t: 'd', ...ref !== undefined && { ref }, ...buildUpdates(updates) })
}

describe('how the link stands', () => {
  it('[T1] goes from connecting over polling to the socket', async () => {
    const heard: unknown[] = []
    transport.on('connection', ({ state, ...rest }) => heard.push([state, 'via' in rest && rest.via, transport.delivers]))
    expect(transport.connection).toEqual({ state: 'closed' })
    await join()
    expect([transport.connection, transport.isConnected()]).toEqual([{ state: 'live', since: clock.now(), via: 'polling', lacks: 'opening' }, true])
    await welcome()
    expect([transport.connection, transport.delivers]).toEqual([{ state: 'live', since: clock.now(), via: 'socket' }, 'all'])
    expect(heard).toEqual([['connecting', false, 'nothing'], ['live', 'polling', 'nothing'], ['live', 'socket', 'all']])
  })

  it('tells that it was established, lost and restored', async () => {
    const heard: string[] = []
    for (const event of ['connection:established', 'connection:lost', 'connection:restored'] as const)
      transport.on(event, () => heard.push(event))
    const socket = await goLive()
    fetch.mockImplementation(refuse)
    socket.drop()
    await transport.pull(position).catch(() => {})
    expect(transport.connection.state).toBe('waiting')
    fetch.mockImplementation(async path => routes[/\/(\w+)(?:\?|$)/.exec(path)![1] as keyof typeof routes]())
    await transport.pull(position)
    expect(heard).toEqual(['connection:established', 'connection:lost', 'connection:restored'])
  })

  it('lives by polling where upgrades are blocked, and says so', async () => {
    await join()
    sockets[0]!.drop()
    expect(transport.connection).toMatchObject({ state: 'live', via: 'polling', lacks: 'blocked' })
    await clock.advance(500)
    await welcome()
    sockets[1]!.drop()
    expect(transport.connection).toMatchObject({ lacks: 'unsteady' })
  })

  it('lives by polling where the server gives no ticket, and asks for none again', async () => {
    routes.ticket = () => answer(403, { code: 'SOCKETS_OFF', message: '' })
    await join()
    expect(transport.connection).toMatchObject({ state: 'live', via: 'polling', lacks: 'refused' })
    await clock.advance(600_000)
    expect(calls('ticket')).toHaveLength(1)
  })

  it('doesn\'t take a server without room for sockets for one that is down', async () => {
    await goLive()
    routes.ticket = () => answer(503, { code: 'TOO_MANY_SOCKETS', message: '' }, { 'retry-after': '30' })
    sockets[0]!.drop()
    await clock.advance(1_000)
    expect(transport.connection).toMatchObject({ state: 'live', via: 'polling', lacks: 'unsteady' })
    await clock.advance(20_000)
    expect(calls('ticket')).toHaveLength(2)
  })

  it('waits only when neither way goes', async () => {
    const socket = await goLive()
    fetch.mockImplementation(refuse)
    await transport.send(BOARD_ID, 'c', []).catch(() => {})
    expect(transport.connection).toMatchObject({ state: 'live', via: 'socket' })
    socket.drop()
    expect(transport.connection).toMatchObject({ state: 'waiting', cause: 'network' })
  })

  it('is back on the socket as soon as HTTP shows that the server is', async () => {
    const socket = await goLive()
    fetch.mockImplementation(refuse)
    await transport.send(BOARD_ID, 'c', []).catch(() => {})
    socket.drop()
    for (let seconds = 0; seconds < 300; seconds++)
      await clock.advance(1_000)
    fetch.mockImplementation(async path => routes[/\/(\w+)(?:\?|$)/.exec(path)![1] as keyof typeof routes]())
    await transport.pull(position)
    await clock.advance(1_000)
    expect(sockets).toHaveLength(2)
  })

  it('comes back after somebody has signed in again', async () => {
    const socket = await goLive()
    routes.ticket = () => answer(401, { code: 'UNAUTHENTICATED', message: '' })
    socket.drop(CLOSE.TICKET)
    await settle()
    expect(transport.connection).toEqual({ state: 'paused', reason: 'signed-out' })
    routes.ticket = () => answer(200, { ticket: 'T2' })
    await transport.pull(position)
    await settle()
    expect(sockets).toHaveLength(2)
  })

  it('ends everything when it is disconnected, and begins anew', async () => {
    const socket = await goLive()
    transport.disconnect()
    expect([socket.isClosed, transport.connection, transport.delivers, clock.timers]).toEqual([true, { state: 'closed' }, 'nothing', 0])
    await expect(transport.pull(position)).rejects.toMatchObject({ kind: 'network' })
    const connected = transport.connect()
    await settle()
    await welcome()
    await connected
    expect(transport.connection).toMatchObject({ via: 'socket' })
    void transport.reconnect()
    await settle()
    expect([sockets[1]!.isClosed, sockets.length]).toEqual([true, 3])
    expect(transport.lastConnected).toBe(clock.now())
  })

  it('has never been connected before it was', () => {
    expect(transport.lastConnected).toBeNull()
  })
})

describe('asking', () => {
  it('takes the first read and a full one by HTTP, and opens the socket a moment after', async () => {
    position.epoch = null
    await join()
    expect(sockets).toHaveLength(0)
    expect(await transport.pull(position)).toMatchObject({ kind: 'snapshot' })
    position.epoch = 'e1'
    await clock.advance(50)
    expect(sockets).toHaveLength(1)
    await welcome()
    position.epoch = null
    await transport.pull(position)
    expect(calls('snapshot')).toHaveLength(2)
  })

  it('[T2] asks over the live socket, and by HTTP at least once a minute', async () => {
    const socket = await goLive()
    expect(calls('updates')).toHaveLength(1)
    const pulled = transport.pull(position)
    push(socket, { from: 5, version: 6 }, socket.last('sync').ref)
    expect(await pulled).toEqual({ kind: 'updates', answer: buildUpdates({ from: 5, version: 6 }) })
    expect(calls('updates')).toHaveLength(1)
    await clock.advance(30_000)
    socket.say({ t: 'ping', i: 1, epoch: 'e1', version: 5 })
    // The poller asks every 60 s, up to a tenth early.
    await clock.advance(24_000)
    await transport.pull(position)
    expect(calls('updates')).toHaveLength(2)
  })

  it('asks by HTTP after the clock was set back', async () => {
    await goLive()
    clock.jump(-3_600_000)
    await transport.pull(position)
    expect(calls('updates')).toHaveLength(2)
  })

  it('asks by HTTP what the socket doesn\'t answer', async () => {
    const socket = await goLive()
    const slow = transport.pull(position)
    await clock.advance(10_000)
    expect(await slow).toEqual({ kind: 'unchanged' })
    const dropped = transport.pull(position)
    socket.drop()
    expect(await dropped).toEqual({ kind: 'unchanged' })
    expect(calls('updates')).toHaveLength(3)
  })

  it('asks nothing by HTTP when nobody waits for it any more', async () => {
    await goLive()
    const abort = new AbortController()
    const pulled = transport.pull(position, abort.signal)
    abort.abort()
    await expect(pulled).rejects.toMatchObject({ kind: 'network' })
    expect(fetch.mock.calls.filter(([path]) => path.includes('/updates'))).toHaveLength(1)
  })

  it('asks over the socket when HTTP fails that was due', async () => {
    const socket = await goLive()
    await clock.advance(30_000)
    socket.say({ t: 'ping', i: 1, epoch: 'e1', version: 5 })
    await clock.advance(25_000)
    fetch.mockImplementation(refuse)
    const pulled = transport.pull(position)
    await settle()
    socket.say({ t: 'same', ref: socket.last('sync').ref, epoch: 'e1', version: 5 })
    expect(await pulled).toEqual({ kind: 'unchanged' })
  })

  it('asks by HTTP after a reset, and goes on from there', async () => {
    const socket = await goLive()
    const heard = vi.fn()
    transport.on('updates', heard)
    socket.say({ t: 'reset', why: 'large' })
    expect(heard).toHaveBeenCalledExactlyOnceWith({ boardId: BOARD_ID, answer: buildUpdates({ from: 6, version: 6, next: 0 }) })
    expect([transport.delivers, transport.connection]).toMatchObject(['nothing', { via: 'socket' }])
    routes.updates = () => answer(200, buildUpdates({ from: 5, version: 40 }))
    await transport.pull(position)
    position.version = 40
    await clock.advance(50)
    expect(socket.last('sync').version).toBe(40)
    push(socket, { from: 40, version: 41 }, socket.last('sync').ref)
    expect([transport.delivers, heard.mock.lastCall]).toMatchObject(['all', [{ answer: { from: 40 } }]])
  })

  it('asks by HTTP for a board in the background', async () => {
    const socket = await goLive()
    await transport.pull({ ...position, boardId: buildId(0xB2) })
    await clock.advance(100)
    expect([calls('updates').length, socket.count('sync')]).toEqual([2, 0])
  })
})

describe('telling', () => {
  it('tells news, and the rows in them, once, by whichever way they come', async () => {
    const matter = buildMatter({ version: 6 })
    const [updates, created] = [vi.fn(), vi.fn()]
    transport.on('updates', updates)
    transport.on('matter:created', created)
    const socket = await goLive()
    const news = buildUpdates({ from: 5, version: 6, matters: [{ op: 'put', id: matter.id, matter }] })
    updates.mockClear()
    push(socket, news)
    expect(updates).toHaveBeenCalledExactlyOnceWith({ boardId: BOARD_ID, answer: news })
    const pulled = transport.pull(position)
    push(socket, news, socket.last('sync').ref)
    await pulled
    expect(created).toHaveBeenCalledTimes(1)
  })

  it('tells the rows in what it asked over the socket', async () => {
    const matter = buildMatter({ version: 6 })
    const created = vi.fn()
    transport.on('matter:created', created)
    const socket = await goLive()
    const pulled = transport.pull(position)
    push(socket, { from: 5, version: 6, matters: [{ op: 'put', id: matter.id, matter }] }, socket.last('sync').ref)
    await pulled
    expect(created).toHaveBeenCalledTimes(1)
  })

  it('tells what the server says of itself', async () => {
    const heard: unknown[] = []
    for (const event of ['policy', 'system:maintenance', 'system:error'] as const)
      transport.on(event, data => heard.push(data))
    const socket = await goLive()
    socket.say({ t: 'mode', transport: 'polling' })
    socket.say({ t: 'err', code: 'TOO_MANY_ATTEMPTS' })
    socket.say({ t: 'bye', code: 'drain', after: 3_000 })
    expect(heard).toEqual([{ transport: 'polling' }, { code: 'TOO_MANY_ATTEMPTS' }, { backIn: 3_000 }])
  })

  it('[A4] tells once what came by the socket and by a poll', async () => {
    const heard = vi.fn()
    transport.on('member:activity', heard)
    const socket = await goLive()
    const event = { id: 'x', at: 1, topic: 'member:activity' as const, from: buildId(2), data: { tab: 't1', matterId: null, action: 'viewing' as const } }
    socket.say({ t: 'said', events: [event] })
    socket.drop()
    routes.updates = () => answer(200, buildUpdates({ from: 5, version: 5, events: { events: [event], cursor: 3 } }))
    await transport.pull(position)
    expect(heard).toHaveBeenCalledTimes(1)
  })

  it('[A4] says something over the live socket, and by HTTP while there is none', async () => {
    await join()
    await transport.emit('note', { text: 'a' })
    expect(calls('events')).toHaveLength(1)
    const socket = await welcome()
    const said = transport.emit('note', { text: 'b' })
    socket.say({ t: 'ok', ref: socket.last('say').ref })
    await said
    expect(calls('events')).toHaveLength(1)
  })
})

describe('urgent', () => {
  it('asks the socket for what is urgent only, and says so', async () => {
    transport = create('priority')
    transport.focus([buildId(1)])
    const socket = await goLive()
    expect([transport.kind, transport.delivers, socket.last('hello').urgent, socket.last('focus').matters]).toEqual(['priority', 'urgent', true, [buildId(1)]])
    expect(calls('updates')[0]).toContain('via=priority')
  })

  it('[A4] asks for the rest by HTTP, where what members say comes along', async () => {
    transport = create('priority')
    const socket = await goLive()
    await transport.pull(position)
    expect([calls('updates').length, socket.count('sync')]).toEqual([2, 0])
  })

  it('leaves it to polling to say that rows are right', async () => {
    transport = create('priority')
    const heard = vi.fn()
    transport.on('updates', heard)
    const socket = await goLive()
    socket.say({ t: 'ping', i: 1, epoch: 'e1', version: 5 })
    expect(heard).not.toHaveBeenCalled()
  })
})

it('leaves the board it joined, and not one that was joined after that', async () => {
  const leave = transport.join(BOARD_ID, () => position)
  void transport.connect()
  await settle()
  const other = { ...position, boardId: buildId(0xB2) }
  const leaveOther = transport.join(other.boardId, () => other)
  await settle()
  const socket = await welcome()
  leave()
  expect([socket.isClosed, transport.delivers]).toEqual([false, 'all'])
  leaveOther()
  expect([socket.isClosed, transport.delivers]).toEqual([true, 'nothing'])
})
