import { describe, expect, it } from 'vitest'
import { beginDraft, followField, isSameValue, keepMine, standingOf } from '#shared/kanban/field-draft.ts'
import type { FieldState } from '#shared/kanban/field-draft.ts'

const field = (value: string, version: number, by: string | null = 'ben'): FieldState<string> => ({ value, version, by })

describe('a draft of a field', () => {
  it('has nothing to save before anything was typed', () => {
    expect(standingOf(beginDraft(field('Lease', 1)), field('Lease', 1))).toEqual({ kind: 'same' })
  })

  it('is unsaved once something else was typed', () => {
    expect(standingOf(beginDraft(field('Lease', 1), 'Leases'), field('Lease', 1))).toEqual({ kind: 'unsaved' })
  })

  it('[C8] keeps what was typed and shows the newer value beside it', () => {
    const draft = beginDraft(field('Lease', 1), 'Mine')
    expect(followField(draft, field('Theirs', 2))).toBe(draft)
    expect(standingOf(draft, field('Theirs', 2))).toEqual({ kind: 'conflict', theirs: field('Theirs', 2) })
  })

  it('follows the field while nobody typed', () => {
    expect(followField(beginDraft(field('Lease', 1)), field('Theirs', 2))).toEqual(beginDraft(field('Theirs', 2)))
  })

  it('agrees when a colleague wrote the same words', () => {
    const followed = followField(beginDraft(field('Lease', 1), 'Same'), field('Same', 2))
    expect(followed).toEqual(beginDraft(field('Same', 2)))
    expect(standingOf(followed, field('Same', 2))).toEqual({ kind: 'same' })
  })

  it('counts a newer version with the value that was seen as seen', () => {
    const followed = followField(beginDraft(field('Lease', 1), 'Mine'), field('Lease', 3))
    expect(followed).toEqual({ value: 'Mine', seen: 'Lease', base: 3 })
    expect(standingOf(followed, field('Lease', 3))).toEqual({ kind: 'unsaved' })
  })

  it('leaves a draft alone when the field is no newer', () => {
    const draft = beginDraft(field('Lease', 2), 'Mine')
    expect(followField(draft, field('Older', 1))).toBe(draft)
  })

  it('[X3] keeping one\'s own counts the newer value as seen, so that a third change asks again', () => {
    const mine = keepMine(beginDraft(field('Lease', 1), 'Mine'), field('Theirs', 2))
    expect(mine).toEqual({ value: 'Mine', seen: 'Theirs', base: 2 })
    expect(standingOf(mine, field('Theirs', 2))).toEqual({ kind: 'unsaved' })
    expect(standingOf(mine, field('Third', 3)).kind).toBe('conflict')
  })

  it('compares values as data', () => {
    expect(isSameValue(['a'], ['a'])).toBe(true)
    expect(isSameValue(null, '')).toBe(false)
  })
})
