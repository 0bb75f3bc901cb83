import type { Clock, Timer } from './clock.ts'

export interface PollFreshnessOptions {
  clock: Clock
  /** Milliseconds from one exchange's start to the next one's; asked each time. */
  interval: () => number
  /** An answer this young is used instead of asking, in milliseconds. */
  staleTime: number
  /** Nothing has come for so long that it is stale. */
  onStale: () => void
}

/** As of when a poller's data is right, and whether that is too long ago. */
export interface PollFreshness {
  /** When the data was last right, epoch milliseconds; null for never. */
  readonly lastSync: number | null
  readonly isStale: boolean
  /** Younger than `staleTime`: there is no need to ask. */
  readonly isYoung: boolean
  /** An answer has come to what was asked then. */
  answered: (askedAt: number) => void
  /** The data was right at `at`, by another way. True when that is news. */
  heard: (at: number) => boolean
  /** Tells when it grows stale, from the next word on. */
  watch: () => void
  stop: () => void
}

export function createPollFreshness({ clock, interval, staleTime, onStale }: PollFreshnessOptions): PollFreshness {
  let lastSync: number | null = null
  /** From the last question that was answered to its answer. */
  let answerTook = 0
  let isWatched = false
  let timer: Timer | null = null

  /** Without a stale time of its own, data is stale once two rounds have gone by without an answer; a slow line takes its time besides. */
  function freshFor(): number {
    return staleTime > 0 ? staleTime : 2 * interval() + answerTook
  }

  function countAnew(): void {
    clock.clearTimer(timer)
    if (isWatched)
      timer = clock.setTimer(onStale, freshFor())
  }

  return {
    get lastSync() { return lastSync },
    get isStale() { return lastSync === null || ageOf(clock, lastSync) >= freshFor() },
    get isYoung() { return lastSync !== null && ageOf(clock, lastSync) < staleTime },
    answered(askedAt) {
      lastSync = clock.now()
      answerTook = lastSync - askedAt
      countAnew()
    },
    heard(at) {
      if (lastSync !== null && at <= lastSync && lastSync <= clock.now())
        return false
      lastSync = at
      countAnew()
      return true
    },
    watch: () => { isWatched = true },
    stop() {
      isWatched = false
      clock.clearTimer(timer)
    },
  }
}

/** How long ago that was, in milliseconds. What is still to come was before the clock was set back: nobody knows how long ago. */
export function ageOf(clock: Clock, at: number): number {
  const age = clock.now() - at
  return age < 0 ? Infinity : age
}
