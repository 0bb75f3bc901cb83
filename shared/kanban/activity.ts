import type { EpochMs, MatterId } from './matter.ts'
import type { MemberId } from './member.ts'

/** What happened to a matter, for its history. */
export const ACTIVITY_KINDS = [
  'created', 'moved', 'edited', 'deleted', 'restored', 'commentAdded', 'commentEdited', 'commentRemoved', 'imported', 'importUndone',
] as const
export type ActivityKind = typeof ACTIVITY_KINDS[number]

/** One step of a matter's history, as its readers see it. */
export interface Activity {
  id: string
  matterId: MatterId
  /** Board version that the step made. */
  version: number
  kind: ActivityKind
  actorId: MemberId
  at: EpochMs
  reason: string | null
  /** Field → what it was and what it is; empty where the kind says it all. */
  fields: Record<string, { old: unknown, new: unknown }>
  commentId: string | null
  /** It took back an earlier step. */
  undo: boolean
}
