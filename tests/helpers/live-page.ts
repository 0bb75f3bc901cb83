import type { BoardId } from '#shared/kanban/board.ts'
import type { Matter, MatterId } from '#shared/kanban/matter.ts'
import type { Member } from '#shared/kanban/member.ts'
import type { RealTimeEvents } from '#shared/protocol/events.ts'
import { REAL_TIME_EVENTS } from '#shared/protocol/events.ts'
import type { SnapshotAnswer } from '#shared/protocol/messages.ts'
import type { Clock } from '#shared/realtime/clock.ts'
import type { Connection } from '#shared/realtime/connection.ts'
import type { Poller } from '#shared/realtime/poller.ts'
import { createPoller } from '#shared/realtime/poller.ts'
import type { BoardPosition, RealTimeTransport, TransportEvents } from '#shared/realtime/transport.ts'
import type { BoardRunner } from '#shared/sync/board-runner.ts'
import { createBoardRunner } from '#shared/sync/board-runner.ts'
import type { BoardStorage } from '#shared/sync/board-storage.ts'
import { createMemoryStorage } from '#shared/sync/memory-storage.ts'

/** Something that a transport told, in the order in which it was heard. */
export type Told = { [Event in keyof RealTimeEvents]: { event: Event, data: RealTimeEvents[Event] } }[keyof RealTimeEvents]

/** One board on a page without a screen: the real engine, poller and transport, and what they were told. */
export interface LivePage {
  readonly transport: RealTimeTransport
  readonly runner: BoardRunner
  readonly poller: Poller
  readonly told: readonly Told[]
  /** The data of one kind of event. */
  heard: <Event extends keyof RealTimeEvents>(event: Event) => RealTimeEvents[Event][]
  /** Every connection that was told. */
  readonly connections: readonly Connection[]
  readonly policies: readonly TransportEvents['policy'][]
  readonly version: number
  row: (id: MatterId) => Matter | undefined
  /** Ends the page: nothing of it goes on. */
  close: () => void
}

/** How often a page that is pushed to asks all the same. */
const SAFETY_MS = 60_000

/** Opens a board as a page does: connects, joins, and asks every so often unless everything comes by itself. */
export function openLivePage({ transport, boardId, me, clock, pollMs, makeId, storage = createMemoryStorage({ makeId }), snapshot }: {
  transport: RealTimeTransport
  boardId: BoardId
  me: Member
  clock: Clock
  /** Milliseconds between two polls. */
  pollMs: number
  makeId: () => string
  /** What the device keeps, for pages of one browser. @default a device of its own */
  storage?: BoardStorage
  /** Rows that come with the page. */
  snapshot?: SnapshotAnswer
}): LivePage {
  const told: Told[] = []
  const connections: Connection[] = []
  const policies: TransportEvents['policy'][] = []
  const runner = createBoardRunner({
    boardId, me, clock, makeId,
    world: { storage, transport, tabs: { tell: () => {}, onTold: () => () => {}, close: () => {} } },
    onChange: () => {},
    onNews: () => {},
    onSettled: () => {},
  })
  const poller = createPoller({
    clock,
    exchange: signal => runner.sync(signal),
    interval: () => transport.delivers === 'all' ? SAFETY_MS : pollMs,
    immediate: true, staleTime: 0, retryAttempts: 3, retryDelay: pollMs, backoffMultiplier: 2, maxInterval: 10 * pollMs, timeoutMs: 30_000,
    onState: () => {},
  })

  let delivered = transport.delivers
  const stops = [
    ...REAL_TIME_EVENTS.map(event => transport.on(event, data => void told.push({ event, data } as Told))),
    transport.on('policy', policy => void policies.push(policy)),
    transport.on('connection', (connection) => {
      connections.push(connection)
      if (transport.delivers === delivered)
        return
      delivered = transport.delivers
      poller.replan()
      if (delivered === 'nothing')
        poller.nudge()
    }),
  ]
  const position = (): BoardPosition => {
    const { confirmed: { epoch, version }, cid } = runner.state
    return { boardId, epoch, version, cid }
  }
  if (snapshot)
    runner.start(snapshot, true)
  const leave = transport.join(boardId, position, () => runner.state.confirmed)
  void runner.open()
  void transport.connect()
  poller.start()

  return {
    transport, runner, poller, told, connections, policies,
    heard: event => told.flatMap(one => one.event === event ? [one.data as never] : []),
    get version() { return runner.state.confirmed.version },
    row: id => runner.state.confirmed.rows.get(id),
    close() {
      poller.stop()
      leave()
      stops.forEach(stop => stop())
      runner.close()
      transport.disconnect()
    },
  }
}
