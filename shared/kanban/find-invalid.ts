import { findColumn } from './board.ts'
import type { Matter } from './matter.ts'
import { LIMITS } from './matter.ts'
import type { Member } from './member.ts'
import { isLawyer } from './member.ts'
import type { ApplyResult, MutationContext } from './mutation-context.ts'
import { isSame, refuse } from './mutation-context.ts'

/**
 * Whether what must hold of every matter doesn't hold of this one. Fields that a change left alone aren't blamed.
 *
 * @param way an undo goes `back`: it may bring back a matter that no lawyer had taken yet
 */
export function findInvalid(matter: Matter, { board, findMember }: MutationContext, before?: Matter, way: 'on' | 'back' = 'on'): ApplyResult | null {
  if (!matter.title)
    return refuse('VALIDATION', { field: 'title' })
  if (!matter.caseNumber)
    return refuse('VALIDATION', { field: 'caseNumber' })
  if (matter.hold && !matter.hold.reason)
    return refuse('REASON_REQUIRED', { field: 'hold.reason' })
  if (matter.closeRequest && !matter.closeRequest.reason)
    return refuse('REASON_REQUIRED', { field: 'closeRequest.reason' })
  const kind = findColumn(board, matter.columnId)?.kind
  if (matter.closeRequest && matter.closeRequest !== before?.closeRequest) {
    if (kind === 'CLOSED')
      return refuse('VALIDATION', { field: 'closeRequest' })
    if (matter.closeRequest.outcome === 'DECLINED' && kind !== 'PENDING')
      return refuse('VALIDATION', { field: 'closeRequest.outcome' })
  }
  const tooLong = (['tags', 'tasks', 'deadlines', 'assignments'] as const).find(list => matter[list].length > LIMITS[list])
  if (tooLong)
    return refuse('VALIDATION', { field: tooLong })
  if (!before || !isSame(before.assignments, matter.assignments)) {
    const primary = matter.assignments.filter(({ role }) => role === 'PRIMARY_LAWYER')
    const known = new Set(before?.assignments.map(({ memberId }) => memberId))
    const strangers = matter.assignments.filter(({ memberId }) => !known.has(memberId) && !isAssignable(findMember(memberId)))
    const lawyer = primary[0] && findMember(primary[0].memberId)
    const isLed = primary.length === 1 && lawyer !== undefined && isLawyer(lawyer)
    if (strangers.length > 0 || !(isLed || (primary.length === 0 && isUntaken(matter, way === 'on' ? before : undefined))))
      return refuse('VALIDATION', { field: 'assignments' })
  }
  if (!before || !isSame(before.clientMemberIds, matter.clientMemberIds)) {
    if (matter.clientMemberIds.some(id => findMember(id)?.role !== 'CLIENT'))
      return refuse('VALIDATION', { field: 'clientMemberIds' })
  }
  return null
}

/** Whether no lawyer has the matter yet: it came in and waits for one. The first lawyer on it leads it, and whoever leads it is only followed by another. */
function isUntaken({ assignments }: Matter, before: Matter | undefined): boolean {
  return !assignments.some(({ role }) => role === 'SECONDARY_LAWYER') && !before?.assignments.some(({ role }) => role === 'PRIMARY_LAWYER')
}

function isAssignable(member: Pick<Member, 'role' | 'active'> | undefined): boolean {
  return member !== undefined && member.active && member.role !== 'CLIENT' && member.role !== 'ADMIN'
}
