const ALIKE_LIMIT = 5
const ALIKE_WINDOW_MS = 2_000
const RESET_LIMIT = 3
const RESET_WINDOW_MS = 60_000

export interface LoopGuard {
  /** Notes an answer; true when this makes it five alike in two seconds. */
  answered: (alike: boolean) => boolean
  /** Notes a reset; true when this makes it three in a minute. */
  reset: () => boolean
}

/** Notices when asking goes round in circles (rule T6), whatever the fault behind it. */
export function createLoopGuard(now: () => number): LoopGuard {
  let alike: number[] = []
  let resets: number[] = []

  function answered(isAlike: boolean): boolean {
    alike = isAlike ? [...alike, now()].filter(at => now() - at < ALIKE_WINDOW_MS) : []
    if (alike.length < ALIKE_LIMIT)
      return false
    alike = []
    return true
  }

  function reset(): boolean {
    resets = [...resets, now()].filter(at => now() - at < RESET_WINDOW_MS)
    return resets.length >= RESET_LIMIT
  }

  return { answered, reset }
}
