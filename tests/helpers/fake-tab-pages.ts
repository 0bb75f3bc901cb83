import type { MatterId } from '#shared/kanban/matter.ts'
import type { UpdatesAnswer } from '#shared/protocol/messages.ts'
import type { Timer } from '#shared/realtime/clock.ts'
import type { Connection } from '#shared/realtime/connection.ts'
import { Fault } from '#shared/realtime/fault.ts'
import type { TabTransport } from '#shared/realtime/tab-transport.ts'
import { createTabTransport } from '#shared/realtime/tab-transport.ts'
import type { BoardPosition, PullOutcome, RealTimeTransport, TransportWishes } from '#shared/realtime/transport.ts'
import type { TransportEmitter } from '#shared/realtime/transport-events.ts'
import { createTransportEmitter } from '#shared/realtime/transport-events.ts'
import { BOARD_ID, PEOPLE } from './builders.ts'
import type { FakeBrowser, FakeTab, FakeTabOptions } from './fake-browser.ts'
import type { VirtualClock } from './virtual-clock.ts'
import { buildSnapshot, buildUpdates } from './wire-builders.ts'

const HTTP_MS = 20
const PUSH_MS = 10
const POLL_MS = 5_000

/** A server that knows one board, of which only the position counts. */
export interface FakeBoardServer {
  epoch: string
  version: number
  /** Nobody gets an answer. */
  isAway: boolean
  /** The board moves on by one; every joined link hears of it. */
  write: () => void
  readonly links: Set<FakeLink>
}

/** A link of its own to that server. */
export interface FakeLink extends RealTimeTransport {
  readonly tell: TransportEmitter['tell']
  readonly isJoined: boolean
  /** How often something was asked by HTTP. */
  readonly pulls: number
  readonly focused: readonly MatterId[]
  readonly wanted: readonly TransportWishes[]
  readonly attended: readonly boolean[]
  readonly reconnects: number
  connection: Connection
  push: () => void
}

export function createFakeBoardServer(): FakeBoardServer {
  const server: FakeBoardServer = {
    epoch: 'e1',
    version: 1,
    isAway: false,
    links: new Set(),
    write() {
      server.version++
      server.links.forEach(link => link.push())
    },
  }
  return server
}

/** While it is joined, all that the server has comes by itself. */
export function createFakeLink(server: FakeBoardServer, tab: FakeTab, clock: VirtualClock): FakeLink {
  const emitter = createTransportEmitter()
  let joined: { position: () => BoardPosition, epoch: string | null, version: number } | null = null
  let isOpen = false
  let pulls = 0
  let reconnects = 0
  let focused: readonly MatterId[] = []
  const attended: boolean[] = []
  const wanted: TransportWishes[] = []

  /** Something that takes a while, and reaches the tab when it can be reached. */
  const later = (ms: number, task: () => void) => void clock.setTimer(() => tab.run(task), ms)

  function push(): void {
    const mine = joined
    if (!mine || mine.epoch === null || server.isAway || mine.version >= server.version)
      return
    const answer = buildUpdates({ epoch: server.epoch, from: mine.version, version: server.version })
    mine.version = server.version
    later(PUSH_MS, () => joined === mine && emitter.tell('updates', { boardId: BOARD_ID, answer }))
  }

  function answerTo({ epoch, version }: BoardPosition): PullOutcome {
    if (epoch === null)
      return { kind: 'snapshot', answer: buildSnapshot({ epoch: server.epoch, version: server.version }) }
    if (epoch !== server.epoch)
      return { kind: 'reset', why: 'epoch' }
    if (version === server.version)
      return { kind: 'unchanged' }
    return { kind: 'updates', answer: buildUpdates({ epoch, from: version, version: server.version }) }
  }

  const link: FakeLink = {
    kind: 'websocket',
    connection: { state: 'closed' },
    delivers: 'all',
    lastConnected: null,
    ...emitter,
    get isJoined() { return joined !== null },
    get pulls() { return pulls },
    get focused() { return focused },
    wanted,
    get attended() { return attended },
    get reconnects() { return reconnects },
    push,
    isConnected: () => link.connection.state === 'live',
    async connect() {
      isOpen = true
    },
    disconnect() {
      isOpen = false
      link.connection = { state: 'closed' }
    },
    async reconnect() {
      reconnects++
    },
    setReconnectOptions: () => {},
    enableHeartbeat: () => {},
    emit: async () => {},
    join(_boardId, position) {
      const mine = joined = { position, ...position() }
      server.links.add(link)
      link.connection = { state: 'live', since: clock.now(), via: 'socket' }
      later(PUSH_MS, () => {
        emitter.tell('connection', link.connection)
        push()
      })
      return () => {
        if (joined !== mine)
          return
        joined = null
        server.links.delete(link)
        link.connection = { state: 'connecting' }
      }
    },
    want: wishes => void wanted.push(wishes),
    focus(matterIds) {
      focused = matterIds
    },
    attend: isLooking => void attended.push(isLooking),
    pull: position => new Promise((resolve, reject) => {
      pulls++
      later(HTTP_MS, () => {
        if (server.isAway || !isOpen)
          return reject(new Fault('network'))
        const outcome = answerTo(position)
        if (joined && outcome.kind === 'snapshot')
          Object.assign(joined, { epoch: server.epoch, version: server.version })
        if (joined && outcome.kind === 'updates')
          joined.version = server.version
        resolve(outcome)
      })
    }),
    send: async (_boardId, cid) => ({ protocol: 1, cid, results: [] }),
    compare: async () => ({ same: null }),
    presence: async boardId => ({ boardId, enabled: true, members: [] }),
  }
  return link
}

