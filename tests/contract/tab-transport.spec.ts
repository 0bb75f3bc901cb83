import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TransportKind } from '#shared/config/features.ts'
import type { MatterId } from '#shared/kanban/matter.ts'
import { createTransport } from '#shared/realtime/create-transport.ts'
import type { SwitchableTransport } from '#shared/realtime/switchable-transport.ts'
import { createSwitchableTransport } from '#shared/realtime/switchable-transport.ts'
import type { TabTransport } from '#shared/realtime/tab-transport.ts'
import { createTabTransport } from '#shared/realtime/tab-transport.ts'
import type { BoardStorage } from '#shared/sync/board-storage.ts'
import { createMemoryStorage } from '#shared/sync/memory-storage.ts'
import { buildId, PEOPLE } from '../helpers/builders.ts'
import type { FakeBrowser, FakeTab } from '../helpers/fake-browser.ts'
import { createFakeBrowser } from '../helpers/fake-browser.ts'
import type { LivePage } from '../helpers/live-page.ts'
import { openLivePage } from '../helpers/live-page.ts'
import type { FakeGround } from './fake-ground.ts'
import { createFakeGround } from './fake-ground.ts'
import { transportContract } from './transport.contract.ts'
import type { WatchedBrowser } from './transport-ground.ts'
import { watchBrowser } from './transport-ground.ts'

const say = async () => {}
const makeId = () => crypto.randomUUID()

describe.each(['polling', 'hybrid', 'websocket'] as const)('the leading tab over %s', (kind) => {
  transportContract({
    kind,
    create: (way, world) => {
      const { ports } = createFakeBrowser({ clock: world.clock }).open()
      return createTabTransport(createTransport(way, world), { memberId: () => 'reader', ports, say, clock: world.clock })
    },
    ground: async () => createFakeGround(),
  })
})

interface Tab extends LivePage {
  transport: TabTransport
  inside: SwitchableTransport
  browser: WatchedBrowser
  tab: FakeTab
}

