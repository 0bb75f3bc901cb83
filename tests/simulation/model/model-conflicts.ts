import type { ItemKey, Matter, MatterField } from '#shared/kanban/matter.ts'
import type { BaseVersions, Mutation } from '#shared/kanban/mutation.ts'

/*
 * Rules X1, X2 and X4 once more, from the document alone: that the engine and the services agree with them is
 * what the simulation finds out.
 */

/** Ranks, and what follows from a move, go to the last writer; tags are a union; lists are compared item by item. */
const NEVER_ASKED: readonly string[] = [
  'rank', 'tags', 'tasks', 'deadlines', 'assignments', 'externalRefs', 'archived', 'commentCount', 'stageEnteredAt', 'closedOn', 'closeOutcome',
]

const LISTS = { tasks: 'id', deadlines: 'id', assignments: 'memberId' } as const
type List = keyof typeof LISTS
const LIST_NAMES = Object.keys(LISTS) as List[]

export interface Overlap {
  /** Fields and items that a person has to decide. */
  conflicts: string[]
  /** What others wrote since the base, and the change leaves alone or agrees with. */
  others: string[]
}

export function overlapOf(before: Matter, after: Matter, changed: readonly MatterField[], mutation: Mutation, cid: string | null): Overlap {
  const base: BaseVersions = mutation.base ?? {}
  const isForeignSince = (name: string) => {
    const seen = base[name as MatterField]
    const last = before.fieldVersions[name as MatterField]
    return seen !== undefined && last !== undefined && last.v > seen && !(cid !== null && last.cid === cid)
  }
  if (mutation.kind === 'delete')
    return { conflicts: Object.keys(base).filter(name => name !== 'rank' && name !== 'stageEnteredAt').filter(isForeignSince), others: [] }
  const conflicts: string[] = changed.filter(field => !NEVER_ASKED.includes(field)).filter(isForeignSince)
  for (const list of LIST_NAMES) {
    const wanted = itemsOf(after, list)
    const present = itemsOf(before, list)
    for (const [key, item] of present) {
      if (wanted.get(key) !== item && isForeignSince(key))
        conflicts.push(key)
    }
    // An item that the person looked at and that is gone meets whoever writes it again.
    for (const key of wanted.keys()) {
      if (!present.has(key) && base[key] !== undefined && isForeignSince(list))
        conflicts.push(key)
    }
  }
  const newest = Math.max(0, ...Object.values(base).map(version => version ?? 0))
  const others = Object.entries(before.fieldVersions)
    .filter(([name, last]) => Object.keys(base).length > 0 && last!.v > newest && !(cid !== null && last!.cid === cid) && !name.includes('/'))
    .map(([name]) => name)
  return { conflicts, others: others.filter(name => name !== 'rank' && name !== 'commentCount') }
}

/** What stands in a field, or as an item; null where nothing does. */
export function valueOf(matter: Matter, name: string): unknown {
  const [list] = name.split('/')
  if (!name.includes('/'))
    return matter[name as MatterField]
  const text = itemsOf(matter, list as List).get(name as ItemKey)
  return text === undefined ? null : JSON.parse(text)
}

/** The items of a list, as text, by the key under which their versions are kept. */
export function itemsOf(matter: Matter, list: List): Map<ItemKey, string> {
  const items = matter[list] as unknown as readonly Record<string, unknown>[]
  return new Map(items.map(item => [`${list}/${String(item[LISTS[list]])}`, JSON.stringify(item)]))
}
