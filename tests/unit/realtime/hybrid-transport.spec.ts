import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { SnapshotAnswer } from '#shared/protocol/messages.ts'
import type { HybridTransportOptions } from '#shared/realtime/hybrid-transport.ts'
import { createHybridTransport } from '#shared/realtime/hybrid-transport.ts'
import type { WatchedBrowser } from '../../contract/transport-ground.ts'
import { watchBrowser } from '../../contract/transport-ground.ts'
import { BOARD_ID, buildId, PEOPLE } from '../../helpers/builders.ts'
import type { FakeRealtimeServer } from '../../helpers/fake-realtime-server.ts'
import { createFakeRealtimeServer } from '../../helpers/fake-realtime-server.ts'
import type { LivePage } from '../../helpers/live-page.ts'
import { openLivePage } from '../../helpers/live-page.ts'
import type { VirtualClock } from '../../helpers/virtual-clock.ts'
import { createVirtualClock, seededRandom } from '../../helpers/virtual-clock.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const MATTER = buildId(0x7001)

let clock: VirtualClock
let server: FakeRealtimeServer
let browser: WatchedBrowser
let page: LivePage
let changeNetwork: () => void
let lives: string[]

beforeEach(() => {
  clock = createVirtualClock({ random: seededRandom(7) })
  server = createFakeRealtimeServer({ clock })
  lives = []
  server.commit(PEOPLE.partner, {
    kind: 'create', id: MATTER,
    args: { title: 'Lease', clientName: 'Hoshino Foods K.K.', columnId: 'in-progress', assignments: [{ memberId: PEOPLE.partner.id, role: 'PRIMARY_LAWYER' }] },
  })
})
afterEach(() => page.close())

function open({ snapshot, ...options }: Partial<HybridTransportOptions> & { snapshot?: SnapshotAnswer } = {}): void {
  browser = watchBrowser(server.browserOf(PEOPLE.associate), clock)
  const transport = createHybridTransport({
    fetch: browser.fetch,
    openSocket: browser.openSocket,
    clock: browser.clock,
    onLive: via => void lives.push(via),
    onNetworkChange(listener) {
      changeNetwork = listener
      return () => { changeNetwork = () => expect.unreachable('nobody listens any more') }
    },
    ...options,
  })
  let ids = 0
  page = openLivePage({ transport, boardId: BOARD_ID, me: PEOPLE.associate, clock: browser.clock, pollMs: 5 * SECOND, makeId: () => `id-${++ids}`, snapshot })
}

async function until(condition: () => boolean, withinMs = 20 * SECOND): Promise<number> {
  const start = clock.now()
  while (!condition()) {
    if (clock.now() - start >= withinMs)
      expect.fail(`this didn't come true within ${withinMs} ms: ${condition}`)
    await clock.advance(10)
  }
  return clock.now() - start
}

const link = () => page.transport.connection
const isPushed = () => page.transport.delivers === 'all'
const lacks = () => { const now = link(); return now.state === 'live' ? now.lacks : undefined }
const tickets = () => server.requests.filter(request => request.includes('ticket')).length
const polls = () => server.requests.filter(request => request.includes('/updates') || request.includes('/snapshot')).length
const retitle = (title: string) => server.commit(PEOPLE.partner, { kind: 'edit', id: MATTER, args: { set: { title } } })

/** A socket that drops while HTTP answers. */
async function drop(): Promise<void> {
  server.dropAll()
  await until(() => !isPushed())
}

