import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTransport } from '#shared/realtime/create-transport.ts'
import { buildId, PEOPLE } from '../helpers/builders.ts'
import type { LivePage } from '../helpers/live-page.ts'
import { openLivePage } from '../helpers/live-page.ts'
import type { FakeGround } from './fake-ground.ts'
import { createFakeGround } from './fake-ground.ts'
import type { WatchedBrowser } from './transport-ground.ts'
import { watchBrowser } from './transport-ground.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND

/** What a transport with a socket promises about time, on a clock that a test moves. */
export function socketTimeContract(kind: 'websocket' | 'priority' | 'hybrid'): void {
  const delivers = kind === 'priority' ? 'urgent' : 'all'
  const matterId = buildId(0x7001)
  let ground: FakeGround
  let browser: WatchedBrowser
  let page: LivePage

  beforeEach(async () => {
    ground = createFakeGround({ policy: kind })
    await ground.act('colleague', {
      kind: 'create', id: matterId,
      // Assigned to the reader, so that it is urgent.
      args: { title: 'Lease', clientName: 'Hoshino Foods K.K.', columnId: 'in-progress', assignments: [{ memberId: PEOPLE.associate.id, role: 'PRIMARY_LAWYER' }] },
    })
    browser = watchBrowser(ground.browserOf('reader'), ground.clock)
    const transport = createTransport(kind, browser)
    let ids = 0
    page = openLivePage({ transport, boardId: ground.boardId, me: PEOPLE.associate, clock: browser.clock, pollMs: 2_000, makeId: () => `id-${++ids}` })
    await ground.until(isLive)
  })
  afterEach(() => page.close())

  const isLive = () => page.transport.connection.state === 'live' && page.transport.delivers === delivers
  const retitle = (title: string) => ground.act('colleague', { kind: 'edit', id: matterId, args: { set: { title } } })
  const title = () => page.row(matterId)?.title
  const pings = () => browser.sent.filter(frame => (JSON.parse(frame) as { t: string }).t === 'ping').length
  /** The way back is as short as a test likes, so that only the time is tried that it is about. */
  const comeBackQuickly = () => page.transport.setReconnectOptions({ baseMs: 20, youngCapMs: 20, capMs: 20 })
  async function took(act: () => unknown, condition: () => boolean, withinMs: number): Promise<number> {
    const start = ground.clock.now()
    await act()
    await ground.until(condition, withinMs)
    return ground.clock.now() - start
  }

  it('[B2] brings what is urgent within a tenth of a second', async () => {
    expect(await took(() => retitle('Sale'), () => title() === 'Sale', SECOND)).toBeLessThanOrEqual(100)
  })

  it('[S3] notices a socket that carries nothing within 45 s', async () => {
    ground.muteSockets()
    expect(await took(() => {}, () => page.transport.delivers === 'nothing', MINUTE)).toBeLessThanOrEqual(45 * SECOND)
  })

  it('[S3] asks at once whether it is still there when somebody looks again', async () => {
    ground.muteSockets()
    expect(await took(() => page.transport.attend(true), () => page.transport.delivers === 'nothing', MINUTE)).toBeLessThanOrEqual(5 * SECOND)
  })

  it('[S3] sets its heartbeat as it is told, and stops it', async () => {
    page.transport.enableHeartbeat({ afterMs: 4 * SECOND, timeoutMs: SECOND })
    const before = pings()
    await ground.clock.advance(MINUTE)
    expect(pings() - before).toBeGreaterThanOrEqual(3)
    page.transport.enableHeartbeat(false)
    const stopped = pings()
    ground.muteSockets()
    await ground.clock.advance(10 * MINUTE)
    expect(pings()).toBe(stopped)
    page.transport.enableHeartbeat({})
    await ground.until(() => !isLive(), 45 * SECOND)
    expect(pings()).toBeGreaterThan(stopped)
  })

  it('[S3] finds a push that got lost by the next ping', async () => {
    ground.server.faults.losesPushes = 1
    expect(await took(() => retitle('Sale'), () => title() === 'Sale', MINUTE)).toBeLessThanOrEqual(25 * SECOND)
  })

  it('[T4] comes back as it is told to', async () => {
    page.transport.setReconnectOptions({ baseMs: 100, youngCapMs: 100, capMs: 100 })
    ground.goDown()
    await ground.clock.advance(5 * MINUTE)
    const { upgrades, requests } = ground.server
    expect(await took(ground.comeBack, isLive, MINUTE)).toBeLessThanOrEqual(SECOND)
    expect(ground.server.upgrades).toBe(upgrades + 1)
    expect(requests.length).toBeGreaterThan(0)
  })

  it('[T4] is back on its socket within 2 s of a server that was killed, and has caught up', async () => {
    for (const downMs of [300, 2 * SECOND, 15 * SECOND]) {
      ground.server.restart(downMs)
      await ground.clock.advance(downMs - 1)
      await retitle(`Down for ${downMs}`)
      expect(await took(() => {}, () => isLive() && title() === `Down for ${downMs}`, MINUTE)).toBeLessThanOrEqual(2.5 * SECOND)
      await ground.clock.advance(11 * SECOND)
    }
  })

  it('[B4] hears that the server goes away, and comes back when it was asked to', async () => {
    ground.server.restart(SECOND, { saysBye: true })
    await ground.until(() => page.heard('system:maintenance').length > 0, SECOND)
    expect(page.heard('system:maintenance')[0]!.backIn).toBeLessThanOrEqual(10 * SECOND)
    expect(await took(() => {}, isLive, MINUTE)).toBeLessThanOrEqual(15 * SECOND)
  })

  it('[T4] asks no ticket before a busy server wants to be asked', async () => {
    ground.server.faults.busyForSeconds = 20
    const asked = () => ground.server.requests.filter(request => request.includes('/ticket')).length
    ground.cutSockets()
    await ground.until(() => page.transport.connection.state === 'waiting', 10 * SECOND)
    await ground.clock.advance(SECOND)
    const before = asked()
    await ground.clock.advance(15 * SECOND)
    expect(asked() - before).toBeLessThanOrEqual(1)
    ground.server.faults.busyForSeconds = null
    await ground.until(isLive, MINUTE)
  })

  it('[T2] asks by HTTP once a minute beside a quiet socket, and grows by nothing', async () => {
    await ground.clock.advance(2 * MINUTE)
    const [requests, timers, sockets] = [browser.requests, browser.timers, browser.sockets]
    await ground.clock.advance(30 * MINUTE)
    const asked = browser.requests - requests
    if (kind !== 'priority') {
      expect(asked).toBeGreaterThanOrEqual(30)
      // A tenth early each, and a digest of the rows every five quiet minutes.
      expect(asked).toBeLessThanOrEqual(42)
    }
    expect(browser.timers).toBeLessThanOrEqual(timers + 1)
    expect(browser.sockets).toBe(sockets)
  })

  it('[T6] asks within bounds in an outage of half an hour, and is back after it', async () => {
    ground.goDown()
    const [requests, sockets] = [browser.requests, browser.sockets]
    await ground.clock.advance(30 * MINUTE)
    // A poll in ten seconds at most here, and tickets: many while it is young, one in half a minute later.
    expect(browser.requests - requests).toBeLessThanOrEqual(500)
    expect(browser.sockets - sockets).toBeLessThanOrEqual(1)
    await retitle('Sale')
    ground.comeBack()
    await ground.until(() => title() === 'Sale', 2 * MINUTE)
    await ground.until(isLive, 2 * MINUTE)
  })

  it('[B3] goes on after a server that ended it for being slow', async () => {
    comeBackQuickly()
    ground.server.sockets.forEach(line => line.close(4408))
    await retitle('Sale')
    await ground.until(() => title() === 'Sale' && isLive(), 10 * SECOND)
  })

  it('[A4] tells what was said on its socket no second time when a poll brings it along', async () => {
    ground.server.say(PEOPLE.partner, 'member:activity', { tab: 't1', matterId, action: 'viewing' })
    await ground.until(() => page.heard('member:activity').length > 0, SECOND)
    const polls = () => ground.server.requests.filter(request => request.includes('events=')).length
    const before = polls()
    await ground.until(() => polls() > before, MINUTE)
    await ground.clock.advance(SECOND)
    expect(page.heard('member:activity')).toHaveLength(1)
  })

  it('[S5] passes over what it doesn’t know', async () => {
    for (const frame of [{ t: 'later', x: 1 }, { t: 'said', events: [] }, { noType: true }])
      ground.server.sockets.forEach(line => line.tell(frame))
    await retitle('Sale')
    await ground.until(() => title() === 'Sale', SECOND)
    expect(browser.sockets).toBe(1)
  })

  if (kind === 'priority') {
    describe('of what isn’t urgent', () => {
      const other = buildId(0x7002)
      beforeEach(async () => {
        const assignments = [{ memberId: PEOPLE.partner.id, role: 'PRIMARY_LAWYER' as const }]
        await ground.act('colleague', { kind: 'create', id: other, args: { title: 'Bid', clientName: 'Hoshino Foods K.K.', columnId: 'in-progress', assignments } })
        await ground.until(() => page.row(other) !== undefined)
        // The server is told where the poll has brought the reader, and would tell along what is new by then.
        await ground.clock.advance(200)
      })

      it('[T1] waits for the next poll, unless something urgent brings it along', async () => {
        const start = ground.clock.now()
        await ground.act('colleague', { kind: 'edit', id: other, args: { set: { title: 'Offer' } } })
        await ground.clock.advance(100)
        expect(page.row(other)!.title).toBe('Bid')
        await ground.until(() => page.row(other)!.title === 'Offer', 3 * SECOND)
        expect(ground.clock.now() - start).toBeGreaterThan(100)
      })

      it('[T1] a matter that the reader has open is urgent', async () => {
        page.transport.focus([other])
        await ground.clock.advance(50)
        expect(await took(() => ground.act('colleague', { kind: 'edit', id: other, args: { set: { title: 'Offer' } } }),
          () => page.row(other)!.title === 'Offer', SECOND)).toBeLessThanOrEqual(100)
      })
    })
  }
}
