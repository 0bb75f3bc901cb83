import type { Clock, Timer } from '#shared/realtime/clock.ts'

/** A clock that knows how many of its timers are still to come. */
export function countTimers(clock: Clock): { clock: Clock, pending: () => number } {
  const timers = new Set<Timer>()
  return {
    pending: () => timers.size,
    clock: {
      now: clock.now,
      random: clock.random,
      setTimer(callback, delayMs) {
        const timer = clock.setTimer(() => {
          timers.delete(timer)
          callback()
        }, delayMs)
        timers.add(timer)
        return timer
      },
      clearTimer(timer) {
        timers.delete(timer)
        clock.clearTimer(timer)
      },
    },
  }
}