describe('[T2] the hybrid', () => {
  it('polls first, and goes by the socket after a welcome and a pong', async () => {
    open()
    await until(() => link().state === 'live')
    expect(link()).toMatchObject({ via: 'polling', lacks: 'opening' })
    expect(browser.sockets).toBe(0)
    await until(isPushed)
    expect(link()).toMatchObject({ state: 'live', via: 'socket' })
    expect(browser.sent.map(frame => (JSON.parse(frame) as { t: string }).t).slice(0, 2)).toEqual(['hello', 'ping'])
    expect(page.connections.map(({ state }) => state)).toEqual(['connecting', 'live', 'live'])
  })

  it('asks for no ticket before a poll was answered, also where the rows came with the page', async () => {
    open({ snapshot: server.model.snapshot(PEOPLE.associate) as SnapshotAnswer })
    await until(isPushed)
    expect(server.requests.map(request => request.split('?')[0]).slice(0, 2)).toEqual(['GET /api/kanban/updates', 'POST /api/kanban/ticket'])
  })

  it('hears in its own words how its heartbeat is set', async () => {
    open()
    await until(isPushed)
    page.transport.enableHeartbeat(false)
    const before = browser.sent.length
    await clock.advance(10 * MINUTE)
    expect(browser.sent.slice(before).filter(frame => frame.includes('"ping"'))).toEqual([])
    page.transport.enableHeartbeat({})
    await clock.advance(2 * MINUTE)
    expect(browser.sent.slice(before).filter(frame => frame.includes('"ping"')).length).toBeGreaterThan(0)
  })

  it('goes by no socket before it has answered', async () => {
    server.faults.socketDelayMs = 2 * SECOND
    open()
    await until(() => browser.bytes.some(text => text.includes('"t":"welcome"')))
    expect(isPushed()).toBe(false)
    await until(isPushed)
  })

  it('goes by the socket from a place that is no older than that of the last poll', async () => {
    server.faults.socketDelayMs = 2 * SECOND
    open()
    await until(() => browser.sockets === 1)
    retitle('Sale')
    void page.poller.refresh()
    await until(isPushed)
    const place = page.version
    expect(page.row(MATTER)!.title).toBe('Sale')
    server.faults.socketDelayMs = 0
    retitle('Option')
    await until(() => page.row(MATTER)!.title === 'Option', SECOND)
    expect(page.version).toBe(place + 1)
    expect(page.heard('matter:updated').map(({ matter }) => matter?.title)).toEqual(['Sale', 'Option'])
  })

  it('asks by HTTP once a minute beside the socket', async () => {
    open()
    await until(isPushed)
    await clock.advance(MINUTE)
    const before = polls()
    await clock.advance(10 * MINUTE)
    expect(polls() - before).toBeGreaterThanOrEqual(10)
    expect(polls() - before).toBeLessThanOrEqual(12)
  })

  it('finds out a socket that tells nothing of what happens', async () => {
    open()
    await until(isPushed)
    server.faults.losesPushes = Infinity
    retitle('Sale')
    await until(() => page.row(MATTER)!.title === 'Sale', MINUTE)
  })

  it('goes back to polling at once when the socket fails, and asks at once', async () => {
    open()
    await until(isPushed)
    await clock.advance(20 * SECOND)
    server.faults.refusesUpgrades = true
    await drop()
    expect(link()).toMatchObject({ state: 'live', via: 'polling' })
    const before = polls()
    await clock.advance(200)
    expect(polls()).toBe(before + 1)
  })

  it('holds nothing against a socket that ended with the server, and is back with it', async () => {
    open()
    await until(isPushed)
    for (let outage = 0; outage < 5; outage++) {
      server.restart(10 * SECOND)
      await until(() => link().state === 'waiting')
      await clock.advance(9 * SECOND)
      await until(() => link().state === 'live')
      expect(await until(isPushed)).toBeLessThanOrEqual(3 * SECOND)
      await clock.advance(20 * SECOND)
    }
    expect(lives).not.toContain('polling')
  })

  it('only polls for two minutes after a third drop in five, and says why', async () => {
    open()
    for (let count = 0; count < 3; count++) {
      await until(isPushed)
      await clock.advance(15 * SECOND)
      await drop()
    }
    await clock.advance(SECOND)
    expect(lacks()).toBe('unsteady')
    const [asked, opened] = [tickets(), browser.sockets]
    await clock.advance(MINUTE + 50 * SECOND)
    expect([tickets(), browser.sockets]).toEqual([asked, opened])
    expect(await until(isPushed)).toBeLessThanOrEqual(15 * SECOND)
  })

  it('tries a network that blocks sockets after 2 minutes, then less and less often', async () => {
    server.faults.refusesUpgrades = true
    open()
    await until(() => lacks() === 'blocked')
    const opened = [browser.sockets]
    for (const minutes of [3, 5, 9, 17, 31, 31]) {
      await clock.advance(minutes * MINUTE)
      opened.push(browser.sockets)
    }
    expect(opened.map((count, index) => count - (opened[index - 1] ?? 0))).toEqual([1, 1, 1, 1, 1, 1, 1])
    expect(lacks()).toBe('blocked')
    retitle('Sale')
    await until(() => page.row(MATTER)!.title === 'Sale', 6 * SECOND)
  })

  it('tries a changed network at once', async () => {
    server.faults.refusesUpgrades = true
    open()
    await until(() => lacks() === 'blocked')
    await clock.advance(10 * SECOND)
    server.faults.refusesUpgrades = false
    changeNetwork()
    expect(await until(isPushed)).toBeLessThanOrEqual(SECOND)
  })

  it('tries at once for somebody who comes back after a while, and not for one who looks again', async () => {
    server.faults.refusesUpgrades = true
    open()
    await until(() => lacks() === 'blocked')
    await clock.advance(10 * SECOND)
    server.faults.refusesUpgrades = false
    page.transport.attend(true)
    await clock.advance(SECOND)
    expect(isPushed()).toBe(false)
    page.transport.attend(false)
    page.poller.setPaused('hidden', true)
    server.faults.refusesUpgrades = true
    await clock.advance(10 * MINUTE)
    server.faults.refusesUpgrades = false
    page.poller.setPaused('hidden', false)
    page.transport.attend(true)
    expect(await until(isPushed)).toBeLessThanOrEqual(SECOND)
  })

  it('prefers polling to a socket that is much slower for minutes', async () => {
    open()
    await until(isPushed)
    server.faults.socketDelayMs = 700
    await until(() => !isPushed() && lacks() === 'unsteady', 6 * MINUTE)
    server.faults.socketDelayMs = 0
    await until(isPushed, 3 * MINUTE)
    await clock.advance(20 * MINUTE)
    expect(isPushed()).toBe(true)
  })

  it('forgets what it held against the network when it is told to reconnect', async () => {
    server.faults.refusesUpgrades = true
    open()
    await until(() => lacks() === 'blocked')
    await clock.advance(10 * SECOND)
    server.faults.refusesUpgrades = false
    void page.transport.reconnect()
    expect(await until(isPushed)).toBeLessThanOrEqual(SECOND)
  })

  it('says that the server has no socket for this member', async () => {
    open()
    await until(isPushed)
    server.setPolicy('polling')
    await until(() => !isPushed())
    expect(page.policies).toContainEqual({ transport: 'polling' })
    await until(() => lacks() === 'refused')
    const before = tickets()
    await clock.advance(MINUTE)
    expect(tickets()).toBe(before)
  })

  it('doesn’t take a session that ended for a bad network', async () => {
    open()
    await until(isPushed)
    server.signOut(PEOPLE.associate)
    await until(() => link().state === 'paused')
    expect(link()).toEqual({ state: 'paused', reason: 'signed-out' })
    expect(lives).toEqual(['socket'])
    server.signIn(PEOPLE.associate)
    void page.poller.refresh()
    expect(await until(isPushed)).toBeLessThanOrEqual(10 * SECOND)
  })
})

