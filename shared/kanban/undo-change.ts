import { findColumn } from './board.ts'
import { findInvalid } from './find-invalid.ts'
import type { ListItem } from './list-items.ts'
import { itemKey, itemsByKey } from './list-items.ts'
import type { ItemField, ItemKey, Matter, MatterField } from './matter.ts'
import { ITEM_FIELDS, MATTER_FIELDS } from './matter.ts'
import type { MemberId } from './member.ts'
import { capabilityOfMove, moveStateOf } from './move-matter.ts'
import type { Mutation, UndoArgs } from './mutation.ts'
import type { ApplyResult, MutationContext, OwnChange } from './mutation-context.ts'
import { changedMatter, isSame, refuse, touched } from './mutation-context.ts'
import type { Capability } from './permissions.ts'
import { refusePermission } from './permissions.ts'

type OwnEdit = Extract<OwnChange, { kind: 'edit' }>
type OwnMove = Extract<OwnChange, { kind: 'move' }>

/** What a mutation changed, for its maker to take back; null where there is nothing to take back. */
export function ownChangeOf(before: Matter | null, mutation: Pick<Mutation, 'kind'>, result: ApplyResult): OwnChange | null {
  if (!before || !result.ok)
    return null
  if (mutation.kind === 'delete')
    return { kind: 'delete', version: null, matter: null }
  if (result.changed.length === 0)
    return null
  switch (mutation.kind) {
    case 'move': return { kind: 'move', version: null, before: moveStateOf(before), after: moveStateOf(result.matter) }
    case 'edit': return { kind: 'edit', version: null, before: pick(before, result.changed), after: pick(result.matter, result.changed) }
    default: return null
  }
}

/**
 * Whether the rows still let `actorId` take back a change of theirs. Of several on one matter it is a
 * question to the newest: those that lie under it come free when it is taken back.
 *
 * @param matter as it shows; undefined when it isn't there
 */
export function isStillUndoable(change: OwnChange, matter: Matter | undefined, actorId: MemberId): boolean {
  switch (change.kind) {
    case 'delete': return matter === undefined
    case 'move': return matter !== undefined && isPlaceUntouched(matter, change, actorId)
    case 'edit': return matter !== undefined && fieldsBefore(matter, change, actorId) !== null
    default: return change satisfies never
  }
}

/** The matter as it was before the actor's own change, where nobody built on that; what others did beside it stays. */
export function undoChange(matter: Matter | null, { id, args }: { id: string, args: UndoArgs }, context: MutationContext): ApplyResult {
  const change = context.findOwnChange(id, args)
  if (!matter)
    return change?.kind === 'delete' ? undoDeletion(change.matter, context) : refuse('MATTER_GONE')
  switch (change?.kind) {
    case 'move': return undoMove(matter, change, context)
    case 'edit': return undoEdit(matter, change, context)
    default: return refuse('UNDO_STALE')
  }
}

function undoDeletion(tombstone: Matter | null, context: MutationContext): ApplyResult {
  if (!tombstone)
    return refuse('UNDO_STALE')
  const code = refusePermission(context.actor, 'delete', tombstone)
  if (code)
    return refuse(code)
  const column = findColumn(context.board, tombstone.columnId)
  const hasItsPlace = column !== undefined && (!column.archived || tombstone.archived)
  return hasItsPlace ? { ok: true, matter: touched(tombstone, context), changed: [], deleted: false } : refuse('UNDO_STALE')
}

function undoMove(matter: Matter, change: OwnMove, context: MutationContext): ApplyResult {
  const { actor, board } = context
  const back = findColumn(board, change.before.columnId)
  if (!back || (back.archived && back.id !== matter.columnId) || !isPlaceUntouched(matter, change, actor.id))
    return refuse('UNDO_STALE')
  const code = refusePermission(actor, capabilityOfWayBack(matter, change, context), matter)
  return code ? refuse(code) : soundOrStale(matter, { ...matter, ...stateBefore(matter, change, actor.id) }, context)
}

/** Whoever lost the right to close or reopen since doesn't get it back by undoing. A critical column binds only the way in. */
function capabilityOfWayBack(matter: Matter, { before }: OwnMove, { board }: MutationContext): Capability {
  const capability = capabilityOfMove(findColumn(board, matter.columnId), findColumn(board, before.columnId)!)
  return capability === 'criticalMove' ? 'move' : capability
}

/** The place is one thing: who moved it to another column or only within its own built on the move. */
function isPlaceUntouched(matter: Matter, change: OwnMove, actorId: MemberId): boolean {
  const { columnId, rank } = matter.fieldVersions
  const last = (rank?.v ?? 0) > (columnId?.v ?? 0) ? rank : columnId
  const isHere = change.after !== undefined && matter.columnId === change.after.columnId
  // A drawn move finds its rank anew each time that it is drawn.
  if (!contains(matter, change))
    return isHere
  return last?.v === change.version || (last?.by === actorId && isHere && matter.rank === change.after!.rank)
}

/** What only moves set comes back as it was; a request and the archive also have other writers. */
function stateBefore(matter: Matter, change: OwnMove, actorId: MemberId): Partial<Matter> {
  const { closeRequest, archived, ...place } = change.before
  const shared = (['closeRequest', 'archived'] as const).filter(field => change.after
    ? !isSame(change.before[field], change.after[field]) && isUntouched(matter, change, field, change.after[field], actorId)
    : matter.fieldVersions[field]?.v === change.version)
  return { ...place, ...pick({ ...matter, closeRequest, archived }, shared) }
}

