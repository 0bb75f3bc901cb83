import type { EpochMs } from '#shared/kanban/matter.ts'
import type { Clock, Timer } from './clock.ts'
import { createSampleRing, percentile } from './sample-ring.ts'

/** What is counted of the last minutes. */
const COUNTS = ['updates', 'bytesIn', 'bytesOut', 'polls', 'pollHits', 'pollsUnchanged'] as const
type Count = typeof COUNTS[number]

/** Figures are of so long, in milliseconds, in slices of so much. */
export const METER_SPAN_MS = 5 * 60_000
export const METER_SLICE_MS = 5_000
const SLICES = METER_SPAN_MS / METER_SLICE_MS
/** A trip each half second for five minutes. */
const TRIPS = 600
const LATENCIES = 600
/** How often it is noted that the device is awake: what took so much longer was a sleep. */
const AWAKE_MS = 5_000
const SLEPT_MS = 10_000

/** How the link did in the last minutes, or since the page was opened where those are fewer. */
export interface LinkFigures {
  /** How long there was something to measure, in milliseconds; at most `METER_SPAN_MS`. */
  spanMs: number
  roundTrip: { p50: number | null, p95: number | null, count: number }
  /** From the commit on the server to the screen; null until the server's clock is known. */
  updateLatency: { p50: number | null, p95: number | null, count: number }
  updatesPerSecond: number
  bytesInPerSecond: number
  bytesOutPerSecond: number
  polls: number
  /** Share of the polls that brought news, from 0 to 1; null without a poll. */
  pollHitRate: number | null
  /** Share of the polls that were answered by "nothing new" (304). */
  pollUnchangedRate: number | null
  /** Since the page was opened. */
  reconnects: number
  /** Share of the time since the page was opened, from 0 to 1; when it wasn't to be asked, and when its device slept, counts for neither side. */
  uptime: number | null
}

/** One slice of the chart; oldest first. */
export interface LinkSlice {
  at: EpochMs
  /** Null where nothing was measured. */
  roundTrip: number | null
  updatesPerSecond: number
}

/** Whether the link carries: `idle` where nobody wants it to, as in a page that nobody looks at. */
export type LinkStanding = 'up' | 'down' | 'idle'

export interface LinkMeter {
  /** An answer took so long, in milliseconds. */
  tripped: (tookMs: number) => void
  /** Hears each of those; returns how to stop. */
  onTrip: (listener: (tookMs: number) => void) => () => void
  /** Something of the link worked, or (false) failed. */
  exchanged: (isGood: boolean) => void
  /** When something last worked, epoch milliseconds; null for never. */
  readonly exchangedAt: EpochMs | null
  received: (bytes: number) => void
  sent: (bytes: number) => void
  /** A poll was answered by this status. */
  polled: (status: number) => void
  /** A row came on the screen that the server had written at `writtenAt`, by its own clock. */
  updated: (writtenAt: EpochMs) => void
  /** The server said what time it is, in answer to a question of then. */
  clockTold: (serverNow: EpochMs, askedAt: EpochMs) => void
  stands: (standing: LinkStanding) => void
  figures: () => LinkFigures
  slices: () => LinkSlice[]
}

