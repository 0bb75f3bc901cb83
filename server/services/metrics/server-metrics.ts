import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'
import type { BoardHub } from '#server/services/board-hub.ts'
import type { SocketRegistry } from '#server/services/realtime/socket-registry.ts'
import type { ServerTally } from './tally.ts'

/** What is looked at when somebody asks, and costs nothing before. */
export interface MeasuredFirm {
  hub: Pick<BoardHub, 'waiting'>
  sockets: Pick<SocketRegistry, 'ways'>
  bus: { isConnected: () => boolean | null }
}

/** A process in numbers, for those who run it: no name, no id and no address is ever a label. */
export interface ServerMetrics {
  /** Everything, in the text format of Prometheus. */
  text: () => Promise<string>
  readonly contentType: string
}

/** A pull is ready in a few milliseconds; one that takes seconds is a database in trouble. */
const PULL_BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
const POLL_KINDS: Readonly<Record<number, string>> = { 200: 'news', 304: 'unchanged', 409: 'reset' }

/** What a gauge or counter holds when it is asked: each value with its labels. */
type Values = Iterable<[value: number, labels?: Record<string, string>]>

export function createServerMetrics({ hub, sockets, bus }: MeasuredFirm, tally: ServerTally): ServerMetrics {
  const registry = new Registry()
  const registers = [registry]

  function counter(name: string, help: string, labelNames: string[], read: () => Values): void {
    const made: Counter = new Counter({
      name: `aster_${name}_total`, help, labelNames, registers,
      collect() {
        made.reset()
        for (const [value, labels = {}] of read())
          made.inc(labels, value)
      },
    })
  }
  function gauge(name: string, help: string, labelNames: string[], read: () => Values): void {
    const made: Gauge = new Gauge({
      name: `aster_${name}`, help, labelNames, registers,
      collect() {
        made.reset()
        for (const [value, labels = {}] of read())
          made.set(labels, value)
      },
    })
  }

  counter('http_requests', 'Requests to the API.', ['method', 'route', 'status'], () => split(tally.requests, ['method', 'route', 'status']))
  counter('polls', 'Polls for a board\'s news, by what they came to.', ['kind'], () =>
    [...tally.polls].map(([status, value]) => [value, { kind: POLL_KINDS[status] ?? 'other' }] as [number, Record<string, string>]))
  gauge('held_polls', 'Polls that wait for news.', [], () => [[hub.waiting()]])
  gauge('sockets', 'Open sockets on boards, by the way that their members use.', ['way'], () =>
    [...sockets.ways()].map(([way, value]) => [value, { way }] as [number, Record<string, string>]))
  counter('socket_frames_sent', 'Frames given to sockets.', [], () => [[tally.framesSent]])
  counter('socket_bytes_sent', 'Bytes of those frames.', [], () => [[tally.bytesSent]])
  counter('socket_frames_received', 'Frames that sockets brought.', [], () => [[tally.framesReceived]])
  counter('deliveries', 'Times that a socket was told a board\'s news.', [], () => [[tally.deliveries]])
  counter('catch_ups', 'Times that a socket was read for by itself.', [], () => [[tally.catchUps]])
  counter('commits', 'Changes of boards, by kind and outcome.', ['kind', 'outcome'], () => split(tally.commits, ['kind', 'outcome']))
  counter('notifications', 'Members whom a change told of something, or hid or showed what they were told, each once a change.', [], () => [[tally.notifications]])
  counter('database_errors', 'Times that the database was out of reach or failed, by who asked it.', ['part'], () =>
    [...tally.databaseErrors].map(([part, value]) => [value, { part }] as [number, Record<string, string>]))
  gauge('bus_connected', 'Whether the way to the other processes is open; nothing where none is configured.', [], () => {
    const isConnected = bus.isConnected()
    return isConnected === null ? [] : [[Number(isConnected)]]
  })
  const pulls = new Histogram({ name: 'aster_fan_out_pull_seconds', help: 'How long a board is read and told for all its sockets.', buckets: PULL_BUCKETS_S, registers })
  tally.onPull = tookMs => pulls.observe(tookMs / 1_000)
  /** They watch the event loop, which only who asks shall pay for. */
  let hasDefaults = false

  return {
    contentType: registry.contentType,
    async text() {
      if (!hasDefaults)
        collectDefaultMetrics({ register: registry })
      hasDefaults = true
      return await registry.metrics()
    },
  }
}

/** Counts under names that were joined by spaces. */
function* split(counts: ReadonlyMap<string, number>, names: readonly string[]): Values {
  for (const [key, value] of counts) {
    const parts = key.split(' ')
    yield [value, Object.fromEntries(names.map((name, index) => [name, parts[index] ?? '']))]
  }
}
