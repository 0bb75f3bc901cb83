import type { Activity, ActivityKind } from './activity.ts'

/** What a reader of a feed can choose to see alone, and the kinds of steps that are of it. */
export const ACTIVITY_GROUPS = {
  moves: ['moved'],
  edits: ['edited'],
  comments: ['commentAdded', 'commentEdited', 'commentRemoved'],
  matters: ['created', 'deleted', 'restored', 'imported', 'importUndone'],
} as const satisfies Record<string, readonly ActivityKind[]>
export type ActivityGroup = keyof typeof ACTIVITY_GROUPS

type Place = Pick<Activity, 'version' | 'id'>

/** Whether one step came after another, by the order in which a board tells its steps. */
export function isLater(one: Place, other: Place): boolean {
  return one.version === other.version ? one.id > other.id : one.version > other.version
}

/** How many of a feed, newest first, came after the one that somebody reads; none while nobody holds to one. */
export function countLater(steps: readonly Activity[], held: Place | null): number {
  if (held === null)
    return 0
  const index = steps.findIndex(step => !isLater(step, held))
  return index === -1 ? steps.length : index
}

/**
 * The last step of a feed, newest first, that came after somebody was here: a line is drawn behind it. Null where others did
 * nothing since, or where all that is known came since.
 */
export function lastSince(steps: readonly Activity[], since: number | null, reader: string): string | null {
  if (since === null)
    return null
  const index = steps.findIndex(({ at }) => at <= since)
  const newer = steps.slice(0, Math.max(0, index))
  return newer.some(({ actorId }) => actorId !== reader) ? newer.at(-1)!.id : null
}
