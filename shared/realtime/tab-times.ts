/** How long tabs wait for one another, in milliseconds (rules L1, L2). */
export const TAB_TIMES = {
  beatMs: 2_000,
  /** So long without a beat, then a visible follower asks for itself. */
  quietMs: 6_000,
  /** Timers of hidden tabs may run once a minute. */
  hiddenQuietMs: 90_000,
  /** So long without a beat, then a visible follower takes the lock. */
  stealMs: 10_000,
  /** By chance up to so much later, so that not all do it at once. */
  spreadMs: 500,
  /** Who has just been shown or has slept gives the leader so long to be heard. */
  graceMs: 4_000,
  /** Followers say so often that they are there. */
  hereMs: 10_000,
  /** A tab that said it is visible, and then nothing, isn't after so long. */
  visibleForMs: 30_000,
  /** And it isn't there any more. */
  presentForMs: 150_000,
} as const
