import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TransportKind } from '#shared/config/features.ts'
import type { MatterId } from '#shared/kanban/matter.ts'
import type { MatterEvent } from '#shared/protocol/events.ts'
import type { PersonalTag } from '#shared/protocol/personal.ts'
import { Fault } from '#shared/realtime/fault.ts'
import { createSwitchableTransport } from '#shared/realtime/switchable-transport.ts'
import type { TransportOptions } from '#shared/realtime/transport-base.ts'
import type { RealTimeTransport } from '#shared/realtime/transport.ts'
import { buildId } from '../helpers/builders.ts'
import type { LivePage } from '../helpers/live-page.ts'
import { openLivePage } from '../helpers/live-page.ts'
import type { Person, TransportGround, WatchedBrowser } from './transport-ground.ts'
import { watchBrowser } from './transport-ground.ts'

/** What is under test, and the ground that it is tried on. */
export interface TransportSubject {
  /** A fresh server; each test has its own, or at least its own matters. */
  ground: () => Promise<TransportGround>
  create: (kind: TransportKind, world: Pick<WatchedBrowser, 'fetch' | 'openSocket' | 'clock'> & Pick<TransportOptions, 'own'>) => RealTimeTransport
  kind: Exclude<TransportKind, 'off'>
}

interface OpenPage extends LivePage {
  browser: WatchedBrowser
  /** The personal tag that the page has. */
  own: { tag: PersonalTag | null }
}

/** So long may anything take that isn't told to take longer. */
const SOON_MS = 20_000

