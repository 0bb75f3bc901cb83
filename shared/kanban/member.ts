export type MemberId = string

export const ROLES = ['PARTNER', 'ASSOCIATE', 'PARALEGAL', 'CLERK', 'CLIENT', 'ADMIN'] as const
export type Role = typeof ROLES[number]

/** Whom the board shows; nothing here is secret among those who share a board. */
export interface Member {
  id: MemberId
  name: string
  role: Role
  /** False once the account was closed; the name stays on what the member did. */
  active: boolean
}

/** Who asks: the part of a member that every rule looks at. */
export type Actor = Pick<Member, 'id' | 'role'>

const LAWYERS: readonly Role[] = ['PARTNER', 'ASSOCIATE']
const STAFF: readonly Role[] = ['PARTNER', 'ASSOCIATE', 'PARALEGAL', 'CLERK']

export function isLawyer(member: Pick<Member, 'role'>): boolean {
  return LAWYERS.includes(member.role)
}

/** Works on matters: everyone but clients and administrators. */
export function isStaff(member: Pick<Member, 'role'>): boolean {
  return STAFF.includes(member.role)
}
