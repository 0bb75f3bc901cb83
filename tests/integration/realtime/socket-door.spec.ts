import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { TransportKind } from '#shared/config/features.ts'
import { CLOSE, SOCKET_PATH } from '#shared/protocol/socket.ts'
import { BOARD_ID, buildId, PEOPLE } from '../../helpers/builders.ts'
import { CLERK, openDoorBench, PARTNER } from '../../helpers/socket-door-bench.ts'
import type { OpenOptions } from '../../helpers/test-socket.ts'
import { openTestSocket, UpgradeRefused } from '../../helpers/test-socket.ts'

/** What an upgrade was refused with. */
async function refusal(opening: Promise<unknown>): Promise<UpgradeRefused> {
  return await opening.then(() => { throw new Error('it was let in') }, error => error instanceof UpgradeRefused ? error : Promise.reject(error))
}

/** The head of the answer to bytes as they are. */
function answerTo(url: string, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(bytes))
    socket.on('data', part => text += part).on('end', () => resolve(text)).on('error', reject)
  })
}

const HANDSHAKE = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n'

describe('an upgrade', () => {
  it.each<[string, OpenOptions, number, string]>([
    ['at another address', { path: '/_ws' }, 404, 'NOT_FOUND'],
    ['below the address', { path: `${SOCKET_PATH}/x` }, 404, 'NOT_FOUND'],
    ['from another site', { headers: { origin: 'https://evil.test' } }, 403, 'BAD_ORIGIN'],
    ['from a page without an origin', { headers: { origin: 'null' } }, 403, 'BAD_ORIGIN'],
    ['that its browser calls foreign', { headers: { 'sec-fetch-site': 'cross-site' } }, 403, 'BAD_ORIGIN'],
    ['without a cookie', { cookie: undefined }, 401, 'UNAUTHENTICATED'],
    ['with a session that ended', { cookie: 'ended' }, 401, 'UNAUTHENTICATED'],
  ])('[S1] %s is refused in our own form', async (_name, options, status, code) => {
    const bench = await openDoorBench()
    const refused = await refusal(openTestSocket(bench.url, { cookie: PARTNER, ...options }))
    expect(refused).toMatchObject({ status, body: { code }, headers: { 'content-type': 'application/json', 'cache-control': 'private, no-store' } })
    expect(bench.door.size).toBe(0)
    await bench.until(() => bench.connections() === 0)
  })

  it.each([
    ['another method', `POST ${SOCKET_PATH} HTTP/1.1\r\nHost: x\r\nCookie: ${PARTNER}\r\n${HANDSHAKE}\r\n`],
    ['another protocol', `GET ${SOCKET_PATH} HTTP/1.1\r\nHost: x\r\nCookie: ${PARTNER}\r\n${HANDSHAKE.replace('websocket', 'h2c')}\r\n`],
    ['another version', `GET ${SOCKET_PATH} HTTP/1.1\r\nHost: x\r\nCookie: ${PARTNER}\r\n${HANDSHAKE.replace('13', '8')}\r\n`],
    ['no key', `GET ${SOCKET_PATH} HTTP/1.1\r\nHost: x\r\nCookie: ${PARTNER}\r\n${HANDSHAKE.replace(/Sec-WebSocket-Key.*\r\n/, '')}\r\n`],
    ['a subprotocol that is none', `GET ${SOCKET_PATH} HTTP/1.1\r\nHost: x\r\nCookie: ${PARTNER}\r\n${HANDSHAKE}Sec-WebSocket-Protocol: ,,\r\n\r\n`],
  ])('[S1] with %s is a bad request', async (_name, bytes) => {
    const bench = await openDoorBench()
    expect(await answerTo(bench.url, bytes)).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n[^]*"code":"BAD_REQUEST"/)
    expect(bench.door.size).toBe(0)
  })

  it('[S1] is taken from our own pages, and from a script, which names no origin', async () => {
    const bench = await openDoorBench()
    await bench.open(PARTNER, { headers: { 'origin': bench.url, 'sec-fetch-site': 'same-origin' } })
    await bench.open(PARTNER)
    await bench.open(PARTNER, { path: `${SOCKET_PATH}?anything` })
    expect(bench.door.size).toBe(3)
  })

  it.each<[TransportKind, boolean]>([['polling', false], ['off', false], ['priority', true], ['hybrid', true], ['websocket', true]])(
    '[S1] of a member whose way is %s is let in: %s', async (way, isLetIn) => {
      const bench = await openDoorBench()
      bench.behind.ways.set(PEOPLE.partner.id, way)
      if (isLetIn)
        return void await bench.join()
      expect(await refusal(bench.open())).toMatchObject({ status: 403, body: { code: 'SOCKETS_OFF' } })
      await expect(bench.door.ticket({ sessionId: PARTNER, member: bench.behind.sessions.get(PARTNER)! })).rejects.toMatchObject({ code: 'SOCKETS_OFF' })
    })

  it.each<[string, number, () => Promise<never>]>([
    ['throws', 500, () => { throw new Error('a bug') }],
    ['rejects', 500, async () => { throw new Error('a bug') }],
    ['rejects because the database is away', 503, async () => { throw Object.assign(new Error('away'), { code: 'ECONNREFUSED' }) }],
  ])('[S1] ends when what looks for its session %s', async (_name, status, readSession) => {
    const bench = await openDoorBench()
    bench.behind.readSession = readSession
    expect(await refusal(bench.open())).toMatchObject({ status })
    expect(bench.reports).toMatchObject([{ what: 'upgrade' }])
    await bench.until(() => bench.connections() === 0)
  })

  it('[S1] ends when looking for its session never does', async () => {
    const bench = await openDoorBench()
    let asked = false
    bench.behind.readSession = () => {
      asked = true
      return new Promise(() => {})
    }
    const refused = refusal(bench.open())
    await bench.until(() => asked)
    await bench.clock.advance(10_000)
    expect(await refused).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' }, headers: { 'retry-after': '5' } })
    await bench.until(() => bench.connections() === 0)
  })

  it('[S1] whose peer goes while its session is looked for leaves nothing behind', async () => {
    const bench = await openDoorBench()
    let answer: ((session: null) => void) | undefined
    bench.behind.readSession = () => new Promise(resolve => answer = resolve)
    const socket = connect(Number(new URL(bench.url).port), '127.0.0.1')
    socket.write(`GET ${SOCKET_PATH} HTTP/1.1\r\nHost: x\r\n${HANDSHAKE}\r\n`)
    await bench.until(() => answer !== undefined)
    socket.resetAndDestroy()
    answer!(null)
    await bench.until(() => bench.connections() === 0)
    expect(bench.door.size).toBe(0)
  })
})

