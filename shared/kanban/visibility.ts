import type { Matter } from './matter.ts'
import type { Actor } from './member.ts'
import { isLawyer, isStaff } from './member.ts'

export type VisibilityFields = Pick<Matter, 'confidentiality' | 'assignments' | 'clientMemberIds'>

export function isAssigned(actor: Actor, matter: Pick<Matter, 'assignments'>): boolean {
  return matter.assignments.some(assignment => assignment.memberId === actor.id)
}

/**
 * Whether the matter exists for this person. Every read passes through here: rows, counts, search,
 * conflicts, exports. A client sees their own, staff by confidentiality, administrators none.
 */
export function canSee(actor: Actor, matter: VisibilityFields): boolean {
  if (actor.role === 'CLIENT')
    return matter.clientMemberIds.includes(actor.id) && matter.confidentiality !== 'SEALED'
  if (!isStaff(actor))
    return false
  switch (matter.confidentiality) {
    case 'NORMAL': return true
    case 'RESTRICTED': return isLawyer(actor) || isAssigned(actor, matter)
    case 'SEALED': return isAssigned(actor, matter)
    default: return matter.confidentiality satisfies never
  }
}

/**
 * Whether the reader may know of a member. Staff and administrators know everyone; a client knows the
 * people named on their own matters, and of no other client.
 *
 * @param matters what the reader sees
 */
export function canKnow(reader: Actor, member: Actor, matters: readonly Pick<Matter, 'assignments' | 'createdBy' | 'updatedBy'>[]): boolean {
  if (reader.role !== 'CLIENT' || member.id === reader.id)
    return true
  return isStaff(member) && matters.some(matter =>
    isAssigned(member, matter) || matter.createdBy === member.id || matter.updatedBy === member.id)
}

/** Comments are the firm's notes to itself: a client who may look at a matter doesn't read them. */
export function canSeeComments(actor: Actor): boolean {
  return isStaff(actor)
}
