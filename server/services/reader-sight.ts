import type { AccessTransition, MatterAccess } from '#server/db/records.ts'
import type { MatterId } from '#shared/kanban/matter.ts'
import type { Actor } from '#shared/kanban/member.ts'
import { canSee } from '#shared/kanban/visibility.ts'

/** Whether a reader saw a matter as of a version. */
export type Sight = (matterId: MatterId, version: number) => boolean

/**
 * What a reader saw at each version above some N, told backwards from what is: the matter's own versions
 * and gaps say when it existed, and each transition of the access log turns the answer over (rule P4).
 *
 * @param matters what decides who sees them now; of a deleted one, at its end. By id, if whoever asks has them so.
 * @param transitions the reader's own, above N, oldest first
 */
export function createSight(
  reader: Actor,
  matters: readonly MatterAccess[] | ReadonlyMap<MatterId, MatterAccess>,
  transitions: readonly AccessTransition[],
): Sight {
  const byId: ReadonlyMap<MatterId, MatterAccess> = matters instanceof Map ? matters : new Map([...matters.values()].map(matter => [matter.id, matter]))
  const byMatter = Map.groupBy(transitions, ({ matterId }) => matterId)
  return (matterId, version) => {
    const matter = byId.get(matterId)
    if (!matter || !existed(matter, version))
      return false
    const next = byMatter.get(matterId)?.find(transition => transition.version > version)
    return next ? !next.visible : canSee(reader, matter)
  }
}

function existed({ createdVersion, deletedVersion, gaps }: MatterAccess, version: number): boolean {
  return createdVersion <= version && (deletedVersion === null || deletedVersion > version)
    && !gaps.some(gap => gap.deleted <= version && version < gap.restored)
}
