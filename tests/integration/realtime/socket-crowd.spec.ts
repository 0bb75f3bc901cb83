import { describe, expect, it } from 'vitest'
import { CLOSE } from '#shared/protocol/socket.ts'
import type { DoorBench } from '../../helpers/socket-door-bench.ts'
import { CLERK, framesOf, openDoorBench, PARTNER } from '../../helpers/socket-door-bench.ts'
import type { TestSocket } from '../../helpers/test-socket.ts'
import { seededRandom } from '../../helpers/virtual-clock.ts'

const ticket = (bench: DoorBench, cookie = PARTNER) => bench.door.ticket({ sessionId: cookie, member: bench.behind.sessions.get(cookie)! })

describe('the sockets of a member', () => {
  it('[B5] are ten at most; one that ends makes room for the next', async () => {
    const bench = await openDoorBench()
    const sockets: TestSocket[] = []
    for (let index = 0; index < 10; index++)
      sockets.push(await bench.open())
    await expect(bench.open()).rejects.toMatchObject({ status: 503, body: { code: 'TOO_MANY_SOCKETS' }, headers: { 'retry-after': expect.stringMatching(/^\d+$/) } })
    await expect(ticket(bench)).rejects.toMatchObject({ code: 'TOO_MANY_SOCKETS' })
    await bench.join(CLERK)
    sockets[0]!.terminate()
    await bench.until(() => bench.door.size === 10)
    await bench.open()
  })

  it('[B5] don\'t count when they were refused', async () => {
    const bench = await openDoorBench()
    for (let index = 0; index < 12; index++)
      await expect(bench.open(PARTNER, { headers: { origin: 'https://evil.test' } })).rejects.toMatchObject({ status: 403 })
    for (let index = 0; index < 12; index++)
      await expect(bench.open(PARTNER, { headers: { 'sec-websocket-protocol': 'a,a' } })).rejects.toBeDefined()
    await bench.until(() => bench.connections() === 0)
    await bench.join()
  })
})

describe('handshakes', () => {
  it('[B5] are taken at a rate; beyond it callers are spread', async () => {
    const bench = await openDoorBench({ perSecond: 2, burst: 3, ofMember: { perSecond: 2, burst: 100 } })
    bench.clock.random = seededRandom(7)
    for (let index = 0; index < 3; index++)
      (await bench.open()).terminate()
    const waits = new Set<string>()
    for (let index = 0; index < 30; index++) {
      const refused = await bench.open().catch(error => error)
      expect(refused).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } })
      waits.add(refused.headers['retry-after'])
    }
    expect(waits.size).toBeGreaterThan(4)
    expect(Math.max(...[...waits].map(Number))).toBeLessThanOrEqual(60)
    expect(Math.min(...[...waits].map(Number))).toBeGreaterThanOrEqual(1)
    await bench.clock.advance(500)
    await bench.open()
  })

  it('[B5] pay once, with the ticket: who got one isn\'t turned away for the crowd', async () => {
    const bench = await openDoorBench({ perSecond: 1, burst: 1 })
    await ticket(bench)
    await expect(ticket(bench)).rejects.toMatchObject({ code: 'UNAVAILABLE', retryAfterS: expect.any(Number) })
    await expect(bench.open(CLERK)).rejects.toMatchObject({ status: 503 })
    await bench.open()
    await expect(bench.open()).rejects.toMatchObject({ status: 503 })
  })

  it('[B5] of one member don\'t take everybody\'s: who asks without end is refused alone', async () => {
    const bench = await openDoorBench()
    const answers = await Promise.allSettled(Array.from({ length: 400 }, () => ticket(bench)))
    const refused = answers.flatMap(answer => answer.status === 'rejected' ? answer.reason : [])
    expect(answers.length - refused.length).toBe(30)
    expect(refused[0]).toMatchObject({ code: 'TOO_MANY_SOCKETS', retryAfterS: expect.any(Number) })
    await bench.join(CLERK)
    await bench.clock.advance(500)
    await expect(ticket(bench)).resolves.toBeTypeOf('string')
    await expect(ticket(bench)).rejects.toMatchObject({ code: 'TOO_MANY_SOCKETS' })
  })

  it('[B5] of a ticket that nobody used within its life pay again', async () => {
    const bench = await openDoorBench({ perSecond: 0.001, burst: 1 })
    await ticket(bench)
    await bench.clock.advance(30_000)
    await expect(bench.open()).rejects.toMatchObject({ status: 503 })
  })
})

describe('a server that is asked to end', () => {
  it('[B4] tells every socket another moment to come back, and closes them in slices', async () => {
    const bench = await openDoorBench()
    bench.clock.random = seededRandom(3)
    const sockets: TestSocket[] = []
    for (let index = 0; index < 40; index++) {
      const id = `member-${index}`
      bench.behind.sessions.set(id, { ...bench.behind.sessions.get(PARTNER)!, id })
      sockets.push(await bench.join(id))
    }
    const drained = bench.door.drain()
    const byes = await Promise.all(sockets.map(socket => socket.next('bye')))
    expect(byes.every(({ code, after }) => code === 'drain' && after >= 0 && after < 10_000)).toBe(true)
    expect(new Set(byes.map(({ after }) => Math.floor(after / 1_000))).size).toBeGreaterThan(7)
    const closed = () => sockets.filter(socket => socket.closeCode !== null).length
    await bench.until(() => closed() === 2)
    await bench.clock.advance(1_000)
    await bench.until(() => closed() >= 20)
    expect(closed()).toBeLessThanOrEqual(22)
    await bench.clock.advance(1_000)
    await drained
    expect(new Set(await Promise.all(sockets.map(({ closed }) => closed)))).toEqual(new Set([CLOSE.DRAIN]))
    await bench.until(() => bench.connections() === 0)
    expect(bench.registry.size).toBe(0)
  })

  it('[B4] gives nobody a socket or a ticket any more', async () => {
    const bench = await openDoorBench()
    await bench.door.drain()
    await expect(bench.open()).rejects.toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' }, headers: { 'retry-after': expect.stringMatching(/^([1-9]|10)$/) } })
    await expect(ticket(bench)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  })

  it('[B4] lets in nobody whose session was being looked for', async () => {
    const bench = await openDoorBench()
    let answer: (() => void) | undefined
    bench.behind.readSession = async () => {
      await new Promise<void>(resolve => answer = resolve)
      return { sessionId: PARTNER, member: bench.behind.sessions.get(PARTNER)! }
    }
    const opening = bench.open().catch(error => error)
    await bench.until(() => answer !== undefined)
    await bench.door.drain()
    answer!()
    expect(await opening).toMatchObject({ status: 503 })
  })

  it('[B4] ends those before their hello, too', async () => {
    const bench = await openDoorBench()
    const socket = await bench.open()
    const drained = bench.door.drain()
    expect(await socket.closed).toBe(CLOSE.DRAIN)
    await bench.clock.advance(2_000)
    await drained
    expect(framesOf(socket, 'bye')).toHaveLength(1)
  })
})
