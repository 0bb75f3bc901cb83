import { backoffDelay } from './backoff.ts'
import type { Clock, Timer } from './clock.ts'
import { Fault, toFault } from './fault.ts'
import type { PauseReason } from './connection.ts'
import { createLoopGuard } from './loop-guard.ts'

/** Focus, visible and online come in volleys; one request answers them all. */
const NUDGE_MS = 50
/** A request this old when somebody looks again is taken for dead: a laptop slept, a network changed. */
const DEAD_AFTER_MS = 2_000
/** So long must things go well before earlier failures are forgotten (rule T4). */
const HEALTHY_MS = 10_000

export type PollStatus = 'idle' | 'loading' | 'success' | 'retrying' | 'error' | 'paused'

export interface PollerState {
  status: PollStatus
  isFetching: boolean
  /** The failure that the latest attempt met; null after a success. */
  error: unknown
  /** Failures in a row. */
  retryCount: number
  /** Epoch milliseconds of the last success. */
  lastSync: number | null
  nextSyncAt: number | null
  isStale: boolean
  pausedBy: readonly PauseReason[]
}

export interface PollerOptions {
  /** One exchange. True when it brought nothing new; feeds the loop guard (rule T6). */
  exchange: (signal: AbortSignal) => Promise<boolean>
  clock: Clock
  /** Milliseconds from one exchange's start to the next one's; asked each time. */
  interval: () => number
  /** Ask at once when started. */
  immediate: boolean
  /** An answer this young is used instead of asking, in milliseconds. */
  staleTime: number
  /** Failures in a row after which `error` is said aloud. It goes on trying, at the interval at least. */
  retryAttempts: number
  retryDelay: number
  backoffMultiplier: number
  maxInterval: number
  /** An exchange without an answer counts as failed after so many milliseconds. */
  timeoutMs: number
  onState: (state: PollerState) => void
  /** The attempts are used up, or the server said no. Once a row of failures. */
  onError?: (error: unknown) => void
  /** The first success after failures or an offline time. */
  onReconnect?: () => void
}

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
  const reasons = new Set<PauseReason>()
  let running = false
  /** Stopped by an answer that asking again won't change. */
  let refused = false
  let isFetching = false
  let flight: { abort: AbortController, done: Promise<void> } | null = null
  let timer: Timer | null = null
  let staleTimer: Timer | null = null
  let error: unknown = null
  let retryCount = 0
  /** Failures that count for the wait; outlives a short success. */
  let level = 0
  let healthySince: number | null = null
  let wasOffline = false
  let saidError = false
  let lastSync: number | null = null
  let lastStart = -Infinity
  /** From the last question that was answered to its answer. */
  let answerTook = 0
  let nextSyncAt: number | null = null
  /** The server asked not to be called before, and for how long. */
  let notBefore = -Infinity
  let floorMs = 0
  let state: PollerState = snapshot()

  function snapshot(): PollerState {
    return { status: statusNow(), isFetching, error, retryCount, lastSync, nextSyncAt, isStale: isStale(), pausedBy: [...reasons] }
  }

  function statusNow(): PollStatus {
    if (isFetching && lastSync === null && retryCount === 0)
      return 'loading'
    if (refused || retryCount > options.retryAttempts)
      return 'error'
    if (running && reasons.size > 0)
      return 'paused'
    if (retryCount > 0)
      return 'retrying'
    return lastSync === null ? 'idle' : 'success'
  }

  /** Without a stale time of its own, data is stale once two rounds have gone by without an answer; a slow line takes its time besides. */
  function freshFor(): number {
    return options.staleTime > 0 ? options.staleTime : 2 * interval() + answerTook
  }

  /** What is still to come was before the clock was set back: nobody knows how long ago. */
  function ageOf(at: number): number {
    const age = clock.now() - at
    return age < 0 ? Infinity : age
  }

  /** However the clock was set, the server isn't left alone for longer than it asked. */
  function earliest(): number {
    return Math.min(notBefore, clock.now() + floorMs)
  }

  function isStale(): boolean {
    return lastSync === null || ageOf(lastSync) >= freshFor()
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
    if (!running || reasons.size > 0 || refused || flight)
      return
    nextSyncAt = Math.max(clock.now() + Math.max(0, delayMs), earliest())
    timer = clock.setTimer(() => void attempt(), nextSyncAt - clock.now())
  }

  /** To the next round, counted from the last one's start: up to a tenth early, late only behind a slow answer. */
  function planRound(): void {
    const round = interval() * (1 - clock.random() / 10)
    plan(Math.max(round - ageOf(lastStart), round / 4))
  }

  function planAfterFailure(fault: Fault): void {
    const backoff = backoffDelay(level, {
      baseMs: fault.kind === 'out-of-sync' ? interval() : options.retryDelay,
      multiplier: options.backoffMultiplier,
      capMs: options.maxInterval,
      floorMs: fault.retryAfterMs,
      random: () => clock.random(),
    })
    // Circles must slow down for certain, and so must what has failed too often.
    const floor = fault.kind === 'out-of-sync' || retryCount > options.retryAttempts ? interval() : 0
    const delay = Math.max(backoff, floor)
    floorMs = fault.kind === 'out-of-sync' ? delay : fault.retryAfterMs
    notBefore = clock.now() + floorMs
    plan(delay)
  }

  function watchStaleness(): void {
    clock.clearTimer(staleTimer)
    if (running)
      staleTimer = clock.setTimer(publish, freshFor())
  }

  function succeed(): void {
    const now = clock.now()
    const isBack = retryCount > 0 || wasOffline
    lastSync = now
    answerTook = now - lastStart
    error = null
    retryCount = 0
    saidError = false
    wasOffline = false
    healthySince ??= now
    watchStaleness()
    if (isBack)
      options.onReconnect?.()
  }

  function fail(cause: unknown): void {
    const fault = toFault(cause)
    const now = clock.now()
    if (healthySince !== null && now - healthySince >= HEALTHY_MS)
      level = 0
    healthySince = null
    level++
    retryCount++
    error = cause
    refused = !fault.isPassing
    if ((refused || retryCount > options.retryAttempts) && !saidError) {
      saidError = true
      options.onError?.(cause)
    }
    planAfterFailure(fault)
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
    const isFresh = lastSync !== null && ageOf(lastSync) < options.staleTime && retryCount === 0
    if (!running || reasons.has('disabled') || isFresh || clock.now() < earliest())
      return
    refused = false
    await attempt()
  }

  async function retry(): Promise<void> {
    level = 0
    // What the server itself asked for stands.
    await refresh()
  }

  function nudge(): void {
    const isFresh = lastSync !== null && ageOf(lastSync) < options.staleTime
    if (reasons.size > 0 || isFresh || (nextSyncAt !== null && nextSyncAt - clock.now() <= NUDGE_MS))
      return
    if (ageOf(lastStart) >= DEAD_AFTER_MS)
      drop()
    plan(NUDGE_MS)
    publish()
  }

  function setPaused(reason: PauseReason, paused: boolean): void {
    if (reasons.has(reason) === paused)
      return
    if (paused) {
      reasons.add(reason)
      wasOffline ||= reason === 'offline'
      if (reason === 'disabled' || reason === 'offline')
        drop()
      clear()
    }
    else {
      reasons.delete(reason)
      if (reason === 'disabled' || reason === 'manual')
        refused = false
      planRound()
      if (lastSync !== null || options.immediate)
        nudge()
    }
    publish()
  }

  function start(): void {
    if (running)
      return
    running = true
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
    clock.clearTimer(staleTimer)
  }

  function replan(): void {
    if (timer !== null && retryCount === 0) {
      planRound()
      publish()
    }
  }

  /** It neither ends a row of failures nor puts off the next question: by what way it came may fail the next moment. */
  function heard(at: number): void {
    if (lastSync !== null && at <= lastSync && lastSync <= clock.now())
      return
    lastSync = at
    watchStaleness()
    publish()
  }

  return { get state() { return state }, start, stop, refresh, retry, nudge, setPaused, replan, heard }
}