function undoEdit(matter: Matter, change: OwnEdit, context: MutationContext): ApplyResult {
  const fields = fieldsBefore(matter, change, context.actor.id)
  if (!fields)
    return refuse('UNDO_STALE')
  for (const field of fieldsOf(change)) {
    const code = refusePermission(context.actor, capabilityOf(field, change, context.actor.id), matter)
    if (code)
      return refuse(code, { field })
  }
  return soundOrStale(matter, { ...matter, ...fields }, context)
}

/** The right that the edit of a field takes, either way. */
function capabilityOf(field: MatterField, { before, after }: OwnEdit, actorId: MemberId): Capability {
  switch (field) {
    case 'hold': return 'hold'
    case 'priority': return 'prioritise'
    case 'confidentiality': return 'classify'
    case 'assignments':
    case 'clientMemberIds': return 'assign'
    // To clear another's request is to decide on it.
    case 'closeRequest': return [before, after].some(({ closeRequest }) => closeRequest && closeRequest.by !== actorId) ? 'close' : 'requestClose'
    default: return 'edit'
  }
}

/** The values that an edit found, as far as they come back; null when somebody built on it. */
function fieldsBefore(matter: Matter, change: OwnEdit, actorId: MemberId): Partial<Matter> | null {
  const fields = fieldsOf(change).map(field => [field, valueBefore(field, matter, change, actorId)] as const)
  return fields.some(([, value]) => value === undefined) ? null : Object.fromEntries(fields)
}

function valueBefore(field: MatterField, matter: Matter, change: OwnEdit, actorId: MemberId): unknown {
  if (isUntouched(matter, change, field, change.after[field], actorId))
    return change.before[field]
  if (field === 'tags')
    return tagsBefore(matter, change)
  return isItemField(field) ? itemsBefore(field, matter, change, actorId) : undefined
}

/** Takes out what the edit added and puts back what it removed, beside what others tagged. */
function tagsBefore({ tags }: Matter, { before, after }: OwnEdit): string[] {
  const [was, wrote] = [new Set(before.tags), new Set(after.tags)]
  return [...new Set([...tags.filter(tag => was.has(tag) || !wrote.has(tag)), ...was.difference(wrote)])]
}

/** Items that the edit changed come back as they were, each in its place among those that stand; undefined when somebody built on one. */
function itemsBefore(field: ItemField, matter: Matter, change: OwnEdit, actorId: MemberId): ListItem[] | undefined {
  const was = itemsByKey({ ...matter, ...change.before }, [field])
  const wrote = itemsByKey({ ...matter, ...change.after }, [field])
  const present = itemsByKey(matter, [field])
  const mine = [...was.keys(), ...wrote.keys()].filter(key => !isSame(was.get(key), wrote.get(key)))
  if (mine.some(key => !isItemUntouched(matter, change, key, { present: present.get(key), written: wrote.get(key) }, actorId)))
    return undefined
  const changed = new Set(mine)
  const items = [...present].flatMap(([key, item]) => changed.has(key) ? was.get(key) ?? [] : [item])
  const order = [...was.keys()]
  for (const key of order.filter(key => !present.has(key) && changed.has(key))) {
    const earlier = new Set(order.slice(0, order.indexOf(key)))
    items.splice(items.findLastIndex(item => earlier.has(itemKey(field, item))) + 1, 0, was.get(key)!)
  }
  return items
}

function isItemUntouched(
  matter: Matter, change: OwnEdit, key: ItemKey, { present, written }: Record<'present' | 'written', ListItem | undefined>, actorId: MemberId,
): boolean {
  if (!present || !written)
    return present === written
  return isUntouched(matter, change, key, written, actorId, present)
}

/** Whether a field or item still is what its change wrote, and its maker the last who wrote it. */
function isUntouched(
  matter: Matter, change: OwnChange, key: MatterField | ItemKey, written: unknown, actorId: MemberId, present: unknown = matter[key as MatterField],
): boolean {
  if (!contains(matter, change))
    return isSame(present, written)
  const last = matter.fieldVersions[key]
  // An undo of a later own change brought this one back.
  return last?.v === change.version || (last?.by === actorId && isSame(present, written))
}

/** False while the change is only drawn, over a row of the server that doesn't have it. */
function contains(matter: Matter, { version }: OwnChange): boolean {
  return version !== null && matter.version >= version
}

function soundOrStale(matter: Matter, undone: Matter, context: MutationContext): ApplyResult {
  return findInvalid(undone, context, matter, 'back') ? refuse('UNDO_STALE') : changedMatter(matter, undone, context)
}

function fieldsOf({ before }: OwnEdit): MatterField[] {
  return MATTER_FIELDS.filter(field => field in before)
}

function isItemField(field: MatterField): field is ItemField {
  return (ITEM_FIELDS as readonly MatterField[]).includes(field)
}

function pick(matter: Matter, fields: readonly MatterField[]): Partial<Matter> {
  return Object.fromEntries(fields.map(field => [field, matter[field]]))
}
