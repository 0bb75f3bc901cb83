import { findColumn } from './board.ts'
import type { Matter } from './matter.ts'
import { LIMITS } from './matter.ts'
import type { Member } from './member.ts'
import { isLawyer } from './member.ts'
import type { ApplyResult, MutationContext } from './mutation-context.ts'
import { isSame, refuse } from './mutation-context.ts'

/** Whether what must hold of every matter doesn't hold of this one. Fields that a change left alone aren't blamed. */
export function findInvalid(matter: Matter, { board, findMember }: MutationContext, before?: Matter): ApplyResult | null {
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
    if (primary.length !== 1 || strangers.length > 0 || !lawyer || !isLawyer(lawyer))
      return refuse('VALIDATION', { field: 'assignments' })
  }
  if (!before || !isSame(before.clientMemberIds, matter.clientMemberIds)) {
    if (matter.clientMemberIds.some(id => findMember(id)?.role !== 'CLIENT'))
      return refuse('VALIDATION', { field: 'clientMemberIds' })
  }
  return null
}

function isAssignable(member: Pick<Member, 'role' | 'active'> | undefined): boolean {
  return member !== undefined && member.active && member.role !== 'CLIENT' && member.role !== 'ADMIN'
}
