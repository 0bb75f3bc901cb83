import type { MemberId } from './member.ts'

/** A field as it stands: its value, the board version that wrote it, and who did. */
export interface FieldState<Value> {
  value: Value
  version: number
  by: MemberId | null
}

/** What someone is making of a field, with what they saw when they began. */
export interface FieldDraft<Value> {
  value: Value
  /** The value and version that the person has looked at. */
  seen: Value
  base: number
}

/** How a draft stands to its field: nothing to save, something to save, or a choice between two. */
export type DraftStanding<Value>
  = | { kind: 'same' }
    | { kind: 'unsaved' }
    | { kind: 'conflict', theirs: FieldState<Value> }

/** A draft of a field as it stands, or with another value already in it. */
export function beginDraft<Value>(field: FieldState<Value>, value: Value = field.value): FieldDraft<Value> {
  return { value, seen: field.value, base: field.version }
}

/**
 * The draft after the field moved on beneath it. What nobody can miss moves along: an untouched draft
 * takes the newer value, and a newer version with the value that was seen counts as seen. Anything
 * else stays as it is, so that the newer value stands out.
 */
export function followField<Value>(draft: FieldDraft<Value>, field: FieldState<Value>): FieldDraft<Value> {
  if (field.version <= draft.base)
    return draft
  if (isSameValue(draft.value, draft.seen) || isSameValue(draft.value, field.value))
    return beginDraft(field)
  return isSameValue(field.value, draft.seen) ? { ...draft, base: field.version } : draft
}

export function standingOf<Value>(draft: FieldDraft<Value>, field: FieldState<Value>): DraftStanding<Value> {
  if (isSameValue(draft.value, field.value))
    return { kind: 'same' }
  if (field.version > draft.base && !isSameValue(field.value, draft.seen))
    return { kind: 'conflict', theirs: field }
  return { kind: 'unsaved' }
}

/** The draft of someone who has seen the newer value and goes on with their own. */
export function keepMine<Value>(draft: FieldDraft<Value>, field: FieldState<Value>): FieldDraft<Value> {
  return beginDraft(field, draft.value)
}

/** Equal as data; values here are JSON. */
export function isSameValue(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}
