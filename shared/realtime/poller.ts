import type { Timer } from './clock.ts'
import { Fault, toFault } from './fault.ts'
import type { PauseReason } from './connection.ts'
import { createLoopGuard } from './loop-guard.ts'
import { ageOf, createPollFreshness } from './poll-freshness.ts'
import type { PollOutageOptions } from './poll-outage.ts'
import { createPollOutage } from './poll-outage.ts'

/** Focus, visible and online come in volleys; one request answers them all. */
const NUDGE_MS = 50
/** A request this old when somebody looks again is taken for dead: a laptop slept, a network changed. */
const DEAD_AFTER_MS = 2_000

/**
 * How the asking goes.
 *
 * - `idle`: nothing was asked yet.
 * - `loading`: the first answer is on its way.
 * - `success`: the last exchange went well.
 * - `retrying`: it failed, and is tried again soon.
 * - `error`: the retries are used up, which doesn't end the trying, or the server said no, which does.
 * - `paused`: there is a reason not to ask.
 */
export type PollStatus = 'idle' | 'loading' | 'success' | 'retrying' | 'error' | 'paused'

/** What a poller knows: plain data, another object whenever something of it changes. */
export interface PollerState {
  status: PollStatus
  /** An exchange is under way. */
  isFetching: boolean
  /** The failure that the latest attempt met; null after a success. */
  error: unknown
  /** Failures in a row. */
  retryCount: number
  /** Epoch milliseconds of the last success. */
  lastSync: number | null
  /** Epoch milliseconds at which the next exchange is due; null while none is. */
  nextSyncAt: number | null
  /** Older than the stale time or, without one, than two rounds. */
  isStale: boolean
  /** Every reason not to ask just now. */
  pausedBy: readonly PauseReason[]
}

/** What is asked, when, and who hears of it. */
export interface PollerOptions extends PollOutageOptions {
  /** One exchange. True when it brought nothing new; feeds the loop guard (rule T6). */
  exchange: (signal: AbortSignal) => Promise<boolean>
  /** Ask at once when started. */
  immediate: boolean
  /** An answer this young is used instead of asking, in milliseconds. */
  staleTime: number
  /** An exchange without an answer counts as failed after so many milliseconds. */
  timeoutMs: number
  onState: (state: PollerState) => void
  /** The attempts are used up, or the server said no. Once a row of failures. */
  onError?: (error: unknown) => void
  /** The first success after failures or an offline time. */
  onReconnect?: () => void
}

/** The asking for one resource: how it goes, and what whoever wants it can tell it. */
export interface Poller {
  readonly state: PollerState
  start: () => void
  /** Ends everything, the request under way too. */
  stop: () => void
  /** Asks now, or joins the request under way; within `staleTime` it doesn't ask. */
  refresh: () => Promise<void>
  /** Asks at once, and counts earlier failures for no wait any more: a person has reason to think that it goes now. */
  retry: () => Promise<void>
  /** Asks in a moment: somebody looks again. */
  nudge: () => void
  /** Adds or takes away a reason not to ask. Without any, it asks again at once. */
  setPaused: (reason: PauseReason, paused: boolean) => void
  /** The interval has changed: plan anew. */
  replan: () => void
  /** News came by another way, or word that there are none: the rows were right at `at`, epoch milliseconds. */
  heard: (at: number) => void
}

