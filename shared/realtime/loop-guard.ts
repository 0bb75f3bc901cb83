const ALIKE_LIMIT = 5
const ALIKE_WINDOW_MS = 2_000

export interface LoopGuard {
  /** Notes an answer; true when this makes it five alike in two seconds. */
  answered: (alike: boolean) => boolean
}

/** Notices when asking goes round in circles (rule T6), whatever the fault behind it. Resets are counted by the engine. */
export function createLoopGuard(now: () => number): LoopGuard {
  let alike: number[] = []

  function answered(isAlike: boolean): boolean {
    alike = isAlike ? [...alike, now()].filter(at => now() - at < ALIKE_WINDOW_MS) : []
    if (alike.length < ALIKE_LIMIT)
      return false
    alike = []
    return true
  }

  return { answered }
}