describe('[T2] what is remembered over a reload', () => {
  it('is the socket once it was live, and nothing once it wasn’t worth it', async () => {
    open()
    await until(isPushed)
    expect(lives).toEqual(['socket'])
    server.faults.refusesUpgrades = true
    await drop()
    await until(() => lacks() === 'blocked')
    await clock.advance(6 * SECOND)
    expect(lives).toEqual(['socket', 'polling'])
  })

  it('is tried first, beside the first poll', async () => {
    open({ remembered: 'socket', snapshot: server.model.snapshot(PEOPLE.associate) as SnapshotAnswer })
    await clock.advance(10)
    expect(tickets()).toBe(1)
    await until(isPushed)
  })

  it('costs nothing where it no longer works', async () => {
    server.faults.refusesUpgrades = true
    open({ remembered: 'socket' })
    expect(await until(() => link().state === 'live' && page.row(MATTER) !== undefined)).toBeLessThanOrEqual(100)
    await until(() => lacks() === 'blocked')
  })
})

describe('a hybrid that is closed', () => {
  it('keeps no timer, no socket and no ear', async () => {
    server.faults.refusesUpgrades = true
    open()
    await until(() => lacks() === 'blocked')
    await clock.advance(10 * SECOND)
    page.close()
    expect(browser).toMatchObject({ timers: 0, openSockets: 0 })
    expect(changeNetwork).toThrow('nobody listens')
    expect(page.transport.connection).toEqual({ state: 'closed' })
  })

  it('opens as it was: by the socket where that was live', async () => {
    open()
    await until(isPushed)
    page.transport.disconnect()
    await clock.advance(SECOND)
    const opened = vi.fn()
    void page.transport.connect().then(opened)
    await until(() => opened.mock.calls.length > 0)
    expect(isPushed()).toBe(true)
  })
})
