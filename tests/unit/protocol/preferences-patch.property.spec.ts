import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PreferencesPatch } from '#shared/protocol/personal-requests.ts'
import { fullList, joinPatches, MOST_LISTED, patchPreferences } from '#shared/protocol/preferences-patch.ts'
import type { Preferences } from '#shared/protocol/preferences.ts'
import { DEFAULT_PREFERENCES } from '#shared/protocol/preferences.ts'

const ids = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'))
const types = fc.uniqueArray(fc.constantFrom('followed' as const, 'assigned' as const, 'board' as const))
const lists = fc.record({ mutedTypes: types, mutedBoards: ids, mutedMatters: ids }, { requiredKeys: [] })
const patches: fc.Arbitrary<PreferencesPatch> = fc.record({
  theme: fc.constantFrom('dark' as const, 'light' as const), cursors: fc.boolean(),
  mutedTypes: types, mutedMatters: ids, add: lists, remove: lists,
}, { requiredKeys: [] })

/** The order within a list means nothing. */
const meaning = ({ mutedTypes, mutedBoards, mutedMatters, ...rest }: Preferences) =>
  ({ ...rest, mutedTypes: new Set(mutedTypes), mutedBoards: new Set(mutedBoards), mutedMatters: new Set(mutedMatters) })

describe('a patch of preferences', () => {
  it('[N3] does what two do one after the other when they are joined', () => {
    fc.assert(fc.property(fc.array(patches, { minLength: 2, maxLength: 6 }), (all) => {
      const stepByStep = all.reduce(patchPreferences, DEFAULT_PREFERENCES as Preferences)
      const atOnce = patchPreferences(DEFAULT_PREFERENCES as Preferences, all.reduce(joinPatches))
      expect(meaning(atOnce)).toEqual(meaning(stepByStep))
    }))
  })
  it('[N3] gives the same lists in whatever order devices mute and unmute different things', () => {
    fc.assert(fc.property(ids, ids, ids, (before, add, remove) => {
      const from = { ...DEFAULT_PREFERENCES, mutedMatters: before }
      const [one, two] = [{ add: { mutedMatters: add } }, { remove: { mutedMatters: remove.filter(id => !add.includes(id)) } }]
      expect(meaning([one, two].reduce(patchPreferences, from))).toEqual(meaning([two, one].reduce(patchPreferences, from)))
    }))
  })
  it('[N3] names nothing twice, and leaves what it doesn\'t name as it was', () => {
    const before: Preferences = { ...DEFAULT_PREFERENCES, mutedMatters: ['a'], mutedBoards: ['b'] }
    const after = patchPreferences(before, { theme: 'dark', add: { mutedMatters: ['c', 'a', 'c'] } })
    expect(after).toEqual({ ...before, theme: 'dark', mutedMatters: ['a', 'c'] })
    expect(after.mutedBoards).toBe(before.mutedBoards)
  })
  it('[N3] has no room beyond the most that a list takes, and may always shorten one', () => {
    const of = (length: number): Preferences => ({ ...DEFAULT_PREFERENCES, mutedBoards: Array.from({ length }, (_, index) => String(index)) })
    expect(fullList(of(MOST_LISTED - 1), of(MOST_LISTED))).toBeNull()
    expect(fullList(of(MOST_LISTED), of(MOST_LISTED + 1))).toBe('mutedBoards')
    expect(fullList(of(MOST_LISTED + 2), of(MOST_LISTED + 1))).toBeNull()
  })
})
