import { isSameValue } from '#shared/kanban/field-draft.ts'
import type { Assignment, Deadline, ItemField, ItemKey, MatterField, Task } from '#shared/kanban/matter.ts'
import { ITEM_FIELDS } from '#shared/kanban/matter.ts'
import type { BaseVersions, EditArgs, ListChange, MatterPatch } from '#shared/kanban/mutation.ts'
import type { Conflict, ConflictField, Resolution } from './conflict-record.ts'

/** One thing to decide: a field or an item that the change names, with all that was met because of it. */
export interface ConflictQuestion {
  id: MatterField | ItemKey
  fields: ConflictField[]
  /** How the two can go together: a text that is edited by hand, a value that is ready, or not at all. */
  merge: { kind: 'text' } | { kind: 'value', value: unknown } | null
}

/** What a person chose for one question; `value` is what they made of both. */
export type Decision = { take: 'mine' } | { take: 'theirs' } | { take: 'merge', value: unknown }

/** An edit that waits for a choice. */
export type EditConflict = Conflict & { mutation: { kind: 'edit' } }

const TEXT_FIELDS: readonly string[] = [
  'title', 'description', 'clientName', 'opposingParty', 'courtName', 'courtCaseNumber', 'caseNumber', 'waitingOn',
] satisfies MatterField[]

/** What has to be decided, in the order of the conflict. */
export function questionsOf({ fields, mutation: { args } }: EditConflict): ConflictQuestion[] {
  const questions = new Map<string, ConflictQuestion>()
  for (const field of fields) {
    const id = names(args, field.field) ? field.field : causeOf(args, field.field)
    const question = questions.get(id) ?? { id, fields: [], merge: null }
    question.fields.push(field)
    question.merge = question.fields.length === 1 && id === field.field ? mergeOf(field) : null
    questions.set(id, question)
  }
  return [...questions.values()]
}

/** The parts of the change that met nothing and go in with whatever is chosen. */
export function restOf(conflict: EditConflict): EditArgs {
  return questionsOf(conflict).reduce((args, { id }) => without(args, id), conflict.mutation.args)
}

/**
 * What the choices come to: mine altogether goes out again as it was, theirs altogether needs nothing, and
 * anything else is a change of its own. A question without a decision stays as it stands.
 *
 * @param shown the versions that were on the screen when the choice was made
 */
export function resolutionOf(conflict: EditConflict, decisions: Readonly<Partial<Record<string, Decision>>>, shown: BaseVersions): Resolution {
  const questions = questionsOf(conflict)
  if (questions.every(({ id }) => decisions[id]?.take === 'mine'))
    return { type: 'local', shown }
  const args = questions.reduce((next, { id }) => {
    const decision = decisions[id]
    if (decision?.take === 'mine')
      return next
    return decision?.take === 'merge' ? put(next, id, decision.value) : without(next, id)
  }, conflict.mutation.args)
  return isEmpty(args)
    ? { type: 'remote' }
    : { type: 'merge', resolvedData: args, shown: { ...conflict.mutation.base, ...shown } }
}

/** The versions of what a conflict shows. */
export function versionsOf({ fields }: Pick<Conflict, 'fields'>): BaseVersions {
  return Object.fromEntries(fields.map(({ field, version }) => [field, version]))
}

/** The fields that changed once more since these versions were shown. */
export function newerThan({ fields }: Pick<Conflict, 'fields'>, shown: BaseVersions): ConflictField[] {
  return fields.filter(({ field, version }) => version > (shown[field] ?? -1))
}

/** Of `deadlines/0190…` the list and the item's own key; null of a field. */
export function itemOf(field: MatterField | ItemKey): { list: ItemField, key: string } | null {
  const [list, key] = field.split('/')
  return key !== undefined && ITEM_FIELDS.includes(list as ItemField) ? { list: list as ItemField, key } : null
}

/**
 * What both sides made of a value, where they changed different sides of it: a deadline's day here and its
 * title there, one client's account here and another's there. Null where they didn't, or nothing new would come of it.
 */
