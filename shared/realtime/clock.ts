/** What `setTimer` gives back, for `clearTimer`. */
export type Timer = unknown

/** Time and chance, as the rest of `shared/` asks for them; a test brings its own. */
export interface Clock {
  /** Epoch milliseconds. */
  now: () => number
  /** From 0 up to, but not including, 1. */
  random: () => number
  setTimer: (callback: () => void, delayMs: number) => Timer
  clearTimer: (timer: Timer) => void
}

/** The machine's own time and chance: the one place in `shared/` that touches them. */
export const systemClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  setTimer: (callback, delayMs) => setTimeout(callback, delayMs),
  clearTimer: timer => clearTimeout(timer as ReturnType<typeof setTimeout>),
}
