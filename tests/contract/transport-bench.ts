import { afterEach, beforeEach, expect } from 'vitest'
import type { TransportKind } from '#shared/config/features.ts'
import type { MatterId } from '#shared/kanban/matter.ts'
import type { MatterEvent } from '#shared/protocol/events.ts'
import type { PersonalTag } from '#shared/protocol/personal.ts'
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

/** A page that a test opened. */
export interface OpenPage extends LivePage {
  browser: WatchedBrowser
  /** The personal tag that the page has. */
  own: { tag: PersonalTag | null }
}

interface OpenOptions {
  wrap?: (transport: RealTimeTransport) => RealTimeTransport
  protocol?: () => number | null
}

/** So long may anything take that isn't told to take longer. */
export const SOON_MS = 20_000

/** The subject on the ground of the test that is running, and what a test does there. */
export interface TransportBench extends Pick<TransportSubject, 'kind' | 'create'> {
  readonly ground: TransportGround
  /** Every page that was opened, in order. */
  readonly pages: OpenPage[]
  hasSocket: boolean
  /** All news come by the socket once it is there. */
  pushes: boolean
  makeId: () => string
  newMatterId: () => MatterId
  open: (who?: Person, options?: OpenOptions) => OpenPage
  /** The page shows the board, and news come the way that they are to come. */
  openLive: (who?: Person, options?: OpenOptions) => Promise<OpenPage>
  isOnItsWay: (page: LivePage) => boolean
  /** What comes of a promise, while time goes on. */
  ended: <T>(promise: Promise<T>) => Promise<T>
  /** A matter of the colleague’s; `shared`: also the reader’s, `sealed`: behind a wall. */
  createMatter: (title: string, more?: { sealed?: boolean, shared?: boolean }) => Promise<MatterId>
  move: (id: MatterId, to: number) => Promise<void>
  retitle: (id: MatterId, title: string) => Promise<void>
  arrived: (page: LivePage, id: MatterId, title: string) => Promise<void>
  eventsOf: (page: LivePage, event: 'matter:created' | 'matter:updated' | 'matter:deleted', id: MatterId) => MatterEvent[]
  /** Nothing was told twice, and nothing older after something newer. */
  expectInOrder: (page: LivePage, id: MatterId) => void
}

/** Makes a ground before each test from here on, and takes it away after it. */
export function setUpTransports({ ground: makeGround, create, kind }: TransportSubject): TransportBench {
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

  function open(who: Person = 'reader', options: OpenOptions = {}): OpenPage {
    const { wrap = transport => transport, protocol } = options
    const browser = watchBrowser(ground.browserOf(who), ground.clock, { protocol })
    const own = { tag: ground.tagOf(who) }
    const transport = wrap(create(kind, { ...browser, own: () => own.tag }))
    const page = openLivePage({ transport, boardId: ground.boardId, me: ground.people[who], clock: browser.clock, pollMs: ground.pollMs, makeId })
    const opened = Object.assign(page, { browser, own })
    pages.push(opened)
    return opened
  }

  async function openLive(who: Person = 'reader', options: OpenOptions = {}): Promise<OpenPage> {
    const page = open(who, options)
    await ground.until(() => page.runner.state.isConfirmed && isOnItsWay(page), SOON_MS)
    return page
  }

  function isOnItsWay({ transport }: LivePage): boolean {
    const wanted = { polling: 'nothing', priority: 'urgent', hybrid: 'all', websocket: 'all' } as const
    return transport.connection.state === 'live' && transport.delivers === wanted[kind]
  }

  async function ended<T>(promise: Promise<T>): Promise<T> {
    let isOver = false
    const over = () => { isOver = true }
    promise.then(over, over)
    await ground.until(() => isOver, SOON_MS)
    return promise
  }

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

  function expectInOrder(page: LivePage, id: MatterId): void {
    const versions = eventsOf(page, 'matter:updated', id).map(({ matter }) => matter!.version)
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b))
    expect(eventsOf(page, 'matter:created', id).length).toBeLessThanOrEqual(1)
  }

  return {
    kind, create, makeId, newMatterId, open, openLive, isOnItsWay, ended, createMatter, move, retitle, arrived, eventsOf, expectInOrder,
    get ground() { return ground },
    get pages() { return pages },
    hasSocket: kind !== 'polling',
    pushes: kind === 'websocket' || kind === 'hybrid',
  }
}
