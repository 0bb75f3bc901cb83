/** What a run met, by name: a lane that stopped exercising something is seen. */
export const COUNTED = [
  'submissions', 'effects', 'merged', 'conflicts', 'resolved', 'rejected', 'gone', 'undos', 'voids', 'refusedHere',
  'requests', 'lost', 'repeatedRequests', 'repeatedReplies', 'lateAnswers', 'timeouts', 'busy', 'outdated', 'signedOut', 'orders',
  'snapshots', 'deltas', 'resyncs', 'pushes', 'lostHints', 'offline', 'oneWay', 'halfOpen', 'slow',
  'crashes', 'prunings', 'restores', 'walls', 'roles', 'hidden', 'digests',
  'reloads', 'evictions', 'coldOpens', 'warmOpens', 'closedWithWork', 'sentByAnother', 'freezes', 'clockJumps', 'leases', 'tellings',
  'lostWrites', 'failedAppends', 'memoryChanges', 'redraws',
  'sockets', 'frames', 'pushed', 'swaps', 'transports', 'following', 'live', 'polled', 'blocked', 'drops', 'drains', 'lostPushes', 'unsent', 'shows', 'hides', 'policies',
] as const
export type Counted = typeof COUNTED[number]

export interface Counts {
  add: (name: Counted, count?: number) => void
  readonly values: Readonly<Record<Counted, number>>
}

export function createCounts(): Counts {
  const values = Object.fromEntries(COUNTED.map(name => [name, 0])) as Record<Counted, number>
  return {
    values,
    add(name, count = 1) {
      values[name] += count
    },
  }
}
