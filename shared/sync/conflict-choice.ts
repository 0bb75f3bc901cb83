import { isSameValue } from '#shared/kanban/field-draft.ts'
import type { ListItem } from '#shared/kanban/list-items.ts'
import type { ItemField, ItemKey, MatterField } from '#shared/kanban/matter.ts'
import { ITEM_FIELDS } from '#shared/kanban/matter.ts'
import type { BaseVersions, EditArgs, ListChange } from '#shared/kanban/mutation.ts'
import type { Conflict, ConflictField, Resolution } from './conflict-record.ts'
import { causeIn, editOnly, editWithout, isEmptyEdit, mergeEdits } from './edit-args.ts'
import { namesInEdit } from './looked-at.ts'

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

/** Whether a field is a text, which people write by hand. */
export function isTextField(field: string): boolean {
  return TEXT_FIELDS.includes(field)
}

/** What has to be decided, in the order of the conflict. */
export function questionsOf({ fields, mutation: { args } }: EditConflict): ConflictQuestion[] {
  const questions = new Map<string, ConflictQuestion>()
  for (const field of fields) {
    const id = namesInEdit(args).includes(field.field) ? field.field : causeIn(args, field.field) ?? field.field
    const question = questions.get(id) ?? { id, fields: [], merge: null }
    question.fields.push(field)
    question.merge = question.fields.length === 1 && id === field.field ? mergeOf(field) : null
    questions.set(id, question)
  }
  return [...questions.values()]
}

/** Whether the change holds more than what is asked about. It goes in with whatever is chosen. */
export function hasRest(conflict: EditConflict): boolean {
  return !isEmptyEdit(editWithout(conflict.mutation.args, questionsOf(conflict).map(({ id }) => id)))
}

/**
 * What the choices come to: mine altogether goes out again as it was, theirs altogether stays, and anything
 * else is a change of its own. A question without a decision stays as it stands.
 *
 * @param shown the versions that were on the screen when the choice was made
 */
export function resolutionOf(conflict: EditConflict, decisions: Readonly<Partial<Record<string, Decision>>>, shown: BaseVersions): Resolution {
  const questions = questionsOf(conflict)
  if (questions.every(({ id }) => decisions[id]?.take === 'mine'))
    return { type: 'local', shown }
  const mine = questions.filter(({ id }) => decisions[id]?.take === 'mine').map(({ id }) => id)
  const resolvedData = questions.reduce((args, { id }) => {
    const decision = decisions[id]
    return decision?.take === 'merge' ? mergeEdits(args, editOf(id, decision.value)) : args
  }, editOnly(conflict.mutation.args, mine))
  return isEmptyEdit(resolvedData) ? { type: 'remote' } : { type: 'merge', resolvedData, shown }
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
  if (isTextField(field.field))
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

/** An edit that sets one field or item. */
function editOf(id: MatterField | ItemKey, value: unknown): EditArgs {
  const item = itemOf(id)
  return item ? { [item.list]: { put: [value as ListItem] } satisfies ListChange<ListItem> } : { set: { [id]: value } }
}
