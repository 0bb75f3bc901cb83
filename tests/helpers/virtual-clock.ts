import type { Clock } from '#shared/realtime/clock.ts'
import { NOW } from './builders.ts'

interface VirtualTimer {
  at: number
  order: number
  callback: () => void
}

/** A clock that stands still until a test moves it. */
export interface VirtualClock extends Clock {
  /** Moves on, running what falls due on the way and everything that it sets off. */
  advance: (ms: number) => Promise<void>
  /** Moves on without running anything, as for a machine that sleeps: what falls due meanwhile is late. */
  sleep: (ms: number) => void
  /** The time of day is set anew, by so much; what is due comes no sooner or later for it. */
  jump: (ms: number) => void
  /** How many timers are set. */
  readonly timers: number
}

/** Time from `NOW`; chance is `random`, by default always the middle. */
export function createVirtualClock({ start = NOW, random = () => 0.5 }: { start?: number, random?: () => number } = {}): VirtualClock {
  let now = start
  let order = 0
  let timers: VirtualTimer[] = []

  async function advance(ms: number): Promise<void> {
    const end = now + ms
    await settle()
    for (;;) {
      const due = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at || a.order - b.order)[0]
      if (!due)
        break
      timers = timers.filter(timer => timer !== due)
      now = Math.max(now, due.at)
      due.callback()
      await settle()
    }
    now = end
  }

  return {
    now: () => now,
    random,
    setTimer(callback, delayMs) {
      const timer = { at: now + Math.max(0, delayMs), order: order++, callback }
      timers.push(timer)
      return timer
    },
    clearTimer(timer) {
      timers = timers.filter(other => other !== timer)
    },
    advance,
    sleep: (ms) => { now += ms },
    jump(ms) {
      now += ms
      timers.forEach((timer) => { timer.at += ms })
    },
    get timers() { return timers.length },
  }
}

/** Lets every promise that can go on do so. */
export function settle(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}

/** Chance from a seed, the same each time (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6D2B79F5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
