import type { PreferencesPatch } from './personal-requests.ts'
import type { Preferences } from './preferences.ts'

/** The lists of what is muted. They grow and shrink entry by entry, so that two devices take nothing back from each other. */
const MUTED_LISTS = ['mutedTypes', 'mutedBoards', 'mutedMatters'] as const
type MutedList = typeof MUTED_LISTS[number]

/** So many entries one of a member's lists takes; beyond them `LIST_FULL`. */
export const MOST_LISTED = 1_000

/**
 * The preferences after a patch: keys are set first, then entries are taken off the lists, then put on them. Browser and
 * server run this same function.
 */
export function patchPreferences(preferences: Preferences, { add = {}, remove = {}, ...keys }: PreferencesPatch): Preferences {
  const next = { ...preferences, ...keys } as Preferences
  const lists = MUTED_LISTS.filter(list => add[list] || remove[list])
  return { ...next, ...Object.fromEntries(lists.map(list => [list, changed(next[list], add[list], remove[list])])) }
}

/** One patch that does what both do, one after the other. */
export function joinPatches(one: PreferencesPatch, next: PreferencesPatch): PreferencesPatch {
  const { add: add1 = {}, remove: remove1 = {}, ...keys1 } = one
  const { add: add2 = {}, remove: remove2 = {}, ...keys2 } = next
  const add: Record<string, string[]> = {}
  const remove: Record<string, string[]> = {}
  for (const list of MUTED_LISTS) {
    // A whole list takes the place of all that was done to it before.
    const [added, removed] = keys2[list] ? [[], []] : [add1[list] ?? [], remove1[list] ?? []]
    const adds = changed(added, add2[list], remove2[list])
    const removes = changed(removed, remove2[list])
    if (adds.length > 0)
      add[list] = adds
    if (removes.length > 0)
      remove[list] = removes
  }
  return {
    ...keys1, ...keys2,
    ...(Object.keys(add).length > 0 && { add }),
    ...(Object.keys(remove).length > 0 && { remove }),
  }
}

/** The list that a patch would make longer than lists may be; null when all have room. */
export function fullList(before: Preferences, after: Preferences): MutedList | null {
  return MUTED_LISTS.find(list => after[list].length > Math.max(MOST_LISTED, before[list].length)) ?? null
}

function changed(entries: readonly string[], add: readonly string[] = [], remove: readonly string[] = []): string[] {
  const off = new Set(remove)
  return [...new Set([...entries.filter(entry => !off.has(entry)), ...add])]
}
