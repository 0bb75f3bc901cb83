import type { Assignment } from './matter.ts'
import type { MemberId } from './member.ts'
import type { EditArgs, ListChange } from './mutation.ts'

/** The list with items put, in their old place where they were there already, and others removed. Each key stands once. */
export function changedList<Item>(list: Item[], change: ListChange<Item> | undefined, keyOf: (item: Item) => string): Item[] {
  if (!change)
    return list
  const removed = new Set(change.remove)
  const put = new Map(change.put?.map(item => [keyOf(item), item]))
  const kept = list.filter(item => !removed.has(keyOf(item))).map((item) => {
    const key = keyOf(item)
    const next = put.get(key) ?? item
    put.delete(key)
    return next
  })
  return [...kept, ...put.values()]
}

/** The tags with some added and some removed; each stands once, without space around it. */
export function changedTags(tags: string[], change: EditArgs['tags']): string[] {
  if (!change)
    return tags
  const removed = new Set(change.remove)
  const kept = tags.filter(tag => !removed.has(tag))
  const added = (change.add ?? []).map(tag => tag.trim()).filter(tag => tag !== '')
  return [...new Set([...kept, ...added])]
}

/** The assignments after a change. A new primary lawyer makes the one before secondary, so that there is never a moment with two. */
export function changedAssignments(list: Assignment[], change: ListChange<Assignment, MemberId> | undefined): Assignment[] {
  const changed = changedList(list, change, ({ memberId }) => memberId)
  const primary = change?.put?.findLast(({ role }) => role === 'PRIMARY_LAWYER')
  if (!primary)
    return changed
  return changed.map(assignment => assignment.role === 'PRIMARY_LAWYER' && assignment.memberId !== primary.memberId
    ? { ...assignment, role: 'SECONDARY_LAWYER' }
    : assignment)
}