/** What every `RealTimeTransport` promises (rule T1), whichever way its news take. */
export function transportContract({ ground: makeGround, create, kind }: TransportSubject): void {
  const hasSocket = kind !== 'polling'
  /** All news come by the socket once it is there. */
  const pushes = kind === 'websocket' || kind === 'hybrid'
  let ground: TransportGround
  let pages: OpenPage[]
  let ids = 0

  beforeEach(async () => {
    ground = await makeGround()
    pages = []
    await ground.setWay(kind)
  })
  afterEach(async () => {
    pages.forEach(page => page.close())
    await ground.close()
  })

  const makeId = () => crypto.randomUUID()
  const newMatterId = () => buildId(0x9000_0000_0000 + (process.pid % 0xFFFF) * 0x1_0000 + ++ids)

  function open(who: Person = 'reader', options: { wrap?: (transport: RealTimeTransport) => RealTimeTransport, protocol?: () => number | null } = {}): OpenPage {
    const { wrap = transport => transport, protocol } = options
    const browser = watchBrowser(ground.browserOf(who), ground.clock, { protocol })
    const own = { tag: ground.tagOf(who) }
    const transport = wrap(create(kind, { ...browser, own: () => own.tag }))
    const page = openLivePage({ transport, boardId: ground.boardId, me: ground.people[who], clock: browser.clock, pollMs: ground.pollMs, makeId })
    const opened = Object.assign(page, { browser, own })
    pages.push(opened)
    return opened
  }

  /** The page shows the board, and news come the way that they are to come. */
  async function openLive(who: Person = 'reader', options: Parameters<typeof open>[1] = {}): Promise<OpenPage> {
    const page = open(who, options)
    await ground.until(() => page.runner.state.isConfirmed && isOnItsWay(page), SOON_MS)
    return page
  }

  function isOnItsWay({ transport }: LivePage): boolean {
    const wanted = { polling: 'nothing', priority: 'urgent', hybrid: 'all', websocket: 'all' } as const
    return transport.connection.state === 'live' && transport.delivers === wanted[kind]
  }

  /** What comes of a promise, while time goes on. */
  async function ended<T>(promise: Promise<T>): Promise<T> {
    let isOver = false
    const over = () => { isOver = true }
    promise.then(over, over)
    await ground.until(() => isOver, SOON_MS)
    return promise
  }

  /** A matter of the colleague’s; `shared`: also the reader’s, `sealed`: behind a wall. */
  async function createMatter(title: string, more: { sealed?: boolean, shared?: boolean } = {}): Promise<MatterId> {
    const id = newMatterId()
    const { reader, colleague } = ground.people
    await ground.act('colleague', {
      kind: 'create',
      id,
      args: {
        title, clientName: 'Hoshino Foods K.K.', columnId: ground.columns[0],
        assignments: [
          { memberId: colleague.id, role: 'PRIMARY_LAWYER' },
          ...more.shared ? [{ memberId: reader.id, role: 'SECONDARY_LAWYER' as const }] : [],
        ],
        ...more.sealed && { fields: { confidentiality: 'SEALED' } },
      },
    })
    return id
  }

  const move = (id: MatterId, to: number): Promise<void> =>
    ground.act('colleague', { kind: 'move', id, args: { columnId: ground.columns[to % 2]!, placement: { end: true } } })
  const retitle = (id: MatterId, title: string): Promise<void> => ground.act('colleague', { kind: 'edit', id, args: { set: { title } } })
  const arrived = (page: LivePage, id: MatterId, title: string) => ground.until(() => page.row(id)?.title === title, SOON_MS)
  const eventsOf = (page: LivePage, event: 'matter:created' | 'matter:updated' | 'matter:deleted', id: MatterId): MatterEvent[] =>
    page.heard(event).filter(({ matterId }) => matterId === id)

  /** Nothing was told twice, and nothing older after something newer. */
  function expectInOrder(page: LivePage, id: MatterId): void {
    const versions = eventsOf(page, 'matter:updated', id).map(({ matter }) => matter!.version)
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b))
    expect(eventsOf(page, 'matter:created', id).length).toBeLessThanOrEqual(1)
  }

  describe('the link', () => {
    it('[T1] is closed before it is opened, live after, and closed again', async () => {
      const page = open()
      const { transport } = page
      await ended(transport.connect())
      await ground.until(() => isOnItsWay(page), SOON_MS)
      expect(transport.kind).toBe(kind)
      expect(transport.isConnected()).toBe(true)
      expect(transport.lastConnected).toEqual(expect.any(Number))
      expect(page.heard('connection:established')).toHaveLength(1)
      page.close()
      expect(transport.connection).toEqual({ state: 'closed' })
      expect(transport.isConnected()).toBe(false)
      expect(transport.delivers).toBe('nothing')
      expect(transport.lastConnected).toEqual(expect.any(Number))
    })

    it('[T1] begins closed, without ever having been connected, and asks for nothing', () => {
      const browser = watchBrowser(ground.browserOf('reader'), ground.clock)
      const transport = create(kind, browser)
      expect(transport.connection).toEqual({ state: 'closed' })
      expect(transport.lastConnected).toBeNull()
      expect(transport.delivers).toBe('nothing')
      expect(browser.requests + browser.sockets + browser.timers).toBe(0)
    })

    it('[T1] says by which way news come', async () => {
      const page = await openLive()
      await ground.until(() => page.transport.connection.state === 'live', SOON_MS)
      expect(page.transport.connection).toMatchObject({ state: 'live', via: pushes ? 'socket' : kind === 'priority' ? expect.any(String) : 'polling' })
      expect(page.browser.sockets).toBe(hasSocket ? 1 : 0)
    })

    it('is silent after disconnect: no timer, no request, no socket', async () => {
      const page = await openLive()
      const id = await createMatter('Lease')
      await arrived(page, id, 'Lease')
      page.poller.stop()
      page.transport.disconnect()
      expect(page.browser.openSockets).toBe(0)
      const { requests, sockets } = page.browser
      const told = page.told.length
      const witness = await openLive()
      await retitle(id, 'Sale')
      await arrived(witness, id, 'Sale')
      expect(page.browser).toMatchObject({ requests, sockets, openSockets: 0 })
      expect(page.told).toHaveLength(told)
      page.close()
      expect(page.browser.timers).toBe(0)
    })

    it('takes no question while it is closed', async () => {
      const transport = create(kind, watchBrowser(ground.browserOf('reader'), ground.clock))
      const position = { boardId: ground.boardId, epoch: null, version: 0, cid: makeId() }
      await expect(transport.pull(position)).rejects.toBeInstanceOf(Fault)
      await expect(transport.send(ground.boardId, position.cid, [])).rejects.toBeInstanceOf(Fault)
      await expect(transport.emit('note', { text: 'Hello' })).rejects.toBeInstanceOf(Fault)
    })

    it('keeps its listeners over disconnect and connect', async () => {
      const page = await openLive()
      const id = await createMatter('Lease')
      await arrived(page, id, 'Lease')
      page.transport.disconnect()
      await ended(page.transport.connect())
      await retitle(id, 'Sale')
      await ground.until(() => eventsOf(page, 'matter:updated', id).length > 0, SOON_MS)
      await ground.until(() => isOnItsWay(page), SOON_MS)
      await retitle(id, 'Option')
      await ground.until(() => eventsOf(page, 'matter:updated', id).length > 1, SOON_MS)
      expectInOrder(page, id)
    })

    it('reconnects when it is asked to', async () => {
      const page = await openLive()
      await ended(page.transport.reconnect())
      await ground.until(() => isOnItsWay(page), SOON_MS)
      expect(page.browser.openSockets).toBe(hasSocket ? 1 : 0)
      const id = await createMatter('Lease')
      await arrived(page, id, 'Lease')
    })

    it('hears of an event no more once it is off', async () => {
      const page = await openLive()
      const heard: string[] = []
      const listener = ({ matterId }: MatterEvent) => void heard.push(matterId)
      page.transport.on('matter:created', listener)
      const first = await createMatter('Lease')
      await arrived(page, first, 'Lease')
      page.transport.off('matter:created', listener)
      const second = await createMatter('Sale')
      await arrived(page, second, 'Sale')
      expect(heard).toEqual([first])
    })
  })

  describe('news', () => {
    it('[T1] [C3] bring each of a colleague’s 30 moves once and in order', async () => {
      const page = await openLive()
      const id = await createMatter('Lease')
      await arrived(page, id, 'Lease')
      for (let count = 1; count <= 30; count++) {
        await move(id, count)
        await ground.until(() => eventsOf(page, 'matter:updated', id).length === count, SOON_MS)
      }
      const moves = eventsOf(page, 'matter:updated', id)
      expect(moves.map(({ matter }) => matter!.columnId)).toEqual(Array.from({ length: 30 }, (_, index) => ground.columns[(index + 1) % 2]))
      expectInOrder(page, id)
    })

    it('[R3] [C4] bring a burst of 30 moves to the same end, however they are gathered', async () => {
      const page = await openLive()
      const id = await createMatter('Lease')
      for (let count = 1; count <= 30; count++)
        await move(id, count)
      await retitle(id, 'Lease of the east wing')
      await arrived(page, id, 'Lease of the east wing')
      expect(page.row(id)!.columnId).toBe(ground.columns[0])
      expectInOrder(page, id)
    })

    it('tell a matter’s coming, changing and going once each', async () => {
      const page = await openLive()
      const id = await createMatter('Lease')
      await arrived(page, id, 'Lease')
      await retitle(id, 'Sale')
      await arrived(page, id, 'Sale')
      await ground.act('colleague', { kind: 'delete', id, args: { reason: 'Entered twice' } })
      await ground.until(() => page.row(id) === undefined, SOON_MS)
      expect(eventsOf(page, 'matter:created', id)).toMatchObject([{ matter: { title: 'Lease' }, by: ground.people.colleague.id }])
      expect(eventsOf(page, 'matter:updated', id)).toMatchObject([{ matter: { title: 'Sale' } }])
      expect(eventsOf(page, 'matter:deleted', id)).toMatchObject([{ matter: null }])
    })

    it('tell of a comment once', async () => {
      const page = await openLive()
      const id = await createMatter('Lease')
      await arrived(page, id, 'Lease')
      await ground.act('colleague', { kind: 'comment', id, args: { action: 'add', commentId: newMatterId(), body: 'The client agreed.' } })
      await ground.until(() => page.heard('comment:created').length > 0, SOON_MS)
      expect(page.heard('comment:created')).toEqual([{ boardId: ground.boardId, matterId: id, count: 1 }])
    })

    it('[M4] bring the end of an own change, and the colleague what was changed', async () => {
      const [page, other] = [await openLive(), await openLive('colleague')]
      const id = await createMatter('Lease', { shared: true })
      await arrived(page, id, 'Lease')
      await arrived(other, id, 'Lease')
      const { settled } = page.runner.submit({ kind: 'edit', id, args: { set: { title: 'Sale' } } })
      expect(await ended(settled)).toMatchObject({ ok: true })
      await arrived(page, id, 'Sale')
      await arrived(other, id, 'Sale')
      await ground.until(() => page.runner.state.entries.length === 0, SOON_MS)
      expect(eventsOf(page, 'matter:updated', id)).toHaveLength(1)
      expect(eventsOf(other, 'matter:updated', id)).toHaveLength(1)
    })

    it('come no more once the board was left', async () => {
      const page = await openLive()
      page.poller.stop()
      page.transport.join(ground.boardId, () => ({ boardId: ground.boardId, epoch: null, version: 0, cid: '' }))()
      const witness = await openLive()
      const id = await createMatter('Lease')
      await arrived(witness, id, 'Lease')
      expect(eventsOf(page, 'matter:created', id)).toEqual([])
      expect(page.browser.openSockets).toBe(0)
    })

    it('[T1] are neither lost nor doubled when the transport is swapped in the middle of a stream', async () => {
      let swap: (to: TransportKind) => void = () => {}
      const page = await openLive('reader', {
        wrap(first) {
          const link = createSwitchableTransport(first)
          swap = to => link.swap(create(to, pages.at(-1)!.browser))
          return link
        },
      })
      const id = await createMatter('Lease')
      await arrived(page, id, 'Lease')
      const ways: TransportKind[] = ['polling', kind, hasSocket ? 'websocket' : 'polling', 'polling', kind]
      for (const [round, way] of ways.entries()) {
        await move(id, 2 * round + 1)
        swap(way)
        await move(id, 2 * round)
        await retitle(id, `Lease ${round}`)
        await arrived(page, id, `Lease ${round}`)
      }
      await ground.until(() => isOnItsWay(page), SOON_MS)
      await retitle(id, 'Sale')
      await arrived(page, id, 'Sale')
      expectInOrder(page, id)
      expect(page.browser.openSockets).toBe(hasSocket ? 1 : 0)
    })

    it('[C1] lead to the right board after a reset', async () => {
      const page = await openLive()
      const id = await createMatter('Lease')
      await arrived(page, id, 'Lease')
      const { epoch } = page.runner.state.confirmed
      await ground.renewEpoch()
      await retitle(id, 'Sale')
      await arrived(page, id, 'Sale')
      expect(page.runner.state.confirmed.epoch).not.toBe(epoch)
      await ground.until(() => isOnItsWay(page), SOON_MS)
      await retitle(id, 'Option')
      await arrived(page, id, 'Option')
    })
  })

  describe('walls', () => {
    it('[W3] [C6] take a matter away, and no byte of it comes after that', async () => {
      const page = await openLive()
      const [walled, open] = [await createMatter('Lease'), await createMatter('Sale')]
      await arrived(page, walled, 'Lease')
      await ground.act('colleague', { kind: 'edit', id: walled, args: { set: { confidentiality: 'SEALED', title: 'Hostile takeover' } } })
      await ground.until(() => page.row(walled) === undefined, SOON_MS)
      expect(eventsOf(page, 'matter:deleted', walled)).toHaveLength(1)
      await retitle(walled, 'Hostile takeover of Kitahama')
      await move(walled, 1)
      await retitle(open, 'Sale of the east wing')
      await arrived(page, open, 'Sale of the east wing')
      expect(page.browser.bytes.join('\n')).not.toContain('Hostile')
      expect(JSON.stringify(page.told)).not.toContain('Hostile')
      expect(JSON.stringify([...page.runner.state.confirmed.rows.values()])).not.toContain('Hostile')
    })

    it('[W3] a matter behind one is named in no event', async () => {
      const [page, other] = [await openLive(), await openLive('colleague')]
      const walled = await createMatter('Hostile takeover', { sealed: true })
      await arrived(other, walled, 'Hostile takeover')
      await ended(other.transport.emit('member:activity', { tab: 't1', matterId: walled, action: 'editing' }))
      await ended(other.transport.emit('note', { text: 'Lunch at noon' }))
      await ground.until(() => page.heard('note').length > 0, SOON_MS)
      expect(page.heard('member:activity')).toEqual([])
      expect(page.browser.bytes.join('\n')).not.toContain(walled)
    })
  })

  describe('events', () => {
    it('[A4] reach the others once and not who sent them', async () => {
      const [page, other] = [await openLive(), await openLive('colleague')]
      const id = await createMatter('Lease')
      await arrived(page, id, 'Lease')
      await ended(other.transport.emit('member:activity', { tab: 't1', matterId: id, action: 'viewing' }))
      await ended(other.transport.emit('note', { text: 'Lunch at noon' }))
      await ended(page.transport.emit('note', { text: 'Gladly' }))
      await ground.until(() => page.heard('note').length > 0 && page.heard('member:activity').length > 0 && other.heard('note').length > 0, SOON_MS)
      const { reader, colleague } = ground.people
      expect(page.heard('member:activity')).toMatchObject([{ boardId: ground.boardId, from: colleague.id, data: { tab: 't1', matterId: id, action: 'viewing' } }])
      expect(page.heard('note')).toMatchObject([{ from: colleague.id, data: { text: 'Lunch at noon' } }])
      expect(other.heard('note')).toMatchObject([{ from: reader.id, data: { text: 'Gladly' } }])
    })

    it('[A4] that the server doesn’t take are refused to who sent them', async () => {
      const page = await openLive()
      await expect(ended(page.transport.emit('member:activity', { tab: 't1', matterId: newMatterId(), action: 'viewing' }))).rejects.toMatchObject({ kind: 'refused' })
    })

    it('say that the firm wants another way', async () => {
      const page = await openLive()
      const next = hasSocket ? 'polling' : 'hybrid'
      await ground.setWay(next)
      await ground.until(() => page.policies.length > 0, SOON_MS)
      expect(page.policies[0]).toEqual({ transport: next })
    })
  })

  describe('who is on the board', () => {
    const namedBy = async (page: OpenPage) => (await ended(page.transport.presence(ground.boardId))).members.map(({ id }) => id)

    it('[A1] is told as it changes, and read as a list with where they are', async () => {
      const page = await openLive()
      const other = await openLive('colleague')
      const { colleague } = ground.people
      await ground.until(() => page.heard('member:joined').length > 0, SOON_MS)
      expect(page.heard('member:joined')).toMatchObject([{ boardId: ground.boardId, from: colleague.id }])
      const id = await createMatter('Lease')
      await ended(other.transport.emit('member:activity', { tab: 't1', matterId: id, action: 'editing', field: 'title' }))
      expect(await ended(page.transport.presence(ground.boardId))).toEqual({
        boardId: ground.boardId,
        enabled: true,
        members: [{ id: colleague.id, since: expect.any(Number), places: [{ tab: 't1', matterId: id, action: 'editing', field: 'title' }] }],
      })
    })

    it('[A3] is nobody who doesn\'t want to be seen: they have left at once, and what they do is told to nobody', async () => {
      const [page, other] = [await openLive(), await openLive('colleague')]
      const { colleague } = ground.people
      await ground.until(() => page.heard('member:joined').length > 0, SOON_MS)
      await ground.choosePresence('colleague', 'invisible')
      try {
        await ground.until(() => page.heard('member:left').length > 0, SOON_MS)
        await ended(other.transport.emit('member:activity', { tab: 't1', matterId: null, action: 'viewing' }))
        await ended(other.transport.emit('note', { text: 'Lunch at noon' }))
        await ground.until(() => page.heard('note').length > 0, SOON_MS)
        expect([page.heard('member:activity'), await namedBy(page)]).toEqual([[], []])
      }
      finally {
        await ground.choosePresence('colleague', 'visible')
      }
      await ground.until(() => page.heard('member:joined').length > 1, SOON_MS)
      expect(await namedBy(page)).toEqual([colleague.id])
    })
  })

  describe('where somebody points', () => {
    const at = (x: number) => ({ at: { columnId: ground.columns[0], matterId: null, x, y: 0.25 } })

    it('[A2] comes over a live socket to who wants it, over a new one, too, and costs no request', async () => {
      const [page, other] = [await openLive(), await openLive('colleague')]
      const { requests } = other.browser
      await other.transport.emit('cursor', at(0.125))
      await ended(other.transport.emit('note', { text: 'before' }))
      await ground.until(() => page.heard('note').length > 0, SOON_MS)
      expect(page.heard('cursor')).toEqual([])
      page.transport.want({ cursors: true })
      if (!hasSocket) {
        await other.transport.emit('cursor', at(0.5))
        await ended(other.transport.emit('note', { text: 'after' }))
        await ground.until(() => page.heard('note').length > 1, SOON_MS)
        expect(page.heard('cursor')).toEqual([])
        expect(other.browser.requests).toBeGreaterThan(requests)
        expect(other.browser.bytes.join()).not.toContain('VALIDATION')
        return
      }
      const pointUntil = async (x: number) => {
        // What isn't kept may come too early.
        await ground.until(() => {
          void other.transport.emit('cursor', at(x))
          return page.heard('cursor').some(({ data }) => data.at?.x === x)
        }, SOON_MS)
      }
      await pointUntil(0.5)
      expect(page.heard('cursor').at(-1)).toMatchObject({ boardId: ground.boardId, from: ground.people.colleague.id, data: at(0.5) })
      expect(other.heard('cursor')).toEqual([])
      ground.cutSockets()
      await pointUntil(0.75)
      page.transport.want({ cursors: false })
    })
  })

  describe('what is the reader\'s own', () => {
    it('[N2] is told of when the page has another tag, once it is another, and not any more once the page has it', async () => {
      const page = await openLive()
      const id = await createMatter('Lease')
      await arrived(page, id, 'Lease')
      expect(page.heard('personal')).toEqual([])
      await ground.moveTag('colleague')
      await ground.moveTag('reader')
      await ground.until(() => page.heard('personal').length > 0, SOON_MS)
      page.own.tag = ground.tagOf('reader')
      const told = page.heard('personal')
      expect(told.at(-1)).toEqual({ tag: page.own.tag })
      await retitle(id, 'Lease II')
      await arrived(page, id, 'Lease II')
      expect(page.heard('personal')).toEqual(told)
    })

    it('[N2] is told of to everybody where it is everybody\'s, on whatever they look at', async () => {
      const [page, other] = [await openLive(), await openLive('colleague')]
      await ground.moveTag(null)
      await ground.until(() => page.heard('personal').length > 0 && other.heard('personal').length > 0, SOON_MS)
      expect(page.heard('personal').at(-1)).toEqual({ tag: ground.tagOf('reader') })
      expect(other.heard('personal').at(-1)).toEqual({ tag: ground.tagOf('colleague') })
    })

    it('[N2] is made up for by whoever was away meanwhile', async () => {
      const page = await openLive()
      ground.goDown()
      await ground.until(() => !page.transport.isConnected(), SOON_MS)
      await ground.moveTag('reader')
      ground.comeBack()
      await ground.until(() => page.heard('personal').length > 0, 3 * SOON_MS)
      expect(page.heard('personal').at(-1)).toEqual({ tag: ground.tagOf('reader') })
    })
  })

  describe('when something fails', () => {
    it('[T5] a server that goes away is noticed, and what happened until it came back is caught up with', async () => {
      const page = await openLive()
      const id = await createMatter('Lease')
      await arrived(page, id, 'Lease')
      ground.goDown()
      await ground.until(() => page.transport.connection.state === 'waiting', SOON_MS)
      expect(page.transport.isConnected()).toBe(false)
      expect(page.transport.delivers).toBe('nothing')
      await retitle(id, 'Sale')
      ground.comeBack()
      await arrived(page, id, 'Sale')
      await ground.until(() => isOnItsWay(page), SOON_MS)
      expect(page.heard('connection:lost')).toHaveLength(1)
      const restored = page.heard('connection:restored')
      expect(restored).toHaveLength(1)
      expect(restored[0]!.downtime).toBeGreaterThanOrEqual(0)
      expect(restored[0]!.at - restored[0]!.downtime).toBe(page.heard('connection:lost')[0]!.at)
      expectInOrder(page, id)
    })

    it('[K1] a page that is too old is refused', async () => {
      let protocol: number | null = null
      const page = await openLive('reader', { protocol: () => protocol })
      protocol = 0
      ground.cutSockets()
      await ground.until(() => page.transport.connection.state === 'refused', SOON_MS)
      expect(page.transport.connection).toEqual({ state: 'refused', code: 'UPGRADE_REQUIRED' })
    })

    it('[W5] a session that ends pauses the link, and nothing more comes', async () => {
      const page = await openLive()
      const id = await createMatter('Lease')
      await arrived(page, id, 'Lease')
      await ground.signOut('reader')
      await ground.until(() => page.transport.connection.state === 'paused', SOON_MS)
      expect(page.transport.connection).toEqual({ state: 'paused', reason: 'signed-out' })
      const other = await openLive('colleague')
      await retitle(id, 'Sale')
      await arrived(other, id, 'Sale')
      expect(page.row(id)!.title).toBe('Lease')
      expect(page.browser.openSockets).toBe(0)
    })

    if (hasSocket) {
      it('[T2] is live by polling, and says so, where no socket gets through', async () => {
        ground.refuseUpgrades(true)
        const page = open()
        await ground.until(() => page.transport.connection.state === 'live', 2_000)
        const id = await createMatter('Lease')
        await arrived(page, id, 'Lease')
        await ground.until(() => 'lacks' in page.transport.connection && page.transport.connection.lacks === 'blocked', SOON_MS)
        expect(page.transport.connection).toMatchObject({ state: 'live', via: 'polling' })
        expect(page.transport.delivers).toBe('nothing')
      })

      it('[S3] finds out a socket that stands and carries nothing', async () => {
        const page = await openLive()
        page.transport.enableHeartbeat({ afterMs: 300, timeoutMs: 300 })
        ground.muteSockets()
        await ground.until(() => page.transport.delivers === 'nothing', SOON_MS)
        const id = await createMatter('Lease')
        await arrived(page, id, 'Lease')
      })

      it('[T2] loses and doubles nothing on a socket that breaks in the middle of a stream', async () => {
        const page = await openLive()
        page.transport.setReconnectOptions({ baseMs: 20, youngCapMs: 50 })
        const id = await createMatter('Lease')
        await arrived(page, id, 'Lease')
        for (let round = 0; round < 4; round++) {
          await move(id, 2 * round + 1)
          ground.cutSockets()
          await move(id, 2 * round)
          await retitle(id, `Lease ${round}`)
          await arrived(page, id, `Lease ${round}`)
        }
        expectInOrder(page, id)
        expect(page.row(id)!.columnId).toBe(ground.columns[0])
      })
    }
  })
}
