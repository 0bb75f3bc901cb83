import { describe, expect, it } from 'vitest'
import type { Deadline } from '#shared/kanban/matter.ts'
import type { NewMatter } from '#shared/kanban/new-matter.ts'
import { newDeadline, sortDeadlines } from '#shared/kanban/deadline-list.ts'
import { createArgsOf, emptyNewMatter, fieldOfProblem, missingFields, newMatterOf, NOBODY_YET, openColumns } from '#shared/kanban/new-matter.ts'
import { buildBoard, buildDeadline, buildId, NOW, PEOPLE, TIME_ZONE } from '../../helpers/builders.ts'

const { columns } = buildBoard({ columns: { review: { archived: true } } })
const makeId = () => buildId(0x77)

describe('the form for a new matter', () => {
  it('begins in the first open column, led by the lawyer who opens it', () => {
    expect(emptyNewMatter(PEOPLE.associate, columns)).toMatchObject({ columnId: 'intake', primaryLawyer: PEOPLE.associate.id, priority: 'MEDIUM' })
  })

  it('asks staff who are no lawyers for one', () => {
    const form = { ...emptyNewMatter(PEOPLE.paralegal, columns), title: 'Lease' }
    expect(missingFields(form)).toEqual(['primaryLawyer'])
  })

  it('offers only columns in which a matter may begin', () => {
    expect(openColumns(columns).map(({ key }) => key)).toEqual(['intake', 'initial-review', 'in-progress', 'waiting-client', 'ready-filing'])
  })

  it('names every field that lacks something', () => {
    const form = { ...emptyNewMatter(PEOPLE.clerk, []), title: '  ', deadline: { ...newDeadline(''), date: '2026-02-31' } }
    expect(missingFields(form)).toEqual(['title', 'columnId', 'primaryLawyer', 'deadline'])
  })

  it.each([
    ['little', {}],
    ['all', {
      caseNumber: '2026-CV-0042', practiceArea: 'CORPORATE' as const, confidentiality: 'RESTRICTED' as const, description: 'Long',
      deadline: { ...newDeadline('Hearing'), date: '2026-12-01' }, primaryLawyer: PEOPLE.associate.id,
    }],
  ])('is as it was when it comes back with %s filled in', (_, filled) => {
    const { deadline = null, ...rest } = filled as Partial<NewMatter>
    const { id: _id, doneAt: _doneAt, ...input } = (deadline ?? {}) as Deadline
    const form = { ...emptyNewMatter(PEOPLE.partner, columns), title: 'Lease', clientName: 'Hoshino', ...rest, deadline: deadline && input }
    expect(newMatterOf(createArgsOf(form, PEOPLE.partner, makeId))).toEqual(form)
  })

  it('comes back also from a creation that says next to nothing', () => {
    expect(newMatterOf({ columnId: 'intake', title: 'Lease', clientName: '' })).toMatchObject({ title: 'Lease', priority: 'MEDIUM', primaryLawyer: null, deadline: null })
  })

  it('sends only what was filled in', () => {
    const form = { ...emptyNewMatter(PEOPLE.partner, columns), title: ' Lease ', clientName: ' Hoshino ' }
    expect(createArgsOf(form, PEOPLE.partner, makeId)).toEqual({
      columnId: 'intake',
      placement: { position: 0 },
      title: 'Lease',
      clientName: 'Hoshino',
      fields: { practiceArea: null, priority: 'MEDIUM', description: '' },
      assignments: [{ memberId: PEOPLE.partner.id, role: 'PRIMARY_LAWYER' }],
      deadlines: [],
    })
  })

  it('sends a number, a confidentiality and a first deadline where they were given', () => {
    const form = {
      ...emptyNewMatter(PEOPLE.partner, columns), title: 'Lease', caseNumber: ' 2026-X ', confidentiality: 'SEALED' as const,
      deadline: { ...newDeadline(''), date: '2026-12-01', title: ' Answer ' },
    }
    const args = createArgsOf(form, PEOPLE.partner, makeId)
    expect(args).toMatchObject({ caseNumber: '2026-X', fields: { confidentiality: 'SEALED' } })
    expect(args.deadlines).toEqual([{ ...newDeadline(makeId()), date: '2026-12-01', title: 'Answer' }])
  })

  it.each([
    ['paralegal', 'PARALEGAL'], ['clerk', 'CLERK'], ['associate', 'SECONDARY_LAWYER'],
  ] as const)('lets a %s who opens a matter for another lawyer join it', (person, role) => {
    const form = { ...emptyNewMatter(PEOPLE[person], columns), title: 'Lease', primaryLawyer: PEOPLE.associate2.id }
    expect(createArgsOf(form, PEOPLE[person], makeId).assignments).toEqual([
      { memberId: PEOPLE.associate2.id, role: 'PRIMARY_LAWYER' }, { memberId: PEOPLE[person].id, role },
    ])
  })

  it('leaves the matter to nobody yet, where that was said', () => {
    const form = { ...emptyNewMatter(PEOPLE.clerk, columns), title: 'Lease', primaryLawyer: NOBODY_YET } as const
    expect(missingFields(form)).toEqual([])
    const args = createArgsOf(form, PEOPLE.clerk, makeId)
    expect(args.assignments).toEqual([{ memberId: PEOPLE.clerk.id, role: 'CLERK' }])
    expect(newMatterOf(args)).toMatchObject({ primaryLawyer: NOBODY_YET })
    expect(createArgsOf(form, PEOPLE.associate, makeId).assignments).toEqual([])
  })

  it('doesn\'t add a partner to every matter they open for others', () => {
    const form = { ...emptyNewMatter(PEOPLE.partner, columns), title: 'Lease', primaryLawyer: PEOPLE.associate.id }
    expect(createArgsOf(form, PEOPLE.partner, makeId).assignments).toHaveLength(1)
  })

  it('sends no lawyer and no column where none was chosen', () => {
    expect(createArgsOf(emptyNewMatter(PEOPLE.admin, []), PEOPLE.admin, makeId)).toMatchObject({ columnId: '', assignments: [] })
  })

  it.each([
    [{ code: 'CASE_NUMBER_TAKEN' }, 'caseNumber'],
    [{ code: 'WIP_LIMIT' }, 'columnId'],
    [{ code: 'COLUMN_GONE' }, 'columnId'],
    [{ code: 'INVALID_TRANSITION' }, 'columnId'],
    [{ code: 'VALIDATION', field: 'title' }, 'title'],
    [{ code: 'VALIDATION', field: 'fields.description' }, 'description'],
    [{ code: 'VALIDATION', field: 'column' }, 'columnId'],
    [{ code: 'VALIDATION', field: 'assignments.0.memberId' }, 'primaryLawyer'],
    [{ code: 'VALIDATION', field: 'deadlines.0.date' }, 'deadline'],
    [{ code: 'VALIDATION', field: 'tasks' }, null],
    [{ code: 'NETWORK' }, null],
  ])('puts the refusal %j beside the field %s', (problem, field) => {
    expect(fieldOfProblem(problem, emptyNewMatter(PEOPLE.partner, columns))).toBe(field)
  })
})

describe('a list of deadlines', () => {
  it('has the open ones first, each group by when it falls', () => {
    const late = buildDeadline({ id: buildId(1), date: '2026-12-02' })
    const soon = buildDeadline({ id: buildId(2), date: '2026-12-01', time: '09:00', timeZone: TIME_ZONE })
    const done = buildDeadline({ id: buildId(3), date: '2026-11-01', doneAt: NOW })
    const doneLater = buildDeadline({ id: buildId(4), date: '2026-11-02', doneAt: NOW })
    expect(sortDeadlines([doneLater, late, done, soon], TIME_ZONE)).toEqual([soon, late, done, doneLater])
  })
})
