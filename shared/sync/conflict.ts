import type { Matter, MatterField } from '#shared/kanban/matter.ts'
import type { BaseVersions } from '#shared/kanban/mutation.ts'
import type { FieldConflict } from '#shared/protocol/problems.ts'

/** Fields whose overlap is a person's to decide (rule X4); the others merge or let the last writer stand. */
const ASKED_FIELDS: readonly MatterField[] = [
  'caseNumber', 'courtCaseNumber', 'courtName', 'title', 'description', 'clientName', 'opposingParty', 'practiceArea',
  'columnId', 'hold', 'waitingOn', 'closeRequest', 'priority', 'confidentiality', 'clientMemberIds', 'openedOn', 'filedOn',
]

/**
 * The fields that someone else changed since `base` to another value than the one now wanted (rule X1).
 *
 * @param current the matter as it stands
 * @param wanted the matter as the mutation would leave it
 * @param changed the fields in which the two differ
 */
export function findConflicts(current: Matter, wanted: Matter, changed: readonly MatterField[], base: BaseVersions | undefined): FieldConflict[] {
  if (!base)
    return []
  return changed.flatMap((field) => {
    const seen = base[field]
    const last = current.fieldVersions[field]
    if (seen === undefined || !last || last.v <= seen || !ASKED_FIELDS.includes(field))
      return []
    if (JSON.stringify(current[field]) === JSON.stringify(wanted[field]))
      return []
    return [{ field, version: last.v, value: current[field], by: last.by, at: current.updatedAt }]
  })
}
