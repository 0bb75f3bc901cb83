import { beforeEach, describe, expect, it, vi } from 'vitest'
import { PROTOCOL_VERSION } from '#shared/protocol/version.ts'
import { createTransport } from '#shared/realtime/create-transport.ts'
import type { Fetch, HttpAnswer } from '#shared/realtime/http-answer.ts'
import type { BoardPosition, RealTimeTransport } from '#shared/realtime/transport.ts'
import { BOARD_ID, buildId, buildMatter } from '../../helpers/builders.ts'
import type { VirtualClock } from '../../helpers/virtual-clock.ts'
import { createVirtualClock } from '../../helpers/virtual-clock.ts'
import { buildSnapshot, buildUpdates } from '../../helpers/wire-builders.ts'

const position: BoardPosition = { boardId: BOARD_ID, epoch: 'e1', version: 7, cid: 'c' }
const mutation = { n: 4, kind: 'delete' as const, id: buildId(1), args: {} }

function noSocket(): never {
  throw new Error('polling opens no socket')
}

let clock: VirtualClock
let fetch: ReturnType<typeof vi.fn<Fetch>>
let transport: RealTimeTransport

function answer(status: number, body: unknown = null, headers: Record<string, string> = {}): HttpAnswer {
  return { status, headers: { get: name => headers[name] ?? null }, json: async () => body }
}

beforeEach(() => {
  clock = createVirtualClock()
  fetch = vi.fn<Fetch>(async () => answer(304))
  transport = createTransport('polling', { fetch, clock, openSocket: noSocket })
  void transport.connect()
})

describe('asking for news', () => {
  it('asks from its position, and hears that there is nothing new', async () => {
    expect(await transport.pull(position)).toEqual({ kind: 'unchanged' })
    const [path, { method, headers }] = fetch.mock.calls[0]!
    expect(path).toBe(`/api/kanban/updates?board=${BOARD_ID}&epoch=e1&version=7&cid=c&protocol=${PROTOCOL_VERSION}&via=polling&events=0`)
    expect(method).toBe('GET')
    expect(headers['if-none-match']).toBe('"e1.7"')
  })

  it.each([['12000', { next: 12_000 }], ['soon', {}], ['-5', {}]])('[R5] hands on that there is nothing new with the server\'s wish of %s', async (wish, heard) => {
    fetch.mockResolvedValueOnce(answer(304, null, { 'aster-next': wish }))
    expect(await transport.pull(position)).toStrictEqual({ kind: 'unchanged', ...heard })
  })

  it('hands on what changed', async () => {
    const news = buildUpdates({ from: 7, version: 8 })
    fetch.mockResolvedValueOnce(answer(200, news))
    expect(await transport.pull(position)).toEqual({ kind: 'updates', answer: news })
  })

  it('[C1] takes a full read where it has no epoch', async () => {
    const whole = buildSnapshot({ version: 8 })
    fetch.mockResolvedValueOnce(answer(200, whole))
    expect(await transport.pull({ ...position, epoch: null })).toEqual({ kind: 'snapshot', answer: whole })
    expect(fetch.mock.calls[0]![0]).toBe(`/api/kanban/snapshot?board=${BOARD_ID}&cid=c&protocol=${PROTOCOL_VERSION}`)
  })

  it('hands on the server\'s wish for a full read', async () => {
    fetch.mockResolvedValueOnce(answer(409, { reset: 'pruned' }))
    expect(await transport.pull(position)).toEqual({ kind: 'reset', why: 'pruned' })
  })

  it('gives up an answer that nobody waits for any more', async () => {
    const abort = new AbortController()
    fetch.mockImplementation(async () => {
      abort.abort()
      return answer(200, { version: 8 })
    })
    await expect(transport.pull(position, abort.signal)).rejects.toMatchObject({ kind: 'network' })
    await expect(transport.pull({ ...position, epoch: null }, abort.signal)).rejects.toMatchObject({ kind: 'network' })
  })
})

