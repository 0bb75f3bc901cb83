import type { ImportField, NoteCode } from '#shared/import/import-fields.ts'
import { normalizeCaseNumber } from '#shared/kanban/case-number.ts'
import type { Assignment, AssignmentRole, ExternalRef, Lifecycle } from '#shared/kanban/matter.ts'
import { isLawyer } from '#shared/kanban/member.ts'
import type { Member, MemberId, Role } from '#shared/kanban/member.ts'
import type { ImportMapping } from '#shared/protocol/imports.ts'
import type { SourceHead } from './source.ts'

/** What turns a row into a draft, besides the row: the same for the whole run. */
export interface DraftContext {
  head: SourceHead
  fields: readonly ImportField[]
  dateOrders: ReadonlyMap<number, 'ymd' | 'mdy' | 'dmy'>
  splitOnBlank: boolean
  responsibleId: MemberId
  timeZone: string
  memberFor: (personKey: string) => Pick<Member, 'id' | 'role' | 'active'> | null
  kindOf: (columnKey: string) => Lifecycle
  /** Whether this reference or number came up before in the file; remembers it. */
  isRepeated: (ref: ExternalRef, caseNumber: string | null) => boolean
  /** How many rows before this one had the same content as identity. */
  occurrence: (fingerprint: string) => number
}

/** Gathers the context of a run over one file. */
export function createDraftContext(options: {
  head: SourceHead
  mapping: ImportMapping
  dateOrders: ReadonlyMap<number, 'ymd' | 'mdy' | 'dmy'>
  members: ReadonlyMap<MemberId, Member>
  responsibleId: MemberId
  timeZone: string
  kindOf: (columnKey: string) => Lifecycle
}): DraftContext {
  const { head, mapping, members, ...rest } = options
  const people = new Map(Object.entries(mapping.people))
  const seen = new Set<string>()
  const counts = new Map<string, number>()
  return {
    ...rest,
    head,
    fields: mapping.fields,
    splitOnBlank: mapping.splitOnBlank,
    memberFor: key => members.get(people.get(key) ?? '') ?? null,
    isRepeated(ref, caseNumber) {
      const keys = [`ref ${ref.source} ${ref.id}`, ...caseNumber === null ? [] : [`number ${normalizeCaseNumber(caseNumber)}`]]
      const repeated = keys.some(key => seen.has(key))
      keys.forEach(key => seen.add(key))
      return repeated
    },
    occurrence(fingerprint) {
      const count = counts.get(fingerprint) ?? 0
      counts.set(fingerprint, count + 1)
      return count
    },
  }
}

const ROLE_ON_MATTER: Partial<Record<Role, AssignmentRole>> = {
  PARTNER: 'SECONDARY_LAWYER', ASSOCIATE: 'SECONDARY_LAWYER', PARALEGAL: 'PARALEGAL', CLERK: 'CLERK',
}

export interface NamedPerson {
  key: string
  name: string
}

/**
 * Who works on the matter: the first of the named lawyers leads, else the one chosen for the import.
 * Names that stand for nobody here come back, so that they can be kept as text.
 */
export function assign(people: readonly NamedPerson[], context: DraftContext, notes: Set<NoteCode>): { assignments: Assignment[], strangers: NamedPerson[] } {
  const strangers: NamedPerson[] = []
  const assignments: Assignment[] = []
  for (const person of people) {
    const member = context.memberFor(person.key)
    const role = member?.active ? ROLE_ON_MATTER[member.role] : undefined
    if (!member || !role) {
      strangers.push(person)
      notes.add('PERSON_UNMAPPED')
    }
    else if (!assignments.some(({ memberId }) => memberId === member.id)) {
      const leads = isLawyer(member) && !assignments.some(assignment => assignment.role === 'PRIMARY_LAWYER')
      assignments.push({ memberId: member.id, role: leads ? 'PRIMARY_LAWYER' : role })
    }
  }
  if (!assignments.some(({ role }) => role === 'PRIMARY_LAWYER'))
    assignments.unshift({ memberId: context.responsibleId, role: 'PRIMARY_LAWYER' })
  return { assignments, strangers }
}
