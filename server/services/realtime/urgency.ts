import type { MatterRecord } from '#server/db/records.ts'
import type { MatterId } from '#shared/kanban/matter.ts'
import type { Actor } from '#shared/kanban/member.ts'
import { isAssigned } from '#shared/kanban/visibility.ts'
import type { BoardScene } from './board-scene.ts'

/** What changed for the readers of a class, as far as it matters how soon they hear of it. */
export interface Touched {
  /** Everything that they saw before or see now. */
  ids: ReadonlySet<MatterId>
  /** Whether there is something that can't wait, whatever each of them has open. */
  isPressing: boolean
}

/** Whether a reader with these matters open is to hear of it at once (docs/adr/0014-transports.md). */
export function isUrgent({ ids, isPressing }: Touched, focus: ReadonlySet<MatterId>): boolean {
  if (isPressing)
    return true
  for (const id of focus) {
    if (ids.has(id))
      return true
  }
  return false
}

/**
 * Whether a reader can't wait for a matter that came or changed after `from`: it is theirs, or was until then, or its
 * deadlines are new to them. What goes from sight can't wait either, and is none of this function's business.
 *
 * @param isNew whether the reader didn't see it before
 */
export function isPressing({ unassigned }: BoardScene, reader: Actor, matter: MatterRecord, from: number, isNew: boolean): boolean {
  const hasNewDeadlines = (matter.fieldVersions.deadlines?.v ?? 0) > from || (isNew && matter.deadlines.length > 0)
  return hasNewDeadlines || isAssigned(reader, matter)
    || (unassigned.get(matter.id)?.some(({ version, memberIds }) => version > from && memberIds.has(reader.id)) ?? false)
}
