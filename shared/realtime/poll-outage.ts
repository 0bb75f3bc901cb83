import { backoffDelay } from './backoff.ts'
import type { Clock } from './clock.ts'
import type { Fault } from './fault.ts'
import { toFault } from './fault.ts'

/** So long must things go well before earlier failures are forgotten (rule T4). */
const HEALTHY_MS = 10_000

export interface PollOutageOptions {
  clock: Clock
  /** Milliseconds from one exchange's start to the next one's; asked each time. */
  interval: () => number
  /** Failures in a row after which `error` is said aloud. It goes on trying, at the interval at least. */
  retryAttempts: number
  /** Longest wait before the first retry, in milliseconds. */
  retryDelay: number
  /** What the longest wait grows by with each failure. */
  backoffMultiplier: number
  /** Longest wait of all, in milliseconds. */
  maxInterval: number
}

/** A poller's failures in a row, and how long it leaves the server alone after them. */
export interface PollOutage {
  /** The failure that the latest attempt met; null after a success. */
  readonly error: unknown
  /** Failures in a row. */
  readonly failures: number
  /** Stopped by an answer that asking again won't change. */
  readonly isRefused: boolean
  /** The attempts are used up, or the server said no. */
  readonly isOver: boolean
  /** The server isn't to be asked before, epoch milliseconds. */
  readonly notBefore: number
  /** Notes a failure. True when it is to be said aloud: once a row of them. */
  failed: (cause: unknown) => boolean
  /** How long to wait after the failure that was just noted, in milliseconds. */
  delay: (fault: Fault) => number
  /** Notes a success. True when it ends failures, or an offline time. */
  succeeded: () => boolean
  /** The network is gone: the next success is a return. */
  wentOffline: () => void
  /** The server may answer otherwise now. */
  askAgain: () => void
  /** Earlier failures count for no wait any more. */
  forgive: () => void
}

export function createPollOutage(options: PollOutageOptions): PollOutage {
  const { clock, interval, retryAttempts } = options
  let error: unknown = null
  let failures = 0
  let isRefused = false
  /** Failures that count for the wait; outlives a short success. */
  let level = 0
  let healthySince: number | null = null
  let wasOffline = false
  let saidError = false
  /** The server asked not to be called before, and for how long. */
  let notBefore = -Infinity
  let floorMs = 0

  const isOver = () => isRefused || failures > retryAttempts

  function failed(cause: unknown): boolean {
    const now = clock.now()
    if (healthySince !== null && now - healthySince >= HEALTHY_MS)
      level = 0
    healthySince = null
    level++
    failures++
    error = cause
    isRefused = !toFault(cause).isPassing
    const isNews = isOver() && !saidError
    saidError ||= isNews
    return isNews
  }

  function delay(fault: Fault): number {
    const isCircling = fault.kind === 'out-of-sync'
    const backoff = backoffDelay(level, {
      baseMs: isCircling ? interval() : options.retryDelay,
      multiplier: options.backoffMultiplier,
      capMs: options.maxInterval,
      floorMs: fault.retryAfterMs,
      random: () => clock.random(),
    })
    // Circles must slow down for certain, and so must what has failed too often.
    const wait = Math.max(backoff, isCircling || failures > retryAttempts ? interval() : 0)
    floorMs = isCircling ? wait : fault.retryAfterMs
    notBefore = clock.now() + floorMs
    return wait
  }

  function succeeded(): boolean {
    const isBack = failures > 0 || wasOffline
    error = null
    failures = 0
    saidError = false
    wasOffline = false
    healthySince ??= clock.now()
    return isBack
  }

  return {
    get error() { return error },
    get failures() { return failures },
    get isRefused() { return isRefused },
    get isOver() { return isOver() },
    // However the clock was set, the server isn't left alone for longer than it asked.
    get notBefore() { return Math.min(notBefore, clock.now() + floorMs) },
    failed, delay, succeeded,
    wentOffline: () => { wasOffline = true },
    askAgain: () => { isRefused = false },
    forgive: () => { level = 0 },
  }
}