/** A page on the board: it takes in what is told as the engine does (rules C1–C3), and polls while it doesn't follow. */
export interface FakeTabPage {
  readonly tab: FakeTab
  readonly transport: TabTransport
  readonly link: FakeLink
  readonly position: BoardPosition
  /** Every version that was taken in. */
  readonly applied: number[]
  /** How often the rows were said to be right. */
  readonly confirmed: number
  show: () => void
  hide: () => void
  /** Closed by its reader. */
  close: () => void
}

export interface FakePagesOptions {
  browser: FakeBrowser
  server: FakeBoardServer
  clock: VirtualClock
}

export interface FakePageOptions extends FakeTabOptions {
  memberId?: string | null
  /** The outbox. @default 'cid-1', one for all tabs */
  cid?: string
  say?: (...args: unknown[]) => Promise<void>
}

/** Opens pages, each in a tab of its own. */
export function createFakePages({ browser, server, clock }: FakePagesOptions): (options?: FakePageOptions) => FakeTabPage {
  return ({ memberId = PEOPLE.partner.id, cid = 'cid-1', say = async () => {}, ...options } = {}) => {
    const tab = browser.open(options)
    const link = createFakeLink(server, tab, clock)
    const transport = createTabTransport(link, { memberId: () => memberId, ports: tab.ports, say, clock: tab.clock })
    const position: BoardPosition = { boardId: BOARD_ID, epoch: null, version: 0, cid }
    const applied: number[] = []
    let confirmed = 0
    let flight = false
    let isWanted = false
    let pollTimer: Timer | null = null

    function take(answer: UpdatesAnswer): void {
      if (position.epoch === null || answer.epoch !== position.epoch)
        return ask()
      if (answer.version <= position.version)
        return void confirmed++
      if (answer.from !== position.version)
        return ask()
      for (let version = answer.from + 1; version <= answer.version; version++)
        applied.push(version)
      position.version = answer.version
    }

    function ask(): void {
      isWanted = flight
      if (flight)
        return
      flight = true
      transport.pull({ ...position }).then(takeOutcome, () => {}).then(() => {
        flight = false
        if (isWanted)
          ask()
      })
    }

    function takeOutcome(outcome: PullOutcome): void {
      switch (outcome.kind) {
        case 'snapshot': return void Object.assign(position, { epoch: outcome.answer.epoch, version: outcome.answer.version })
        case 'updates': return take(outcome.answer)
        case 'reset':
          Object.assign(position, { epoch: null, version: 0 })
          isWanted = true
          return
        default: confirmed++
      }
    }

    function poll(): void {
      if (tab.isVisible && !transport.isFollowing)
        ask()
      plan(POLL_MS)
    }

    function plan(ms: number): void {
      tab.clock.clearTimer(pollTimer)
      pollTimer = tab.clock.setTimer(poll, ms)
    }

    function see(isVisible: boolean): void {
      tab.isVisible = isVisible
      tab.run(() => {
        transport.attend(isVisible)
        if (isVisible)
          plan(50)
      })
    }

    let wasFollowing = false
    transport.on('updates', ({ answer }) => take(answer))
    transport.onRole(() => {
      if (wasFollowing && !transport.isFollowing)
        plan(50)
      wasFollowing = transport.isFollowing
    })
    void transport.connect()
    transport.join(BOARD_ID, () => ({ ...position }))
    ask()
    plan(POLL_MS)

    return {
      tab, transport, link, position, applied,
      get confirmed() { return confirmed },
      show: () => see(true),
      hide: () => see(false),
      close() {
        tab.run(() => transport.disconnect())
        tab.crash()
        server.links.delete(link)
      },
    }
  }
}
