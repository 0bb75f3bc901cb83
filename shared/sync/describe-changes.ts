import type { Matter, MatterId } from '#shared/kanban/matter.ts'
import { MATTER_FIELDS } from '#shared/kanban/matter.ts'
import type { MemberId } from '#shared/kanban/member.ts'
import type { RowChanges } from './board-replica.ts'

/** Something that happened on the board and wasn't done here. */
export interface RemoteChange {
  matterId: MatterId
  /** Who did it; null where the server doesn't say, as for a matter that went away. */
  by: MemberId | null
  kind: 'created' | 'moved' | 'edited' | 'deleted'
  /** The matter as it is now; for a deleted one, as it last was here. */
  matter: Matter | null
}

/**
 * What others did, in the words of the board. A new place in the same column is nobody's news.
 *
 * @param isOwn whether this reader did it; asked of the member who changed the row, null when it went away
 */
export function describeChanges(changes: RowChanges, isOwn: (matterId: MatterId, by: MemberId | null) => boolean): RemoteChange[] {
  return [...changes].flatMap(([matterId, { before, after }]) => {
    const by = after?.updatedBy ?? null
    const kind = kindOf(before, after)
    return kind && !isOwn(matterId, by) ? [{ matterId, by, kind, matter: after ?? before }] : []
  })
}

function kindOf(before: Matter | null, after: Matter | null): RemoteChange['kind'] | null {
  if (!after)
    return 'deleted'
  if (!before)
    return 'created'
  if (before.columnId !== after.columnId)
    return 'moved'
  const isEdited = MATTER_FIELDS.some(field => field !== 'rank' && before[field] !== after[field])
    || before.fieldVersions.commentCount?.v !== after.fieldVersions.commentCount?.v
  return isEdited ? 'edited' : null
}