describe('a ticket', () => {
  it('[S1] opens one socket', async () => {
    const bench = await openDoorBench()
    const ticket = await bench.door.ticket({ sessionId: PARTNER, member: bench.behind.sessions.get(PARTNER)! })
    const first = await bench.open()
    await bench.hello(first, PARTNER, { ticket })
    expect(await first.next('welcome')).toMatchObject({ epoch: 'e', version: 7 })
    const second = await bench.open()
    await bench.hello(second, PARTNER, { ticket })
    expect(await second.closed).toBe(CLOSE.TICKET)
    expect(second.frames).toEqual([{ t: 'err', code: 'UNAUTHENTICATED' }])
  })

  it.each([
    ['of another session', CLERK, 0],
    ['that is older than 30 s', PARTNER, 30_000],
  ])('[S1] %s opens none', async (_name, owner, age) => {
    const bench = await openDoorBench()
    const ticket = await bench.door.ticket({ sessionId: owner, member: bench.behind.sessions.get(owner)! })
    await bench.clock.advance(age)
    const socket = await bench.open()
    await bench.hello(socket, PARTNER, { ticket })
    expect(await socket.closed).toBe(CLOSE.TICKET)
    expect(bench.registry.size).toBe(0)
  })
})

describe('hello', () => {
  it.each([0, 99])('[K1] in protocol %i is refused for good', async (protocol) => {
    const bench = await openDoorBench()
    const socket = await bench.open()
    await bench.hello(socket, PARTNER, { protocol })
    expect(await socket.closed).toBe(CLOSE.TOO_OLD)
    expect(socket.frames).toEqual([{ t: 'err', code: 'UPGRADE_REQUIRED' }])
  })

  it('[S1] makes its socket known to whoever brings news, until it ends', async () => {
    const bench = await openDoorBench()
    const socket = await bench.open()
    expect(bench.registry.size).toBe(0)
    await bench.hello(socket, PARTNER, { urgent: true })
    await socket.next('welcome')
    const [known] = bench.registry.onBoard(BOARD_ID)
    expect(known).toMatchObject({ boardId: BOARD_ID, sessionId: PARTNER, cid: buildId(0xC1), urgent: true, member: { id: PEOPLE.partner.id } })
    socket.send({ t: 'bye' })
    expect(await socket.closed).toBe(1000)
    await bench.until(() => bench.door.size === 0)
    expect(bench.registry.size).toBe(0)
    expect(bench.left).toEqual([known!.id])
  })

  it('[S4] is closed for good when the board is gone, and for now when the server fails', async () => {
    const bench = await openDoorBench()
    const { Problem } = await import('#shared/protocol/problems.ts')
    const told: boolean[] = []
    bench.registry.onSocket((_, isOpen) => told.push(isOpen))
    bench.behind.fanOut.join = async () => { throw new Problem('BOARD_GONE', 'gone') }
    const gone = await bench.open()
    await bench.hello(gone)
    expect(await gone.closed).toBe(CLOSE.FORBIDDEN)
    expect(gone.frames).toEqual([{ t: 'err', code: 'BOARD_GONE' }])
    bench.behind.fanOut.join = async () => { throw new TypeError('a bug') }
    const failed = await bench.open()
    await bench.hello(failed)
    expect(await failed.closed).toBe(CLOSE.FAILED)
    expect(bench.reports).toMatchObject([{ what: 'hello' }])
    expect(told).toEqual([])
  })

  it('[S1] whose peer goes while it is taken in leaves nothing behind', async () => {
    const bench = await openDoorBench()
    let goOn: (() => void) | undefined
    bench.behind.fanOut.join = () => new Promise(resolve => goOn = resolve)
    const socket = await bench.open()
    await bench.hello(socket)
    await bench.until(() => goOn !== undefined)
    socket.terminate()
    await bench.until(() => bench.door.size === 0)
    goOn!()
    await bench.until(() => bench.left.length === 2)
    expect(bench.registry.size).toBe(0)
  })
})
