import { v7 as uuidv7 } from 'uuid'
import type { AccessEntry, ActivityRecord, MemberRecord, NewChange } from '#server/db/records.ts'
import { itemsByKey } from '#shared/kanban/list-items.ts'
import type { EpochMs, FieldVersion, Matter, MatterField } from '#shared/kanban/matter.ts'
import { MATTER_FIELDS } from '#shared/kanban/matter.ts'
import type { Actor } from '#shared/kanban/member.ts'
import type { Mutation } from '#shared/kanban/mutation.ts'
import { moveStateOf } from '#shared/kanban/move-matter.ts'
import { canSee } from '#shared/kanban/visibility.ts'

/** Who writes, when, and as which version. */
export interface Stamp {
  boardId: string
  version: number
  actor: Actor
  at: EpochMs
}

/** The fields that decide who sees a matter. */
const ACCESS_FIELDS: readonly MatterField[] = ['confidentiality', 'assignments', 'clientMemberIds']

/**
 * The matter with its version and, for each changed field, the version that changed it (rule P3). A
 * field without one was written when the matter was made: a new row would otherwise carry the same
 * number thirty times over.
 */
export function stampMatter(before: Matter | null, matter: Matter, changed: readonly MatterField[], { version, actor }: Stamp): Matter {
  if (!before)
    return { ...matter, version }
  const last: FieldVersion = { v: version, cid: null, n: null, by: actor.id }
  const fieldVersions = { ...matter.fieldVersions }
  for (const field of changed)
    fieldVersions[field] = last
  const known = itemsByKey(before)
  for (const [key, item] of itemsByKey(matter)) {
    if (JSON.stringify(known.get(key)) !== JSON.stringify(item))
      fieldVersions[key] = last
    known.delete(key)
  }
  for (const key of known.keys())
    delete fieldVersions[key]
  return { ...matter, version, fieldVersions }
}

/** The entry of the change log for a matter, or for the board itself. */
export function changeOf(matterId: string | null, { actor, at }: Stamp): NewChange {
  return { matterId, cid: null, n: null, by: actor.id, at }
}

export function changesAccess(changed: readonly MatterField[]): boolean {
  return changed.some(field => ACCESS_FIELDS.includes(field))
}

/** Who gains and who loses a matter by a change (rules P4, W1). */
export function accessTransitions(before: Matter, after: Matter, members: readonly MemberRecord[]): AccessEntry[] {
  return members.flatMap((member) => {
    const visible = canSee(member, after)
    return visible === canSee(member, before) ? [] : [{ memberId: member.id, matterId: after.id, visible }]
  })
}

/** The step in a matter's history that a mutation is. */
export function activityOf(mutation: Mutation, before: Matter | null, after: Matter, changed: readonly MatterField[], stamp: Stamp): ActivityRecord {
  const step = newActivity(after.id, stamp)
  switch (mutation.kind) {
    case 'create': return { ...step, kind: 'created' }
    case 'delete': return { ...step, kind: 'deleted', reason: mutation.args.reason?.trim() || null }
    case 'edit': return { ...step, kind: 'edited', fields: fieldChanges(before, after, changed) }
    case 'move': return {
      ...step,
      kind: 'moved',
      reason: mutation.args.reason?.trim() || null,
      fields: fieldChanges(before, after, changed),
      before: before && moveStateOf(before),
      undo: mutation.args.undoOf !== undefined,
    }
    case 'comment': return { ...step, kind: COMMENT_KINDS[mutation.args.action], commentId: mutation.args.commentId }
    default: return mutation satisfies never
  }
}

const COMMENT_KINDS = { add: 'commentAdded', edit: 'commentEdited', remove: 'commentRemoved' } as const

/** A bare history step; the caller says what kind it is. */
export function newActivity(matterId: string, { boardId, version, actor, at }: Stamp): Omit<ActivityRecord, 'kind'> {
  return {
    id: uuidv7(), boardId, matterId, version, actorId: actor.id, at, reason: null, fields: {}, before: null, commentId: null, undo: false,
  }
}

/** Old and new values of the fields that changed; a rank means nothing to a person. */
export function fieldChanges(before: Matter | null, after: Matter, changed: readonly MatterField[]): Record<string, { old: unknown, new: unknown }> {
  return Object.fromEntries(changed.filter(field => field !== 'rank').map(field => [field, { old: before?.[field] ?? null, new: after[field] }]))
}

/** The fields in which two states of a matter differ. */
export function differingFields(before: Matter, after: Matter): MatterField[] {
  return MATTER_FIELDS.filter(field => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
}