/** Measures one page's link. Nothing of it is kept, and nothing leaves the page by itself. */
export function createLinkMeter({ now, setTimer, clearTimer }: Pick<Clock, 'now' | 'setTimer' | 'clearTimer'>): LinkMeter {
  const openedAt = now()
  const trips = createSampleRing(TRIPS)
  /** By this machine's clock minus the server's: what one is ahead of the other is taken off when it is known. */
  const latencies = createSampleRing(LATENCIES)
  const counts = Object.fromEntries(COUNTS.map(count => [count, new Float64Array(SLICES)])) as Record<Count, Float64Array>
  /** Which slice of time each place holds. */
  const held = new Float64Array(SLICES).fill(-1)
  const listeners = new Set<(tookMs: number) => void>()
  let exchangedAt: EpochMs | null = null
  /** How far the server's clock is ahead, and how wrong that may be; an estimate wears out, since clocks drift. */
  let clock: { offset: number, errorMs: number, at: EpochMs } | null = null
  let standing: LinkStanding = 'idle'
  /** Until then it was noted how the link stood. */
  let stoodAt = openedAt
  let awake: Timer = null
  let upMs = 0
  let downMs = 0
  let reconnects = 0
  let wasUp = false
  let isLost = false
  /** Rows that were written before this weren't late: nobody was listening. */
  let listeningSince = Infinity

  function placeOf(at: EpochMs): number {
    const slice = Math.floor(at / METER_SLICE_MS)
    const place = ((slice % SLICES) + SLICES) % SLICES
    if (held[place] !== slice) {
      held[place] = slice
      for (const count of COUNTS)
        counts[count][place] = 0
    }
    return place
  }

  function add(count: Count, by: number): void {
    counts[count][placeOf(now())]! += by
  }

  function sum(count: Count): number {
    const newest = Math.floor(now() / METER_SLICE_MS)
    return counts[count].reduce((total, value, place) => held[place]! > newest - SLICES && held[place]! <= newest ? total + value : total, 0)
  }

  function settle(): void {
    const lasted = Math.max(0, now() - stoodAt)
    const counted = lasted < AWAKE_MS + SLEPT_MS ? lasted : 0
    if (standing === 'up')
      upMs += counted
    else if (standing === 'down')
      downMs += counted
    stoodAt = now()
  }

  /** As long as there is something to count. */
  function stayAwake(): void {
    clearTimer(awake)
    awake = standing === 'idle'
      ? null
      : setTimer(() => {
          settle()
          stayAwake()
        }, AWAKE_MS)
  }

  function stands(next: LinkStanding): void {
    settle()
    if (next === 'up' && standing !== 'up') {
      listeningSince = now()
      if (isLost)
        reconnects++
      wasUp = true
      isLost = false
    }
    if (next !== 'up')
      listeningSince = Infinity
    isLost ||= next === 'down' && wasUp
    standing = next
    stayAwake()
  }

  const summary = (values: readonly number[]) => ({ p50: percentile(values, 0.5), p95: percentile(values, 0.95), count: values.length })

  return {
    tripped(tookMs) {
      trips.add(now(), tookMs)
      listeners.forEach(listener => listener(tookMs))
    },
    onTrip(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    exchanged(isGood) {
      if (isGood)
        exchangedAt = now()
    },
    get exchangedAt() { return exchangedAt },
    received: bytes => add('bytesIn', bytes),
    sent: bytes => add('bytesOut', bytes),
    polled(status) {
      add('polls', 1)
      if (status === 200)
        add('pollHits', 1)
      else if (status === 304)
        add('pollsUnchanged', 1)
    },
    updated(writtenAt) {
      add('updates', 1)
      const offset = clock?.offset ?? 0
      if (writtenAt - offset >= listeningSince)
        latencies.add(now(), now() - writtenAt)
    },
    clockTold(serverNow, askedAt) {
      const at = now()
      const errorMs = Math.max(0, at - askedAt) / 2
      if (clock === null || errorMs <= clock.errorMs || at - clock.at > METER_SPAN_MS)
        clock = { offset: serverNow - (askedAt + at) / 2, errorMs, at }
    },
    stands,
    figures() {
      settle()
      const at = now()
      const since = at - METER_SPAN_MS
      const spanMs = Math.min(METER_SPAN_MS, Math.max(METER_SLICE_MS, at - openedAt))
      const perSecond = (count: Count) => sum(count) / (spanMs / 1_000)
      const polls = sum('polls')
      const shareOfPolls = (count: Count) => polls === 0 ? null : sum(count) / polls
      const { offset } = clock ?? { offset: null }
      return {
        spanMs,
        roundTrip: summary(trips.between(since)),
        updateLatency: summary(offset === null ? [] : latencies.between(since).map(late => Math.max(0, late + offset))),
        updatesPerSecond: perSecond('updates'),
        bytesInPerSecond: perSecond('bytesIn'),
        bytesOutPerSecond: perSecond('bytesOut'),
        polls,
        pollHitRate: shareOfPolls('pollHits'),
        pollUnchangedRate: shareOfPolls('pollsUnchanged'),
        reconnects,
        uptime: upMs + downMs === 0 ? null : upMs / (upMs + downMs),
      }
    },
    slices() {
      const newest = Math.floor(now() / METER_SLICE_MS)
      return Array.from({ length: SLICES }, (_, index) => {
        const slice = newest - SLICES + 1 + index
        const place = ((slice % SLICES) + SLICES) % SLICES
        const at = slice * METER_SLICE_MS
        return {
          at,
          roundTrip: percentile(trips.between(at, at + METER_SLICE_MS), 0.5),
          updatesPerSecond: held[place] === slice ? counts.updates[place]! / (METER_SLICE_MS / 1_000) : 0,
        }
      })
    },
  }
}
