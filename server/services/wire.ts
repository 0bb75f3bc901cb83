import type { ActivityRecord, ColumnRecord, MatterRecord, MemberRecord } from '#server/db/records.ts'
import type { Activity } from '#shared/kanban/activity.ts'
import type { Column } from '#shared/kanban/board.ts'
import type { Matter } from '#shared/kanban/matter.ts'
import type { Actor, Member } from '#shared/kanban/member.ts'
import { canSeeComments } from '#shared/kanban/visibility.ts'

/** A matter as it travels: without what only the logs need. */
export function matterToWire({ createdVersion: _created, deletedVersion: _deleted, gaps: _gaps, ...matter }: MatterRecord): Matter {
  return matter
}

/** A matter as this reader may see it: whoever doesn't read comments isn't told how many there are, nor who wrote the last one when. */
export function matterAsSeen(reader: Actor, record: MatterRecord): Matter {
  const matter = matterToWire(record)
  if (canSeeComments(reader))
    return matter
  const { commentCount: _last, ...fieldVersions } = matter.fieldVersions
  return { ...matter, commentCount: 0, fieldVersions }
}

/** A column as it travels: without where it was imported from. */
export function columnToWire({ external: _external, ...column }: ColumnRecord): Column {
  return column
}

/** A member as colleagues see them: without address and language. */
export function memberToWire({ id, name, role, active }: MemberRecord): Member {
  return { id, name, role, active }
}

/** A history step as it travels: without what only an undo needs. */
export function activityToWire({ boardId: _board, before: _before, after: _after, cid: _cid, n: _n, ...activity }: ActivityRecord): Activity {
  return activity
}
