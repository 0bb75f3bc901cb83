/** The wish of a server at ease, in milliseconds: no wish at all (rule R5). */
export const AT_EASE_MS = 5_000

/** Says the wish, in milliseconds, where an answer has no body; absent from a server at ease. */
export const WISH_HEADER = 'aster-next'

/** How often to ask while somebody looks (rule T3); a hidden or offline page doesn't ask at all. */
export interface PollPolicyOptions {
  /** The ordinary interval, in milliseconds: what another person's change may take to show. @default AT_EASE_MS */
  baseMs?: number
  /** The interval while things happen. @default 2_000 */
  livelyMs?: number
  /** How long after a change things count as happening. @default 30_000 */
  livelyForMs?: number
}

export interface PollSituation {
  now: number
  /** When the board last changed, by anybody; null for never. */
  changedAt: number | null
  /** The server's wish for the next poll, in milliseconds (rule R5); null without one. */
  wish: number | null
}

/**
 * The interval that suits the moment. A quiet board is asked no less often: an answer without news
 * costs the server nearly nothing, and the screen on the wall that nobody touches is the one that
 * everybody looks at. Only the server may slow it down, when it has too much to do.
 */
export function pollInterval({ now, changedAt, wish }: PollSituation, options: PollPolicyOptions = {}): number {
  const { baseMs = AT_EASE_MS, livelyMs = 2_000, livelyForMs = 30_000 } = options
  const interval = changedAt !== null && now - changedAt < livelyForMs ? Math.min(livelyMs, baseMs) : baseMs
  return wish !== null && wish > Math.max(baseMs, AT_EASE_MS) ? wish : interval
}
