import { v7 as uuidv7 } from 'uuid'
import type { AccessEntry, ActivityRecord, MemberRecord, NewChange } from '#server/db/records.ts'
import { itemsByKey } from '#shared/kanban/list-items.ts'
import type { EpochMs, FieldVersion, Matter, MatterField } from '#shared/kanban/matter.ts'
import { MATTER_FIELDS } from '#shared/kanban/matter.ts'
import type { Actor } from '#shared/kanban/member.ts'
import type { Mutation } from '#shared/kanban/mutation.ts'
import type { OwnChange } from '#shared/kanban/mutation-context.ts'
import { moveStateOf } from '#shared/kanban/move-matter.ts'
import { canSee } from '#shared/kanban/visibility.ts'

/** Who writes, when, and as which version. */
export interface Stamp {
  boardId: string
  version: number
  actor: Actor
  at: EpochMs
  /** The outbox that it comes from and its number there; absent of what comes by another way. */
  origin?: { cid: string, n: number }
}

/** The fields that decide who sees a matter. */
const ACCESS_FIELDS: readonly MatterField[] = ['confidentiality', 'assignments', 'clientMemberIds']

/**
 * The matter with its version and, for each changed field, the version that changed it (rule P3). A
 * field without one was written when the matter was made: a new row would otherwise carry the same
 * number thirty times over.
 */
export function stampMatter(before: Matter | null, matter: Matter, changed: readonly MatterField[], { version, actor, at, origin }: Stamp): Matter {
  if (!before)
    return { ...matter, version }
  const last: FieldVersion = { v: version, cid: origin?.cid ?? null, n: origin?.n ?? null, by: actor.id, at }
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
export function changeOf(matterId: string | null, { actor, at, origin }: Stamp): NewChange {
  return { matterId, cid: origin?.cid ?? null, n: origin?.n ?? null, by: actor.id, at }
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

/**
 * The step in a matter's history that a mutation is.
 *
 * @param undone what an undo takes back; null of everything else
 */
export function activityOf(
  mutation: Mutation, before: Matter | null, after: Matter, changed: readonly MatterField[], stamp: Stamp, undone: OwnChange | null,
): ActivityRecord {
  const step = newActivity(after.id, stamp)
  const edited = { ...step, kind: 'edited' as const, fields: fieldChanges(before, after, changed) }
  const moved = { ...edited, kind: 'moved' as const, before: before && moveStateOf(before), after: moveStateOf(after) }
  switch (mutation.kind) {
    case 'create': return { ...step, kind: 'created' }
    case 'delete': return { ...step, kind: 'deleted', reason: mutation.args.reason?.trim() || null }
    case 'edit': return edited
    case 'undo': return { ...(!before ? { ...step, kind: 'restored' } : undone?.kind === 'move' ? moved : edited), undo: true }
    case 'move': return { ...moved, reason: mutation.args.reason?.trim() || null }
    case 'comment': return { ...step, kind: COMMENT_KINDS[mutation.args.action], commentId: mutation.args.commentId }
    default: return mutation satisfies never
  }
}

const COMMENT_KINDS = { add: 'commentAdded', edit: 'commentEdited', remove: 'commentRemoved' } as const

/** A bare history step; the caller says what kind it is. */
export function newActivity(matterId: string, { boardId, version, actor, at, origin }: Stamp): Omit<ActivityRecord, 'kind'> {
  return {
    id: uuidv7(),
    boardId,
    matterId,
    version,
    actorId: actor.id,
    at,
    reason: null,
    fields: {},
    before: null,
    after: null,
    commentId: null,
    undo: false,
    cid: origin?.cid ?? null,
    n: origin?.n ?? null,
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