export function combine({ base, mine, theirs }: Pick<ConflictField, 'base' | 'mine' | 'theirs'>): unknown {
  const combined = Array.isArray(base) && Array.isArray(mine) && Array.isArray(theirs)
    ? combineSets(base, mine, theirs)
    : isItem(base) && isItem(mine) && isItem(theirs) ? combineItems(base, mine, theirs) : null
  return combined === null || isSameValue(combined, mine) || isSameValue(combined, theirs) ? null : combined
}

function mergeOf(field: ConflictField): ConflictQuestion['merge'] {
  if (TEXT_FIELDS.includes(field.field))
    return { kind: 'text' }
  const value = combine(field)
  return value === null ? null : { kind: 'value', value }
}

function combineSets(base: unknown[], mine: unknown[], theirs: unknown[]): unknown[] {
  const added = mine.filter(item => !base.includes(item) && !theirs.includes(item))
  return [...theirs.filter(item => mine.includes(item) || !base.includes(item)), ...added]
}

type Item = Record<string, unknown>

/** What says only together when something is due. */
const WHEN = ['date', 'time', 'timeZone']

function combineItems(base: Item, mine: Item, theirs: Item): Item | null {
  const combined: Item = { ...theirs }
  for (const key of Object.keys(theirs)) {
    const group = WHEN.includes(key) ? WHEN : [key]
    const isChangedBy = (side: Item) => group.some(part => !isSameValue(side[part], base[part]))
    if (!isChangedBy(mine))
      continue
    // Done is done: two people's minutes are no disagreement.
    const isAgreed = key === 'doneAt' && Boolean(mine.doneAt) === Boolean(theirs.doneAt)
    if (isChangedBy(theirs) && !isAgreed && group.some(part => !isSameValue(mine[part], theirs[part])))
      return null
    combined[key] = isAgreed && isChangedBy(theirs) ? theirs[key] : mine[key]
  }
  return combined
}

function isItem(value: unknown): value is Item {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && ('id' in value || 'memberId' in value)
}

function names({ set, ...lists }: EditArgs, field: MatterField | ItemKey): boolean {
  const item = itemOf(field)
  if (!item)
    return set !== undefined && field in set
  const change = lists[item.list] as ListChange<ListItem> | undefined
  return (change?.put?.some(put => keyOf(put) === item.key) || change?.remove?.includes(item.key)) ?? false
}

/** Making one lawyer the primary one touches the one before, whom the change doesn't name. */
function causeOf({ assignments }: EditArgs, field: MatterField | ItemKey): MatterField | ItemKey {
  const primary = itemOf(field)?.list === 'assignments' ? assignments?.put?.find(({ role }) => role === 'PRIMARY_LAWYER') : undefined
  return primary ? `assignments/${primary.memberId}` : field
}

type ListItem = Task | Deadline | Assignment

function keyOf(item: ListItem): string {
  return 'memberId' in item ? item.memberId : item.id
}

function without(args: EditArgs, id: MatterField | ItemKey): EditArgs {
  const item = itemOf(id)
  if (!item) {
    const set = Object.fromEntries(Object.entries(args.set ?? {}).filter(([field]) => field !== id)) as MatterPatch
    return { ...args, set }
  }
  const change = args[item.list] as ListChange<ListItem> | undefined
  return { ...args, [item.list]: { put: change?.put?.filter(put => keyOf(put) !== item.key), remove: change?.remove?.filter(key => key !== item.key) } }
}

function put(args: EditArgs, id: MatterField | ItemKey, value: unknown): EditArgs {
  const item = itemOf(id)
  const rest = without(args, id)
  if (!item)
    return { ...rest, set: { ...rest.set, [id]: value } }
  const change = rest[item.list] as ListChange<ListItem> | undefined
  return { ...rest, [item.list]: { ...change, put: [...change?.put ?? [], value as ListItem] } }
}

/** Whether nothing is left to change. */
export function isEmpty({ set, tags, tasks, deadlines, assignments }: EditArgs): boolean {
  const lists = [tags?.add, tags?.remove, ...[tasks, deadlines, assignments].flatMap(list => [list?.put, list?.remove])]
  return Object.keys(set ?? {}).length === 0 && lists.every(list => !list?.length)
}
