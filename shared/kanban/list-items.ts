import type { ItemField, ItemKey, Matter } from './matter.ts'
import { ITEM_FIELDS } from './matter.ts'

export type ListItem = Matter[ItemField][number]

/** The items of a matter's lists by the key under which their versions are kept. */
export function itemsByKey(matter: Pick<Matter, ItemField>, fields: readonly ItemField[] = ITEM_FIELDS): Map<ItemKey, ListItem> {
  return new Map(fields.flatMap(field => matter[field].map((item): [ItemKey, ListItem] => [itemKey(field, item), item])))
}

export function itemKey(field: ItemField, item: ListItem | { id: string }): ItemKey {
  return `${field}/${'memberId' in item ? item.memberId : item.id}`
}

/** The items that are there before and not the same after: changed, or gone. */
export function overwrittenItems(before: Pick<Matter, ItemField>, after: Pick<Matter, ItemField>): Map<ItemKey, ListItem> {
  const next = itemsByKey(after)
  return new Map([...itemsByKey(before)].filter(([key, item]) => JSON.stringify(next.get(key)) !== JSON.stringify(item)))
}
