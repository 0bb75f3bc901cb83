import { describe, expect, it } from 'vitest'
import { Problem } from '#shared/protocol/problems.ts'
import { CLOSE, SOCKET_LIMITS } from '#shared/protocol/socket.ts'
import { BOARD_ID, buildId, PEOPLE } from '../../helpers/builders.ts'
import { framesOf, openDoorBench, PARTNER } from '../../helpers/socket-door-bench.ts'
import type { TestSocket } from '../../helpers/test-socket.ts'

const sync = (ref: number) => ({ t: 'sync', ref, epoch: 'e', version: 7, cid: buildId(0xC1) }) as const
const note = (ref: number) => ({ t: 'say', ref, topic: 'note', data: { text: 'hello' } }) as const

describe('before hello', () => {
  it('[S2] a socket has 5 s', async () => {
    const bench = await openDoorBench()
    const socket = await bench.open()
    await bench.clock.advance(4_000)
    expect(socket.closeCode).toBeNull()
    await bench.clock.advance(1_000)
    expect(await socket.closed).toBe(CLOSE.SLOW)
    expect(bench.registry.size).toBe(0)
  })

  it.each([{ t: 'ping', i: 1 }, { t: 'pong', i: 1 }, sync(1), note(1), { t: 'bye' }] as const)('[S2] it may say nothing else, like $t', async (frame) => {
    const bench = await openDoorBench()
    const socket = await bench.open()
    socket.send(frame)
    expect(await socket.closed).toBe(CLOSE.BAD_FRAME)
  })
})

describe('a frame', () => {
  it.each<[string, string | Uint8Array]>([
    ['is no JSON', '{'],
    ['is no object', '[]'],
    ['has no type', '{}'],
    ['has a type that is no text', '{"t":1}'],
    ['lacks a part', '{"t":"sync","ref":1}'],
    ['has a wrong part', '{"t":"focus","matters":["x"]}'],
    ['says hello again', JSON.stringify({ t: 'hello', protocol: 2, board: buildId(1), epoch: 'e', version: 1, cid: 'c', ticket: 't' })],
    ['is binary', new Uint8Array([1, 2, 3])],
    ['is nested without end', `{"t":"focus","matters":${'['.repeat(30_000)}${']'.repeat(30_000)}}`],
    ['holds what no database keeps', '{"t":"sync","ref":1,"epoch":"a\\u0000","version":1,"cid":"c"}'],
  ])('[S5] that %s ends the socket', async (_name, data) => {
    const bench = await openDoorBench()
    const socket = await bench.join()
    socket.sendRaw(data)
    expect(await socket.closed).toBe(CLOSE.BAD_FRAME)
    expect(socket.frames.at(-1)).toEqual({ t: 'err', code: 'BAD_REQUEST' })
    expect(bench.reports).toEqual([])
    await bench.until(() => bench.door.size === 0)
    expect(bench.registry.size).toBe(0)
  })

  it('[S5] of a type that isn\'t known is ignored', async () => {
    const bench = await openDoorBench()
    const socket = await bench.join()
    socket.sendRaw('{"t":"telepathy","to":"all"}')
    socket.send(sync(1))
    expect(await socket.next('same')).toMatchObject({ ref: 1 })
  })

  it('[S2] may have 64 KB', async () => {
    const bench = await openDoorBench()
    const socket = await bench.join()
    const empty = JSON.stringify({ t: 'telepathy', of: '' })
    socket.sendRaw(JSON.stringify({ t: 'telepathy', of: 'x'.repeat(SOCKET_LIMITS.frameBytes - empty.length) }))
    socket.send(sync(1))
    await socket.next('same')
    socket.sendRaw('x'.repeat(SOCKET_LIMITS.frameBytes + 1))
    expect(await socket.closed).toBe(1009)
  })

  it('[S2] may not be made of crumbs', async () => {
    const bench = await openDoorBench()
    const socket = await bench.join()
    for (let index = 0; index < 1_100 && socket.closeCode === null; index++)
      socket.sendRaw('x', { fin: false })
    expect(await socket.closed).toBe(1008)
  })
})