/** Decides when to ask, and asks: one request at a time, whatever happens around it. */
export function createPoller(options: PollerOptions): Poller {
  const { clock, interval, onState } = options
  const guard = createLoopGuard(() => clock.now())
  const outage = createPollOutage(options)
  const freshness = createPollFreshness({ clock, interval, staleTime: options.staleTime, onStale: publish })
  const reasons = new Set<PauseReason>()
  let running = false
  let isFetching = false
  let flight: { abort: AbortController, done: Promise<void> } | null = null
  let timer: Timer | null = null
  let lastStart = -Infinity
  let nextSyncAt: number | null = null
  let state: PollerState = snapshot()

  function snapshot(): PollerState {
    const { error, failures: retryCount } = outage
    const { lastSync, isStale } = freshness
    return { status: statusNow(), isFetching, error, retryCount, lastSync, nextSyncAt, isStale, pausedBy: [...reasons] }
  }

  function statusNow(): PollStatus {
    const isUnread = freshness.lastSync === null
    if (isFetching && isUnread && outage.failures === 0)
      return 'loading'
    if (outage.isOver)
      return 'error'
    if (running && reasons.size > 0)
      return 'paused'
    if (outage.failures > 0)
      return 'retrying'
    return isUnread ? 'idle' : 'success'
  }

  function publish(): void {
    state = snapshot()
    onState(state)
  }

  function clear(): void {
    clock.clearTimer(timer)
    timer = null
    nextSyncAt = null
  }

  function plan(delayMs: number): void {
    clear()
    if (!running || reasons.size > 0 || outage.isRefused || flight)
      return
    nextSyncAt = Math.max(clock.now() + Math.max(0, delayMs), outage.notBefore)
    timer = clock.setTimer(() => void attempt(), nextSyncAt - clock.now())
  }

  /** To the next round, counted from the last one's start: up to a tenth early, late only behind a slow answer. */
  function planRound(): void {
    const round = interval() * (1 - clock.random() / 10)
    plan(Math.max(round - ageOf(clock, lastStart), round / 4))
  }

  function succeed(): void {
    freshness.answered(lastStart)
    if (outage.succeeded())
      options.onReconnect?.()
  }

  function fail(cause: unknown): void {
    if (outage.failed(cause))
      options.onError?.(cause)
    plan(outage.delay(toFault(cause)))
  }

  function attempt(): Promise<void> {
    clear()
    const abort = new AbortController()
    lastStart = clock.now()
    isFetching = true
    const isCurrent = () => flight?.abort === abort
    const done = withDeadline(abort).then(
      (isAlike) => {
        if (!isCurrent())
          return
        land()
        succeed()
        if (guard.answered(isAlike))
          fail(new Fault('out-of-sync'))
        else
          planRound()
        publish()
      },
      (cause) => {
        if (!isCurrent())
          return
        land()
        fail(cause)
        publish()
      },
    )
    flight = { abort, done }
    publish()
    return done
  }

  function land(): void {
    flight = null
    isFetching = false
  }

  /** The exchange, given up after a while even when it doesn't heed its signal. */
  function withDeadline(abort: AbortController): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const deadline = clock.setTimer(() => abort.abort(), options.timeoutMs)
      abort.signal.addEventListener('abort', () => {
        clock.clearTimer(deadline)
        reject(new Fault('network'))
      })
      options.exchange(abort.signal).then(resolve, reject).finally(() => clock.clearTimer(deadline))
    })
  }

  /** Drops the request under way; its answer no longer counts. */
  function drop(): void {
    const dropped = flight
    if (!dropped)
      return
    land()
    dropped.abort.abort()
  }

  async function refresh(): Promise<void> {
    if (flight)
      return flight.done
    const isFresh = freshness.isYoung && outage.failures === 0
    if (!running || reasons.has('disabled') || isFresh || clock.now() < outage.notBefore)
      return
    outage.askAgain()
    await attempt()
  }

  async function retry(): Promise<void> {
    outage.forgive()
    // What the server itself asked for stands.
    await refresh()
  }

  function nudge(): void {
    if (reasons.size > 0 || freshness.isYoung || (nextSyncAt !== null && nextSyncAt - clock.now() <= NUDGE_MS))
      return
    if (ageOf(clock, lastStart) >= DEAD_AFTER_MS)
      drop()
    plan(NUDGE_MS)
    publish()
  }

  function setPaused(reason: PauseReason, paused: boolean): void {
    if (reasons.has(reason) === paused)
      return
    if (paused) {
      reasons.add(reason)
      if (reason === 'offline')
        outage.wentOffline()
      if (reason === 'disabled' || reason === 'offline')
        drop()
      clear()
    }
    else {
      reasons.delete(reason)
      if (reason === 'disabled' || reason === 'manual')
        outage.askAgain()
      planRound()
      if (freshness.lastSync !== null || options.immediate)
        nudge()
    }
    publish()
  }

  function start(): void {
    if (running)
      return
    running = true
    freshness.watch()
    if (!options.immediate)
      lastStart = clock.now()
    if (reasons.size === 0 && options.immediate)
      void attempt()
    else
      planRound()
    publish()
  }

  function stop(): void {
    running = false
    drop()
    clear()
    freshness.stop()
  }

  function replan(): void {
    if (timer !== null && outage.failures === 0) {
      planRound()
      publish()
    }
  }

  /** It neither ends a row of failures nor puts off the next question: by what way it came may fail the next moment. */
  function heard(at: number): void {
    if (freshness.heard(at))
      publish()
  }

  return { get state() { return state }, start, stop, refresh, retry, nudge, setPaused, replan, heard }
}
