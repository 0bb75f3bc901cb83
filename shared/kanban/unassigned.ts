import type { Board } from './board.ts'
import { findColumn } from './board.ts'
import type { Assignment, Matter } from './matter.ts'
import type { Member, MemberId } from './member.ts'
import { isLawyer } from './member.ts'

type FindMember = (id: MemberId) => Pick<Member, 'role' | 'active'> | undefined

/** Whether a matter is somebody's work now: neither closed nor put away. */
export function isOpenMatter(matter: Pick<Matter, 'columnId' | 'archived'>, board: Pick<Board, 'columns'>): boolean {
  return !matter.archived && findColumn(board, matter.columnId)?.kind !== 'CLOSED'
}

/** Who leads a matter: its primary lawyer, as long as that is an active lawyer. Without one nobody is assigned, whoever helps. */
export function leadOf(matter: { assignments: readonly Assignment[] }, findMember: FindMember): MemberId | null {
  const primary = matter.assignments.find(({ role }) => role === 'PRIMARY_LAWYER')
  const lawyer = primary && findMember(primary.memberId)
  return primary && lawyer?.active && isLawyer(lawyer) ? primary.memberId : null
}
