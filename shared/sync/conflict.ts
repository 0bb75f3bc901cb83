import { itemKey, itemsByKey, overwrittenItems } from '#shared/kanban/list-items.ts'
import type { FieldVersion, ItemField, ItemKey, Matter, MatterField } from '#shared/kanban/matter.ts'
import { ITEM_FIELDS } from '#shared/kanban/matter.ts'
import type { BaseVersions } from '#shared/kanban/mutation.ts'
import { MOVE_FIELDS } from '#shared/kanban/mutation-context.ts'
import type { FieldConflict, FieldOrigin } from '#shared/protocol/problems.ts'

/**
 * Fields whose overlap is a person's to decide (rule X4). Of lists it is the single item; ranks and tags let
 * the last writer stand, or merge.
 */
const ASKED_FIELDS: readonly MatterField[] = [
  'caseNumber', 'courtCaseNumber', 'courtName', 'title', 'description', 'clientName', 'opposingParty', 'practiceArea',
  'columnId', 'hold', 'waitingOn', 'closeRequest', 'priority', 'confidentiality', 'clientMemberIds', 'openedOn', 'filedOn',
]

/** Where a matter stands in its column, and since when: no reason to keep it (rule X2). */
const PLACE_FIELDS: readonly string[] = ['rank', 'stageEnteredAt'] satisfies MatterField[]

/** What says nothing to who changed something else. */
const QUIET_FIELDS: readonly string[] = [...PLACE_FIELDS, 'commentCount']

/**
 * The fields that someone else changed since `base` to another value than the one now wanted (rule X1).
 *
 * @param current the matter as it stands
 * @param wanted the matter as the mutation would leave it
 * @param changed the fields in which the two differ
 * @param cid the outbox of the mutation: what it wrote itself isn't someone else's
 */
export function findConflicts(
  current: Matter,
  wanted: Matter,
  changed: readonly MatterField[],
  base: BaseVersions | undefined,
  cid: string | null = null,
): FieldConflict[] {
  if (!base)
    return []
  const fields = changed.filter(field => ASKED_FIELDS.includes(field) && JSON.stringify(current[field]) !== JSON.stringify(wanted[field]))
  const items = [...overwrittenItems(current, wanted).keys(), ...revivedItems(current, wanted)]
  return newerThan(current, [...fields, ...items], base, cid)
}

/** What someone else changed since `base` on a matter that is to be deleted: all of it would be lost (rule X2). */
export function findDeletionConflicts(current: Matter, base: BaseVersions | undefined, cid: string | null = null): FieldConflict[] {
  const fields = Object.keys(base ?? {}).filter(field => !PLACE_FIELDS.includes(field))
  return newerThan(current, fields as (keyof BaseVersions)[], base ?? {}, cid)
}

/**
 * What others changed beside a mutation since its maker looked (rule X2), told so that it surprises nobody.
 * Where both wanted the same there is nothing to tell. Of a list it is the single items, but for those that were removed.
 *
 * @param current the matter before the mutation
 * @param wanted the matter after it
 * @param changed the fields in which the two differ
 */
export function findOthers(
  current: Matter,
  wanted: Matter,
  changed: readonly MatterField[],
  base: BaseVersions | undefined,
  cid: string | null = null,
): FieldOrigin[] {
  const looked = Math.max(-1, ...Object.values(base ?? {}) as number[])
  if (looked < 0)
    return []
  const named = [...Object.keys(base ?? {}), ...changed]
  // Two who move to one place agree, and with that on all that a move sets.
  const written = new Set<string>([...named, ...overwrittenItems(current, wanted).keys(), ...(named.includes('columnId') ? MOVE_FIELDS : [])])
  const entries = Object.entries(current.fieldVersions) as [MatterField | ItemKey, FieldVersion][]
  const newer = entries.filter(([field, last]) =>
    last.v > looked && isForeign(last, cid) && !written.has(field) && !QUIET_FIELDS.includes(field))
  const hasNewerItem = (list: string, v: number) => newer.some(([key, last]) => key.startsWith(`${list}/`) && last.v === v)
  return newer
    .filter(([field, { v }]) => !hasNewerItem(field, v))
    .map(([field, { v, by, at }]) => ({ field, version: v, by, at }))
}

/** A field or an item as it stands, and who wrote it: of an item that is gone null, and who last changed its list. */
export function standing(matter: Matter, field: MatterField | ItemKey): FieldConflict {
  const { v, by, at } = lastOf(matter, field) ?? { v: matter.version, by: matter.updatedBy, at: matter.updatedAt }
  const value = isItemKey(field) ? itemsByKey(matter).get(field) ?? null : matter[field]
  return { field, version: v, value, by, at }
}

function newerThan(current: Matter, fields: readonly (MatterField | ItemKey)[], base: BaseVersions, cid: string | null): FieldConflict[] {
  return fields.flatMap((field) => {
    const seen = base[field]
    const last = lastOf(current, field)
    const isNewer = seen !== undefined && last && last.v > seen
    // Who removed an item can't be told from who last changed its list.
    return isNewer && (isForeign(last, cid) || !current.fieldVersions[field]) ? [standing(current, field)] : []
  })
}

/** Items that the person changes and somebody has removed. */
function revivedItems(current: Matter, wanted: Matter): ItemKey[] {
  const present = itemsByKey(current)
  return ITEM_FIELDS.flatMap(field => wanted[field].map(item => itemKey(field, item))).filter(key => !present.has(key))
}

/** Who last wrote a field or an item; an item that is gone has left only its list's. */
function lastOf(matter: Matter, field: MatterField | ItemKey): FieldVersion | undefined {
  const own = matter.fieldVersions[field]
  return own || !isItemKey(field) || itemsByKey(matter).has(field) ? own : matter.fieldVersions[listOf(field)]
}

function isForeign(last: FieldVersion, cid: string | null): boolean {
  return cid === null || last.cid !== cid
}

function listOf(key: ItemKey): ItemField {
  return key.slice(0, key.indexOf('/')) as ItemField
}

function isItemKey(field: MatterField | ItemKey): field is ItemKey {
  return field.includes('/')
}
