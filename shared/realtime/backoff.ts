export interface BackoffOptions {
  /** The ceiling after the first failure, in milliseconds. @default 1_000 */
  baseMs?: number
  /** What the ceiling grows by with each failure. @default 2 */
  multiplier?: number
  /** The ceiling's own ceiling, in milliseconds. @default 60_000 */
  capMs?: number
  /** What the server asked for at least, in milliseconds. @default 0 */
  floorMs?: number
  /** From 0 up to 1. */
  random: () => number
}

/**
 * How long to wait after `failures` failures in a row (rule T4): anywhere up to a ceiling that grows,
 * so that an office coming back from an outage doesn't return in one second. A server's floor is
 * spread upwards by a tenth for the same reason.
 */
export function backoffDelay(failures: number, options: BackoffOptions): number {
  const { baseMs = 1_000, multiplier = 2, capMs = 60_000, floorMs = 0, random } = options
  const ceiling = Math.min(capMs, baseMs * multiplier ** Math.max(0, failures - 1))
  const spreadFloor = floorMs + random() * floorMs / 10
  return Math.round(Math.max(spreadFloor, random() * ceiling))
}

/** How often in a row something failed. */
export interface Outage {
  failures: number
  /** Those of them that came when the outage was no longer young. */
  lateFailures: number
}

/**
 * How long to wait before a link is opened again (rule T4). For half a minute it comes back quickly, so that a restarted
 * server has its readers within a second or two; then the ceiling doubles from there.
 */
export function reconnectDelay({ failures, lateFailures }: Outage, options: Omit<BackoffOptions, 'multiplier'> & { youngCapMs?: number }): number {
  const { baseMs = 500, youngCapMs = 1_500, capMs = 60_000, ...rest } = options
  return lateFailures > 0
    ? backoffDelay(lateFailures + 1, { baseMs: youngCapMs, capMs, ...rest })
    : backoffDelay(failures, { baseMs, capMs: youngCapMs, ...rest })
}
