/** Why nothing is asked of the server just now. */
export type PauseReason = 'hidden' | 'offline' | 'disabled' | 'interaction' | 'manual' | 'signed-out'

/** How the link to the server stands: exactly one of these at a time. */
export type Connection
  = | { state: 'connecting' }
    /** `since`: epoch milliseconds of the last good exchange's first in a row. */
    | { state: 'live', since: number }
    /** Failing; tried again at `retryAt`. `out-of-sync`: answers go round in circles, so it holds back (rule T6). */
    | { state: 'waiting', attempt: number, retryAt: number | null, cause: 'network' | 'server' | 'out-of-sync' }
    | { state: 'paused', reason: PauseReason }
    /** The server said no for good: the board is gone, or this page is too old for it. */
    | { state: 'refused', code: string }