describe('frames of one connection', () => {
  it('[S2] are handled one after another, however long one takes', async () => {
    const bench = await openDoorBench()
    const socket = await bench.join()
    const done: number[] = []
    const waiting: (() => void)[] = []
    let running = 0
    bench.behind.fanOut.sync = async (_socket, { ref }) => {
      expect(++running).toBe(1)
      await new Promise<void>(resolve => waiting.push(resolve))
      running--
      done.push(ref)
    }
    for (let ref = 1; ref <= 10; ref++)
      socket.send(sync(ref))
    for (let index = 0; index < 10; index++) {
      await bench.until(() => waiting.length > index)
      waiting[index]!()
    }
    await bench.until(() => done.length === 10)
    expect(done).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  })

  it('[S2] come 20 a second, and 40 at once after a quiet time', async () => {
    const bench = await openDoorBench()
    const socket = await bench.join()
    await bench.clock.advance(5_000)
    for (let ref = 0; ref < 40; ref++)
      socket.send(sync(ref))
    await bench.until(() => framesOf(socket, 'same').length === 40)
    await bench.clock.advance(1_000)
    for (let ref = 0; ref < 20; ref++)
      socket.send(sync(ref))
    await bench.until(() => framesOf(socket, 'same').length === 60)
    expect(socket.closeCode).toBeNull()
    socket.send(sync(99))
    expect(await socket.closed).toBe(CLOSE.RATE)
    expect(socket.frames.at(-1)).toEqual({ t: 'err', code: 'TOO_MANY_ATTEMPTS' })
  })

  it.each<[string, (socket: TestSocket) => void]>([
    ['an unknown frame', socket => socket.sendRaw('{"t":"x"}')],
    ['a ping of the WebSocket protocol', socket => socket.ws.ping()],
  ])('[S2] are counted, and %s is one', async (_name, sendOne) => {
    const bench = await openDoorBench()
    const socket = await bench.join()
    for (let index = 0; index < 45; index++)
      sendOne(socket)
    expect(await socket.closed).toBe(CLOSE.RATE)
  })

  it('[S2] that pile up behind a slow one end the socket', async () => {
    const bench = await openDoorBench()
    const socket = await bench.join()
    bench.behind.fanOut.sync = () => new Promise(() => {})
    for (let round = 0; round < 6 && socket.closeCode === null; round++) {
      for (let ref = 0; ref < 20; ref++)
        socket.send(sync(ref))
      socket.send({ t: 'ping', i: round })
      await Promise.race([bench.until(() => framesOf(socket, 'pong').length > round), socket.closed])
      await bench.clock.advance(1_050)
    }
    expect(await socket.closed).toBe(CLOSE.RATE)
    expect(bench.registry.size).toBe(0)
  })
})

describe('what is said', () => {
  it('[A4] is passed on, and its sender told', async () => {
    const bench = await openDoorBench()
    const said: unknown[] = []
    bench.behind.say = async (...all) => void said.push(all)
    const socket = await bench.join()
    socket.send(note(3))
    expect(await socket.next('ok')).toEqual({ t: 'ok', ref: 3 })
    expect(said).toMatchObject([[{ id: PEOPLE.partner.id }, expect.any(String), 'note', { text: 'hello' }, expect.any(String)]])
  })

  it.each<[string, Error, string]>([
    ['is refused', new Problem('FORBIDDEN', 'no'), 'FORBIDDEN'],
    ['meets a database that is away', Object.assign(new Error('away'), { code: 'ECONNREFUSED' }), 'UNAVAILABLE'],
    ['meets a bug', new TypeError('a bug'), 'INTERNAL'],
  ])('[A4] and %s is answered, and the socket stays', async (_name, error, code) => {
    const bench = await openDoorBench()
    bench.behind.say = async () => { throw error }
    const socket = await bench.join()
    socket.send(note(3))
    expect(await socket.next('err')).toEqual({ t: 'err', code, ref: 3 })
    socket.send(sync(4))
    await socket.next('same')
  })

  it('[A4] in half a character is refused, and the socket stays', async () => {
    const bench = await openDoorBench()
    const socket = await bench.join()
    socket.send({ t: 'say', ref: 5, topic: 'note', data: { text: '\uD800' } })
    expect(await socket.next('err')).toEqual({ t: 'err', code: 'VALIDATION', ref: 5 })
  })

  it('[A4] and is nested without end is refused, and the socket stays', async () => {
    const bench = await openDoorBench()
    const socket = await bench.join()
    socket.sendRaw(`{"t":"say","ref":6,"topic":"note","data":${'['.repeat(30_000)}${']'.repeat(30_000)}}`)
    expect(await socket.next('err')).toEqual({ t: 'err', code: 'VALIDATION', ref: 6 })
  })

  it('[S4] on a board that is gone ends the socket for good', async () => {
    const bench = await openDoorBench()
    bench.behind.say = async () => { throw new Problem('BOARD_GONE', 'gone') }
    const socket = await bench.join()
    socket.send(note(3))
    expect(await socket.closed).toBe(CLOSE.FORBIDDEN)
  })
})

it('[S2] the matters that a reader has open are remembered', async () => {
  const bench = await openDoorBench()
  const socket = await bench.join(PARTNER)
  socket.send({ t: 'focus', matters: [buildId(1), buildId(2)] })
  socket.send(sync(1))
  await socket.next('same')
  const [known] = bench.registry.onBoard(BOARD_ID)
  expect([...known!.focus]).toEqual([buildId(1), buildId(2)])
})
