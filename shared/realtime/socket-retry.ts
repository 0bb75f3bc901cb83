import type { EpochMs } from '#shared/kanban/matter.ts'
import type { Clock, Timer } from './clock.ts'
import type { DropCause } from './socket-end.ts'
import type { SocketOutage } from './socket-outage.ts'
import { createSocketOutage } from './socket-outage.ts'

/** However often somebody looks, tries are this far apart. */
const NUDGE_MS = 1_000

export interface SocketRetryOptions {
  clock: Clock
  /** It is time for the next try. */
  onDue: () => void
}

/** When a socket is tried again, and after which failures. */
export interface SocketRetry extends Pick<SocketOutage, 'failures' | 'failed' | 'stood' | 'forget' | 'set'> {
  /** A try begins; none is due any more. */
  begun: () => void
  /** Plans the next try; answers when that is. `floorMs`: what the server asked to wait at least. */
  plan: (cause: DropCause, floorMs: number, isLooking: boolean) => EpochMs
  /** It may go well now. Answers when the try comes that was due at `retryAt`; null where it comes no sooner. */
  hasten: (retryAt: EpochMs) => EpochMs | null
  /** Nothing is due any more. */
  clear: () => void
}

export function createSocketRetry({ clock, onDue }: SocketRetryOptions): SocketRetry {
  const outage = createSocketOutage(clock)
  let timer: Timer | null = null
  let triedAt = -Infinity

  function clear(): void {
    clock.clearTimer(timer)
    timer = null
  }

  function dueIn(delayMs: number): EpochMs {
    clear()
    timer = clock.setTimer(onDue, delayMs)
    return clock.now() + delayMs
  }

  return {
    get failures() { return outage.failures },
    failed: outage.failed,
    stood: outage.stood,
    forget: outage.forget,
    set: outage.set,
    clear,
    begun() {
      clear()
      triedAt = clock.now()
    },
    plan: (cause, floorMs, isLooking) => dueIn(outage.delay(cause, floorMs, isLooking)),
    hasten(retryAt) {
      const now = clock.now()
      const at = Math.max(outage.notBefore, Math.min(triedAt, now) + NUDGE_MS, now)
      return at < retryAt ? dueIn(at - now) : null
    },
  }
}
