import { describe, expect, it } from 'vitest'
import { CLOSE } from '#shared/protocol/socket.ts'
import { BOARD_ID, PEOPLE } from '../../helpers/builders.ts'
import type { DoorBench } from '../../helpers/socket-door-bench.ts'
import { CLERK, framesOf, openDoorBench, PARTNER } from '../../helpers/socket-door-bench.ts'
import type { TestSocket } from '../../helpers/test-socket.ts'

/** Lets a minute pass in which the peer shows that it is there. */
async function passMinute(bench: DoorBench, socket: TestSocket): Promise<void> {
  for (let second = 0; second < 60 && socket.closeCode === null; second++) {
    if (second % 20 === 0)
      socket.send({ t: 'pong', i: 0 })
    await bench.clock.advance(1_000)
  }
}

describe('a session that ended', () => {
  it('[W5] ends its sockets within a minute, though nobody hinted at it', async () => {
    const bench = await openDoorBench()
    const socket = await bench.join()
    const other = await bench.join(CLERK)
    bench.behind.sessions.delete(PARTNER)
    await passMinute(bench, socket)
    expect(await socket.closed).toBe(CLOSE.TICKET)
    expect(socket.frames.at(-1)).toEqual({ t: 'bye', code: 'auth', after: 0 })
    expect(other.closeCode).toBeNull()
  })

  it('[W5] ends within a second what was opened by it, where it was remembered as open', async () => {
    const bench = await openDoorBench()
    bench.behind.findSession = async () => null
    const socket = await bench.join()
    await bench.clock.advance(1_000)
    expect(await socket.closed).toBe(CLOSE.TICKET)
  })

  it('[W5] ends them at once on a hint, those before their hello, too', async () => {
    const bench = await openDoorBench()
    const [joined, fresh] = [await bench.join(), await bench.open()]
    bench.behind.sessions.delete(PARTNER)
    bench.changed(PEOPLE.partner.id)
    await bench.clock.advance(0)
    expect(await joined.closed).toBe(CLOSE.TICKET)
    expect(await fresh.closed).toBe(CLOSE.TICKET)
    expect(bench.registry.size).toBe(0)
  })

  it('[W5] is told from a database that is away, which ends nothing', async () => {
    const bench = await openDoorBench()
    const socket = await bench.join()
    bench.behind.findSession = async () => { throw new Error('away') }
    await passMinute(bench, socket)
    expect(socket.closeCode).toBeNull()
    expect(bench.reports.length).toBeGreaterThan(0)
  })
})

it('[W5] every session is looked at within a minute, each once however many sockets it has, and never all at once', async () => {
  const bench = await openDoorBench()
  const looks = new Map<string, number>()
  let inThisSecond = 0
  let most = 0
  bench.behind.findSession = async (sessionId) => {
    looks.set(sessionId, (looks.get(sessionId) ?? 0) + 1)
    most = Math.max(most, ++inThisSecond)
    return bench.behind.sessions.get(sessionId) ?? null
  }
  const sockets: TestSocket[] = []
  for (let index = 0; index < 60; index++) {
    const id = `member-${index}`
    bench.behind.sessions.set(id, { ...bench.behind.sessions.get(PARTNER)!, id })
    sockets.push(await bench.join(id))
  }
  sockets.push(await bench.join('member-0'))
  for (let second = 0; second < 60; second++) {
    inThisSecond = 0
    if (second % 20 === 0)
      sockets.forEach(socket => socket.send({ t: 'pong', i: 0 }))
    await bench.clock.advance(1_000)
  }
  expect(looks.size).toBe(60)
  expect(looks.get('member-1')).toBeLessThanOrEqual(2)
  expect(most).toBeLessThanOrEqual(20)
  expect(bench.door.size).toBe(61)
})

it('[W5] another role begins anew', async () => {
  const bench = await openDoorBench()
  const socket = await bench.join()
  bench.behind.sessions.set(PARTNER, { ...bench.behind.sessions.get(PARTNER)!, role: 'CLERK' })
  bench.changed(PEOPLE.partner.id)
  await bench.clock.advance(0)
  expect(await socket.closed).toBe(CLOSE.RESYNC)
  expect(socket.frames.at(-1)).toEqual({ t: 'bye', code: 'role', after: 0 })
})

it('[W5] another name leaves the socket as it is', async () => {
  const bench = await openDoorBench()
  const socket = await bench.join()
  bench.behind.sessions.set(PARTNER, { ...bench.behind.sessions.get(PARTNER)!, name: 'Sakura Ito' })
  bench.changed(PEOPLE.partner.id)
  await bench.clock.advance(0)
  expect([...bench.registry.onBoard(BOARD_ID)][0]!.member.name).toBe('Sakura Ito')
  expect(socket.closeCode).toBeNull()
})

describe('another way', () => {
  it('[W5] is told to the sockets of the firm, once, and those without sockets are closed', async () => {
    const bench = await openDoorBench()
    const [partner, clerk] = [await bench.join(), await bench.join(CLERK)]
    bench.behind.ways.set(PEOPLE.partner.id, 'priority').set(PEOPLE.clerk.id, 'polling')
    bench.wayChanged(null)
    bench.wayChanged(null)
    expect(await clerk.closed).toBe(1000)
    expect(framesOf(clerk, 'mode')).toEqual([{ t: 'mode', transport: 'polling' }])
    await partner.next('mode')
    partner.send({ t: 'ping', i: 1 })
    await partner.next('pong')
    expect(framesOf(partner, 'mode')).toEqual([{ t: 'mode', transport: 'priority' }])
  })

  it('[W5] that a member chose for themselves is looked up first', async () => {
    const bench = await openDoorBench()
    const socket = await bench.join()
    bench.behind.findSession = async (sessionId) => {
      bench.behind.ways.set(PEOPLE.partner.id, 'off')
      return bench.behind.sessions.get(sessionId)!
    }
    bench.wayChanged(PEOPLE.partner.id)
    await bench.clock.advance(0)
    expect(await socket.closed).toBe(1000)
    expect(socket.frames.at(-1)).toEqual({ t: 'mode', transport: 'off' })
  })
})

it('[W5] where hints may have been missed, all sessions are due', async () => {
  const bench = await openDoorBench()
  const socket = await bench.join()
  bench.behind.sessions.delete(PARTNER)
  bench.door.doubt()
  await bench.clock.advance(1_000)
  expect(await socket.closed).toBe(CLOSE.TICKET)
})