describe('five tabs of a board, each with its engine', () => {
  let ground: FakeGround
  let browser: FakeBrowser
  let storage: BoardStorage
  let tabs: Tab[]
  const id: MatterId = buildId(0x9000)

  function openTab(kind: TransportKind): Tab {
    const world = watchBrowser(ground.browserOf('reader'), ground.clock)
    const tab = browser.open()
    const inside = createSwitchableTransport(createTransport(kind, { ...world, clock: tab.clock }))
    const transport = createTabTransport(inside, { memberId: () => PEOPLE.associate.id, ports: tab.ports, say, clock: tab.clock })
    const page = openLivePage({
      transport, boardId: ground.boardId, me: ground.people.reader, clock: tab.clock, pollMs: ground.pollMs, makeId, storage,
    })
    transport.onRole(() => page.poller.setPaused('following', transport.isFollowing))
    transport.on('policy', policy => policy.transport !== transport.kind && inside.swap(createTransport(policy.transport, { ...world, clock: tab.clock })))
    return Object.assign(page, { transport, inside, browser: world, tab })
  }

  async function openTabs(kind: TransportKind): Promise<void> {
    await ground.setWay(kind)
    for (let count = 0; count < 5; count++)
      tabs.push(openTab(kind))
    await ground.until(() => tabs.filter(({ transport }) => transport.isFollowing).length === 4 && tabs.every(({ runner }) => runner.state.isConfirmed))
    await ground.clock.advance(5_000)
  }

  /** By the colleague, on a matter that is the reader's, too. */
  async function create(): Promise<void> {
    const assignments = [{ memberId: ground.people.reader.id, role: 'PRIMARY_LAWYER' as const }]
    await ground.act('colleague', { kind: 'create', id, args: { title: 'new', clientName: 'Hoshino', columnId: ground.columns[0], assignments } })
  }

  const act = (title: string) => ground.act('colleague', { kind: 'edit', id, args: { set: { title } } })
  const sockets = () => tabs.reduce((count, { browser: { openSockets } }) => count + openSockets, 0)
  const allHave = (title: string, withinMs?: number) => ground.until(() => tabs.every(page => page.row(id)?.title === title), withinMs)

  function expectEachOnce(): void {
    for (const page of tabs) {
      const versions = page.heard('matter:updated').map(({ matter }) => matter!.version)
      expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b))
      expect(page.heard('matter:created').length).toBeLessThanOrEqual(1)
    }
  }

  beforeEach(() => {
    ground = createFakeGround()
    browser = createFakeBrowser({ clock: ground.clock })
    storage = createMemoryStorage({ makeId })
    tabs = []
  })
  afterEach(async () => {
    tabs.forEach(tab => tab.close())
    await ground.close()
  })

  it.each(['websocket', 'hybrid', 'polling'] as const)('[L1] hear every change of a colleague once over one connection: %s', async (kind) => {
    await openTabs(kind)
    await ground.until(() => sockets() === (kind === 'polling' ? 0 : 1))
    const asked = tabs.map(({ browser: { requests } }) => requests)
    await create()
    for (let count = 1; count <= 20; count++)
      await act(`change ${count}`)
    await allHave('change 20', 5_000)
    expectEachOnce()
    const followers = tabs.flatMap(({ transport, browser: { requests } }, index) => transport.isFollowing ? [requests - asked[index]!] : [])
    expect(followers).toEqual([0, 0, 0, 0])
  })

  it('[L1] miss nothing and hear nothing twice when the leader closes in the middle of a stream', async () => {
    await openTabs('websocket')
    await create()
    await act('change 1')
    const leader = tabs.find(({ transport }) => transport.role === 'leader')!
    tabs = tabs.filter(tab => tab !== leader)
    leader.close()
    leader.tab.crash()
    await act('change 2')
    await ground.until(() => tabs.some(({ transport }) => transport.role === 'leader'), 2_000)
    await act('change 3')
    await allHave('change 3', 2_000)
    await ground.until(() => sockets() === 1)
    expectEachOnce()
  })

  it('[L2] are led by another within 12 seconds of a leader that is frozen, whose thaw changes nothing', async () => {
    await openTabs('websocket')
    await create()
    await allHave('new')
    const leader = tabs.find(({ transport }) => transport.role === 'leader')!
    leader.tab.freeze()
    await act('change 1')
    await ground.until(() => tabs.every(page => page === leader || page.row(id)?.title === 'change 1'), 8_000)
    await ground.until(() => tabs.some(page => page !== leader && page.transport.role === 'leader'), 12_000)
    leader.tab.thaw()
    await act('change 2')
    await allHave('change 2', 5_000)
    await ground.until(() => sockets() === 1, 10_000)
    expect(leader.transport.role).toBe('follower')
    expectEachOnce()
  })

  it('[L1] follow the firm to another way together', async () => {
    await openTabs('websocket')
    await create()
    await ground.setWay('polling')
    await ground.until(() => tabs.every(({ transport }) => transport.kind === 'polling'), 5_000)
    expect(sockets()).toBe(0)
    await act('change 1')
    await allHave('change 1', 5_000)
    expect(tabs.filter(({ transport }) => transport.isFollowing)).toHaveLength(4)
    await ground.setWay('websocket')
    await ground.until(() => tabs.every(({ transport }) => transport.kind === 'websocket'), 5_000)
    await ground.until(() => sockets() === 1)
    await act('change 2')
    await allHave('change 2', 5_000)
    expectEachOnce()
  })

  it('[M4] send what was done in any of them, and all show it', async () => {
    await openTabs('websocket')
    await create()
    await allHave('new')
    const follower = tabs.find(({ transport }) => transport.isFollowing)!
    const { settled } = follower.runner.submit({ kind: 'edit', id, args: { set: { title: 'mine' } } })
    await allHave('mine', 5_000)
    await expect(settled).resolves.toMatchObject({ ok: true })
    await ground.until(() => follower.runner.state.entries.length === 0)
  })
})