describe('faults', () => {
  const problem = { code: 'BOARD_GONE', message: 'gone' }

  it.each([
    ['no answer', () => Promise.reject(new TypeError('x')), { kind: 'network', retryAfterMs: 0 }],
    ['an overloaded server', async () => answer(503, null, { 'retry-after': '7' }), { kind: 'server', retryAfterMs: 7_000 }],
    ['a server that names a date', async () => answer(503, null, { 'retry-after': new Date(clock.now() + 9_000).toUTCString() }), { kind: 'server', retryAfterMs: 9_000 }],
    ['a server that names nonsense', async () => answer(500, null, { 'retry-after': 'soon' }), { kind: 'server', retryAfterMs: 0 }],
    ['too many requests', async () => answer(429), { kind: 'server' }],
    ['a session that is over', async () => answer(401), { kind: 'signed-out' }],
    ['a page that the server no longer speaks with', async () => answer(426, { code: 'UPGRADE_REQUIRED', message: '' }), { kind: 'outdated', problem: { code: 'UPGRADE_REQUIRED' } }],
    ['a board that is gone', async () => answer(404, problem), { kind: 'refused', problem }],
    ['a no in another tongue', async () => answer(403, '<html>'), { kind: 'refused', problem: null }],
    ['a conflict that is no reset', async () => answer(409, problem), { kind: 'refused', problem }],
    ['a conflict without a word', async () => answer(409, {}), { kind: 'refused', problem: null }],
    ['a page in between that answers 200', async () => ({ ...answer(200), json: () => Promise.reject(new SyntaxError('<')) }), { kind: 'network' }],
  ] as [string, () => Promise<HttpAnswer>, object][])('names %s', async (_, respond, fault) => {
    fetch.mockImplementation(respond)
    await expect(transport.pull(position)).rejects.toMatchObject(fault)
  })

  it('reads a problem where a full read is refused', async () => {
    fetch.mockResolvedValueOnce(answer(404, problem))
    await expect(transport.pull({ ...position, epoch: null })).rejects.toMatchObject({ kind: 'refused', problem })
  })
})

