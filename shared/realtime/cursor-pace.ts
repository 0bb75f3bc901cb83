import type { CursorData } from '#shared/protocol/presence.ts'
import type { Clock, Timer } from './clock.ts'

/** Between two cursors. A connection has 20 frames a second for everything (rule S2), of which some are left for the rest. */
const PACE_MS = 60

/** Lets where somebody points through no more often than the server takes it, the newest counting. */
export interface CursorPace {
  point: (data: CursorData) => void
  /** Forgets what wasn't sent yet. */
  stop: () => void
}

export function createCursorPace(clock: Clock, send: (data: CursorData) => void): CursorPace {
  let next: CursorData | null = null
  let timer: Timer | null = null

  function go(): void {
    timer = null
    if (next === null)
      return
    const data = next
    next = null
    timer = clock.setTimer(go, PACE_MS)
    send(data)
  }

  return {
    point(data) {
      next = data
      if (timer === null)
        go()
    },
    stop() {
      clock.clearTimer(timer)
      timer = null
      next = null
    },
  }
}
