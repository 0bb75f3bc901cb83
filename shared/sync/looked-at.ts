import { itemKey, itemsByKey } from '#shared/kanban/list-items.ts'
import type { ItemKey, Matter, MatterField } from '#shared/kanban/matter.ts'
import { ITEM_FIELDS, MATTER_FIELDS } from '#shared/kanban/matter.ts'
import type { EditArgs, Mutation } from '#shared/kanban/mutation.ts'
import type { Looked } from './outbox-entry.ts'

/** What says where a matter stands, or that somebody spoke: no reason to keep it from being deleted. */
const PASSING_FIELDS: readonly MatterField[] = ['rank', 'stageEnteredAt', 'commentCount']

/** What a person has before their eyes when they make a change: the fields and items that it overwrites (rule X1). */
export function lookedAt(mutation: Mutation, row: Matter | null): Looked {
  return row ? Object.fromEntries(namesIn(mutation).map(name => [name, { version: row.version, value: valueOf(row, name) }])) : {}
}

/** The fields and items that a change overwrites. */
function namesIn(mutation: Mutation): (MatterField | ItemKey)[] {
  switch (mutation.kind) {
    case 'edit': return namesInEdit(mutation.args)
    case 'move': return ['columnId']
    case 'delete': return MATTER_FIELDS.filter(field => !PASSING_FIELDS.includes(field))
    default: return []
  }
}

/** The fields that an edit sets, and the items that it puts or removes. */
export function namesInEdit(args: EditArgs): (MatterField | ItemKey)[] {
  const set = args.set ?? {}
  const fields = MATTER_FIELDS.filter(field => set[field as keyof typeof set] !== undefined)
  const items = ITEM_FIELDS.flatMap(field => [
    ...(args[field]?.put ?? []).map(item => itemKey(field, item)),
    ...(args[field]?.remove ?? []).map(id => itemKey(field, { id })),
  ])
  return [...fields, ...items]
}

/** A field's value, or an item; null of an item that isn't there. */
export function valueOf(row: Matter, name: MatterField | ItemKey): unknown {
  return name.includes('/') ? itemsByKey(row).get(name as ItemKey) ?? null : row[name as MatterField]
}