describe('how the link stands', () => {
  it('[T5] follows the exchanges', async () => {
    const heard: unknown[] = []
    transport.on('connection', ({ state }) => heard.push(state))
    expect(transport.connection.state).toBe('connecting')
    await transport.pull(position)
    expect(transport.isConnected()).toBe(true)
    expect(transport.lastConnected).toBe(clock.now())
    await transport.pull(position)
    fetch.mockRejectedValueOnce(new TypeError('x'))
    await transport.pull(position).catch(() => {})
    fetch.mockResolvedValueOnce(answer(500))
    await transport.pull(position).catch(() => {})
    expect(transport.connection).toMatchObject({ state: 'waiting', attempt: 2, cause: 'server' })
    fetch.mockResolvedValueOnce(answer(401))
    await transport.pull(position).catch(() => {})
    expect(transport.connection).toEqual({ state: 'paused', reason: 'signed-out' })
    expect(heard).toEqual(['live', 'waiting', 'waiting', 'paused'])
  })

  it('ends what is under way when it is disconnected, and starts anew', async () => {
    fetch.mockImplementation((_, { signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')))))
    const pulled = transport.pull(position).catch(error => error)
    transport.disconnect()
    transport.disconnect()
    expect(await pulled).toMatchObject({ kind: 'network' })
    expect(transport.connection).toEqual({ state: 'closed' })
    await expect(transport.pull(position)).rejects.toMatchObject({ kind: 'network' })
    expect(fetch).toHaveBeenCalledTimes(1)
    void transport.connect()
    void transport.connect()
    expect(transport.connection).toEqual({ state: 'connecting' })
  })
})

describe('sending', () => {
  it('[M2] names the outbox and the numbers', async () => {
    const results = [{ n: 4, status: 'ok', version: 9 }]
    fetch.mockResolvedValueOnce(answer(200, { results }))
    expect(await transport.send(BOARD_ID, 'c', [mutation])).toEqual({ results })
    const [path, { method, headers, body }] = fetch.mock.calls[0]!
    expect([method, path]).toEqual(['POST', '/api/kanban/mutations'])
    expect(JSON.parse(body!)).toEqual({ protocol: PROTOCOL_VERSION, board: BOARD_ID, cid: 'c', items: [mutation] })
    expect(headers).toMatchObject({ 'content-type': 'application/json' })
  })

  it('[M2] rejects with the number that the server wants', async () => {
    fetch.mockResolvedValueOnce(answer(409, { code: 'ORDER', message: '', wanted: 2 }))
    await expect(transport.send(BOARD_ID, 'c', [mutation])).rejects.toMatchObject({ kind: 'refused', problem: { code: 'ORDER', wanted: 2 } })
  })
})

it('[K2] compares its rows with the server\'s', async () => {
  fetch.mockResolvedValueOnce(answer(200, { same: false }))
  expect(await transport.compare({ boardId: BOARD_ID, epoch: 'e1', version: 7, digest: 'd' })).toEqual({ same: false })
  expect(fetch.mock.calls[0]![0]).toBe(`/api/kanban/digest?board=${BOARD_ID}&epoch=e1&version=7&digest=d`)
})

it('[K1] stands refused once the server no longer speaks its protocol', async () => {
  fetch.mockResolvedValueOnce(answer(426))
  await transport.pull(position).catch(() => {})
  expect(transport.connection).toEqual({ state: 'refused', code: 'UPGRADE_REQUIRED' })
})

it('begins anew when it is told to, and ends what was under way', async () => {
  const heard: string[] = []
  fetch.mockImplementationOnce((_, { signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')))))
  const pulled = transport.pull(position).catch((error: unknown) => error)
  transport.on('connection', ({ state }) => heard.push(state))
  await transport.pull(position)
  await transport.reconnect()
  expect(await pulled).toMatchObject({ kind: 'network' })
  await transport.pull(position)
  expect(heard).toEqual(['live', 'connecting', 'live'])
})

it('forgets a listener that was taken off', async () => {
  const heard = vi.fn()
  transport.on('connection', heard)
  transport.off('connection', heard)
  await transport.pull(position)
  expect(heard).not.toHaveBeenCalled()
})

describe('what answers carry beside the news', () => {
  const note = { id: 'x', at: 1, topic: 'note', from: buildId(2), data: { text: 'a' } } as const

  it('[A4] tells what was said, once, and asks from there', async () => {
    const heard = vi.fn()
    transport.on('note', heard)
    transport.join(BOARD_ID, () => position)
    fetch.mockResolvedValue(answer(200, buildUpdates({ from: 7, version: 7, events: { events: [note], cursor: 12 } })))
    await transport.pull(position)
    await transport.pull(position)
    expect(heard).toHaveBeenCalledExactlyOnceWith({ boardId: BOARD_ID, from: buildId(2), at: 1, data: { text: 'a' } })
    expect(fetch.mock.lastCall![0]).toContain('&events=12')
  })

  it('wants no events of a board in the background', async () => {
    const leave = transport.join(BOARD_ID, () => position)
    await transport.pull({ ...position, boardId: buildId(0xB2) })
    expect(fetch.mock.lastCall![0]).not.toContain('events=')
    transport.join(BOARD_ID, () => position)
    leave()
    await transport.emit('note', { text: 'a' }).catch(() => {})
    expect(JSON.parse(fetch.mock.lastCall![1].body!)).toMatchObject({ board: BOARD_ID })
  })

  it('tells that the server wants another way', async () => {
    const heard = vi.fn()
    transport.on('policy', heard)
    fetch.mockResolvedValueOnce(answer(200, buildUpdates({ from: 7, version: 7, transport: 'hybrid' })))
    await transport.pull(position)
    expect(heard).toHaveBeenCalledExactlyOnceWith({ transport: 'hybrid' })
  })

  it('tells the rows that came', async () => {
    const heard = vi.fn()
    const matter = buildMatter()
    transport.on('matter:created', heard)
    transport.join(BOARD_ID, () => position, () => ({ epoch: 'e1', version: 7, columns: [], rows: new Map() }))
    fetch.mockResolvedValueOnce(answer(200, buildUpdates({ from: 7, version: 8, matters: [{ op: 'put', id: matter.id, matter }] })))
    await transport.pull(position)
    expect(heard).toHaveBeenCalledExactlyOnceWith({ boardId: BOARD_ID, matterId: matter.id, matter, by: matter.updatedBy })
  })
})

describe('saying something', () => {
  it('[A4] goes to the joined board', async () => {
    transport.join(BOARD_ID, () => position)
    fetch.mockResolvedValueOnce(answer(204))
    await transport.emit('note', { text: 'Lunch?' })
    const [path, { method, body }] = fetch.mock.lastCall!
    expect([method, path, JSON.parse(body!)]).toEqual(['POST', '/api/events', { board: BOARD_ID, topic: 'note', data: { text: 'Lunch?' } }])
  })

  it('is refused as the server refuses it, and where no board is joined', async () => {
    await expect(transport.emit('note', { text: 'a' })).rejects.toMatchObject({ kind: 'refused' })
    expect(fetch).not.toHaveBeenCalled()
    transport.join(BOARD_ID, () => position)
    fetch.mockResolvedValueOnce(answer(404, { code: 'MATTER_GONE', message: '' }))
    await expect(transport.emit('note', { text: 'a' })).rejects.toMatchObject({ kind: 'refused', problem: { code: 'MATTER_GONE' } })
  })

  it('[A4] too often is refused, and says nothing of the link', async () => {
    transport.join(BOARD_ID, () => position)
    await transport.pull(position)
    const lost = vi.fn()
    transport.on('connection:lost', lost)
    fetch.mockResolvedValueOnce(answer(429, { code: 'TOO_MANY_ATTEMPTS', message: '' }, { 'retry-after': '1' }))
    await expect(transport.emit('note', { text: 'a' })).rejects.toMatchObject({ kind: 'server', retryAfterMs: 1_000 })
    expect([transport.isConnected(), lost.mock.calls]).toEqual([true, []])
  })
})

it('asks by hand where the member wants nothing else, and says that', async () => {
  transport = createTransport('off', { fetch, clock, openSocket: noSocket })
  void transport.connect()
  await transport.pull(position)
  expect(fetch.mock.lastCall![0]).toContain('via=off')
  expect([transport.kind, transport.delivers]).toEqual(['off', 'nothing'])
})

it('has no link to watch, to prove or to open again', () => {
  transport.setReconnectOptions({ baseMs: 1 })
  transport.enableHeartbeat({ afterMs: 1 })
  transport.focus([buildId(1)])
  transport.attend(true)
  expect([fetch.mock.calls.length, clock.timers]).toEqual([0, 0])
})
