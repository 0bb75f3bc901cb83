import { reconnectDelay } from './backoff.ts'
import type { Clock } from './clock.ts'
import type { DropCause } from './socket-end.ts'
import type { ReconnectOptions } from './transport.ts'

/** So long must a socket stand before earlier failures are forgotten (rule T4). */
const HEALTHY_MS = 10_000
/** After the server ended them, sockets come back spread over so long. */
const SPREAD_MS = 1_000
/** The longest wait while nobody looks. */
const HIDDEN_CAP_MS = 5 * 60_000

/** Failures in a row, and how long to wait after them. */
export interface SocketOutage {
  readonly failures: number
  /** The server asked not to be called before, epoch milliseconds. */
  readonly notBefore: number
  /** Notes a failure. `floorMs`: what the server asked to wait at least. */
  failed: (floorMs: number) => void
  /** How long to wait now, in milliseconds. */
  delay: (cause: DropCause, floorMs: number, isLooking: boolean) => number
  /** A socket that was live since then has ended: what stood for long has made good what was before. */
  stood: (since: number) => void
  forget: () => void
  set: (options: ReconnectOptions) => void
}

export function createSocketOutage(clock: Clock): SocketOutage {
  let options: ReconnectOptions = {}
  let failures = 0
  let lateFailures = 0
  let since: number | null = null
  let notBefore = -Infinity
  let floorMs = 0

  function forget(): void {
    failures = 0
    lateFailures = 0
    since = null
    notBefore = -Infinity
  }

  return {
    get failures() { return failures },
    // Should the clock be set back, the wait gets no longer.
    get notBefore() { return Math.min(notBefore, clock.now() + floorMs) },
    failed(nextFloorMs) {
      const now = clock.now()
      since ??= now
      failures++
      if (now - since >= (options.youngForMs ?? 30_000))
        lateFailures++
      floorMs = nextFloorMs
      notBefore = now + floorMs
    },
    delay(cause, floorMs, isLooking) {
      const { baseMs, youngCapMs, capMs = 60_000 } = options
      const delay = reconnectDelay({ failures, lateFailures }, {
        baseMs, youngCapMs, capMs: isLooking ? capMs : Math.max(capMs, HIDDEN_CAP_MS), floorMs, random: () => clock.random(),
      })
      return cause === 'server' && failures === 1 ? Math.max(delay, clock.random() * SPREAD_MS) : delay
    },
    stood(liveSince) {
      if (clock.now() - liveSince >= HEALTHY_MS)
        forget()
    },
    forget,
    set: (next) => { options = { ...options, ...next } },
  }
}
