import { itemKey } from '#shared/kanban/list-items.ts'
import type { ListItem } from '#shared/kanban/list-items.ts'
import type { ItemKey } from '#shared/kanban/matter.ts'
import { ITEM_FIELDS } from '#shared/kanban/matter.ts'
import type { EditArgs, ListChange } from '#shared/kanban/mutation.ts'
import { namesInEdit } from './looked-at.ts'

type ItemChange = ListChange<ListItem>

/** Whether an edit wants nothing. */
export function isEmptyEdit(args: EditArgs): boolean {
  return namesInEdit(args).length === 0 && !args.tags?.add?.length && !args.tags?.remove?.length
}

/** An edit without what it wants of some fields and items. */
export function editWithout({ set = {}, tags, ...lists }: EditArgs, names: readonly string[]): EditArgs {
  const rest = Object.entries(set).filter(([field]) => !names.includes(field))
  return {
    ...rest.length > 0 && { set: Object.fromEntries(rest) },
    ...tags && { tags },
    ...eachList((field) => {
      const { put = [], remove = [] } = (lists[field] ?? {}) as ItemChange
      return {
        put: put.filter(item => !names.includes(itemKey(field, item))),
        remove: remove.filter(id => !names.includes(itemKey(field, { id }))),
      }
    }),
  }
}

/** An edit with nothing but what it wants of some fields and items. */
export function editOnly({ tags: _tags, ...args }: EditArgs, names: readonly string[]): EditArgs {
  return editWithout(args, namesInEdit(args).filter(name => !names.includes(name)))
}

/**
 * What in an edit touches an item that it doesn't name: making one lawyer the primary one makes the one
 * before secondary, so that who decides on one of them decides on both. Null for what it names, or leaves alone.
 */
export function causeIn({ assignments }: EditArgs, name: string): ItemKey | null {
  const primary = name.startsWith('assignments/') ? assignments?.put?.find(({ role }) => role === 'PRIMARY_LAWYER') : undefined
  const cause = primary && itemKey('assignments', primary)
  return cause && cause !== name ? cause : null
}

/** Two edits as one; where both want something of a field or an item, the later one gets it. */
export function mergeEdits(earlier: EditArgs, later: EditArgs): EditArgs {
  const rest = editWithout(earlier, namesInEdit(later))
  const { add: added = [], remove: removed = [] } = earlier.tags ?? {}
  const { add = [], remove = [] } = later.tags ?? {}
  const tags = {
    add: [...added.filter(tag => !remove.includes(tag)), ...add],
    remove: [...removed.filter(tag => !add.includes(tag)), ...remove],
  }
  return {
    ...(rest.set ?? later.set) && { set: { ...rest.set, ...later.set } },
    ...(earlier.tags ?? later.tags) && { tags },
    ...eachList((field) => {
      const [a, b] = [rest[field] ?? {}, later[field] ?? {}] as [ItemChange, ItemChange]
      return { put: [...a.put ?? [], ...b.put ?? []], remove: [...a.remove ?? [], ...b.remove ?? []] }
    }),
  }
}

/** The changes of lists that change anything. */
function eachList(changeOf: (field: typeof ITEM_FIELDS[number]) => Required<ItemChange>): Pick<EditArgs, typeof ITEM_FIELDS[number]> {
  return Object.fromEntries(ITEM_FIELDS.flatMap((field) => {
    const change = changeOf(field)
    return change.put.length + change.remove.length > 0 ? [[field, change]] : []
  }))
}
