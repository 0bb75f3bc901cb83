/** Seeds of the fast lane that once broke an invariant. They are played first. */
export const REGRESSIONS: readonly number[] = [45, 68, 121, 265, 428, 459, 484, 512, 549, 598]

/** The same of the slow lane. */
export const SLOW_REGRESSIONS: readonly number[] = []
