import { overwrittenItems } from '#shared/kanban/list-items.ts'
import type { ItemKey, Matter, MatterField } from '#shared/kanban/matter.ts'
import type { BaseVersions } from '#shared/kanban/mutation.ts'
import type { FieldConflict } from '#shared/protocol/problems.ts'

/**
 * Fields whose overlap is a person's to decide (rule X4). Of lists it is the single item; ranks and tags let
 * the last writer stand, or merge.
 */
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
  const items = [...overwrittenItems(current, wanted)].flatMap(([key, value]) => newerThan(base, current, key, value))
  const fields = changed
    .filter(field => ASKED_FIELDS.includes(field) && JSON.stringify(current[field]) !== JSON.stringify(wanted[field]))
    .flatMap(field => newerThan(base, current, field, current[field]))
  return [...fields, ...items]
}

function newerThan(base: BaseVersions, current: Matter, field: MatterField | ItemKey, value: unknown): FieldConflict[] {
  const seen = base[field]
  const last = current.fieldVersions[field]
  return seen !== undefined && last && last.v > seen
    ? [{ field, version: last.v, value, by: last.by, at: current.updatedAt }]
    : []
}
