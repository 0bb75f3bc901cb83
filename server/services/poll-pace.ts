import { monitorEventLoopDelay } from 'node:perf_hooks'
import { AT_EASE_MS } from '#shared/realtime/poll-policy.ts'

/** A page that asks this seldom is still there for the others: its lease lasts 45 s (rule A1). */
const MAX_MS = 40_000
/** Up to this delay the server is at ease. */
const CALM_DELAY_MS = 50

/** The next poll that a server with this delay in its event loop wishes for, in milliseconds (rule R5). */
export function paceFor(delayMs: number): number {
  return Math.round(Math.min(MAX_MS, AT_EASE_MS * Math.max(1, delayMs / CALM_DELAY_MS)))
}

/** Measures how busy this process is; `next()` is the wish of the moment. */
export function createPollPace(): { next: () => number, stop: () => void } {
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()
  const timer = setInterval(() => delay.reset(), 30_000)
  timer.unref()
  return {
    // The histogram counts the wait it asked for, too.
    next: () => paceFor(delay.count > 0 ? delay.mean / 1e6 - 20 : 0),
    stop() {
      clearInterval(timer)
      delay.disable()
    },
  }
}
