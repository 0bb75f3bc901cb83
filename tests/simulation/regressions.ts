/** Seeds of the fast lane that once broke an invariant. They are played first. */
export const REGRESSIONS: readonly number[] = [
  45, 68, 121, 265, 420, 428, 459, 484, 512, 518, 520, 549, 598, 737, 747, 787, 876, 906, 1431, 2000, 2294, 2524, 2783, 6042, 6719, 11681, 11744, 17603,
]

/** The same of the slow lane. */
export const SLOW_REGRESSIONS: readonly number[] = [36, 96, 153]

/** The same of the fast lane with the real transports. */
export const WAY_REGRESSIONS: readonly number[] = [131, 295]
