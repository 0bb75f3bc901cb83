import type { Column, ColumnId } from './board.ts'
import { isDateOnly } from './deadline.ts'
import type { AssignmentRole, Confidentiality, Deadline, PracticeArea, Priority } from './matter.ts'
import type { Member, MemberId } from './member.ts'
import { isLawyer } from './member.ts'
import type { CreateArgs } from './mutation.ts'

/** Said on purpose: the matter came in, and who leads it is decided on the assignments page. */
export const NOBODY_YET = 'nobody'

/** A matter as the form for a new one holds it. */
export interface NewMatter {
  title: string
  clientName: string
  /** Empty: the firm's next number. */
  caseNumber: string
  practiceArea: PracticeArea | null
  priority: Priority
  columnId: ColumnId | null
  /** Null until it is chosen; `NOBODY_YET` leaves the matter for somebody to take on. */
  primaryLawyer: MemberId | typeof NOBODY_YET | null
  confidentiality: Confidentiality
  /** Null while no first deadline is wanted. */
  deadline: Omit<Deadline, 'id' | 'doneAt'> | null
  description: string
}

export type NewMatterField = keyof NewMatter

/** Columns in which a matter may begin. */
export function openColumns(columns: readonly Column[]): Column[] {
  return columns.filter(({ archived, kind }) => !archived && kind !== 'CLOSED').toSorted((a, b) => a.position - b.position)
}

/** The form before anybody typed: a lawyer's new matter is their own. */
export function emptyNewMatter(creator: Pick<Member, 'id' | 'role'>, columns: readonly Column[]): NewMatter {
  return {
    title: '',
    clientName: '',
    caseNumber: '',
    practiceArea: null,
    priority: 'MEDIUM',
    columnId: openColumns(columns)[0]?.id ?? null,
    primaryLawyer: isLawyer(creator) ? creator.id : null,
    confidentiality: 'NORMAL',
    deadline: null,
    description: '',
  }
}

/** The fields that still lack something, before a server is asked. */
export function missingFields(form: NewMatter): NewMatterField[] {
  const missing: NewMatterField[] = []
  if (form.title.trim() === '')
    missing.push('title')
  if (!form.columnId)
    missing.push('columnId')
  if (!form.primaryLawyer)
    missing.push('primaryLawyer')
  if (form.deadline && !isDateOnly(form.deadline.date))
    missing.push('deadline')
  return missing
}

/** What creates the matter. Who opens a matter for a lawyer joins it, or could not touch it again. */
export function createArgsOf(form: NewMatter, creator: Pick<Member, 'id' | 'role'>, makeId: () => string): CreateArgs {
  const role = JOINING[creator.role]
  const isLed = form.primaryLawyer !== null && form.primaryLawyer !== NOBODY_YET
  const assignments: CreateArgs['assignments'] = isLed ? [{ memberId: form.primaryLawyer!, role: 'PRIMARY_LAWYER' }] : []
  // A lawyer doesn't join what no lawyer leads: the first one on a matter leads it.
  if (role && form.primaryLawyer !== creator.id && (isLed || !isLawyer(creator)))
    assignments.push({ memberId: creator.id, role })
  return {
    columnId: form.columnId ?? '',
    placement: { position: 0 },
    title: form.title.trim(),
    clientName: form.clientName.trim(),
    ...(form.caseNumber.trim() ? { caseNumber: form.caseNumber.trim() } : {}),
    fields: {
      practiceArea: form.practiceArea,
      priority: form.priority,
      description: form.description,
      ...(form.confidentiality === 'NORMAL' ? {} : { confidentiality: form.confidentiality }),
    },
    assignments,
    deadlines: form.deadline ? [{ ...form.deadline, id: makeId(), title: form.deadline.title.trim(), doneAt: null }] : [],
  }
}

/** The form again, from what was to create a matter and could not. */
export function newMatterOf({ columnId, title, clientName, caseNumber = '', fields = {}, assignments, deadlines: [deadline] = [] }: CreateArgs): NewMatter {
  const { practiceArea = null, priority = 'MEDIUM', confidentiality = 'NORMAL', description = '' } = fields
  const primaryLawyer = assignments?.find(({ role }) => role === 'PRIMARY_LAWYER')?.memberId ?? (assignments ? NOBODY_YET : null)
  const { id: _id, doneAt: _doneAt, ...input } = deadline ?? {} as Deadline
  return { title, clientName, caseNumber, practiceArea, priority, columnId, primaryLawyer, confidentiality, deadline: deadline ? input : null, description }
}

/** The roles that work on a matter only when assigned; a partner works on every one. */
const JOINING: Partial<Record<Member['role'], AssignmentRole>> = { ASSOCIATE: 'SECONDARY_LAWYER', PARALEGAL: 'PARALEGAL', CLERK: 'CLERK' }

/** Names of the wire, where they differ from the form's. */
const FIELD_NAMES: Partial<Record<string, NewMatterField>> = { column: 'columnId', assignments: 'primaryLawyer', deadlines: 'deadline' }

/** The field of the form that a refusal is about; null when it is about none. */
export function fieldOfProblem({ code, field }: { code: string, field?: string }, form: NewMatter): NewMatterField | null {
  if (code === 'CASE_NUMBER_TAKEN')
    return 'caseNumber'
  if (code === 'COLUMN_GONE' || code === 'WIP_LIMIT' || code === 'INVALID_TRANSITION')
    return 'columnId'
  const name = (field ?? '').split('.').find(part => part !== 'fields') ?? ''
  return FIELD_NAMES[name] ?? (name in form ? name as NewMatterField : null)
}
