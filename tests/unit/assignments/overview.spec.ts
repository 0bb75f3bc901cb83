import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { overviewOf } from '#server/services/assignments/overview.ts'
import { loadOf, overviewFrom, withAssignment } from '#shared/assignments/overview.ts'
import { nextDate, sortWaiting } from '#shared/assignments/sort-waiting.ts'
import { applyMutation } from '#shared/kanban/apply-mutation.ts'
import { addDays } from '#shared/kanban/deadline.ts'
import type { AssignmentRole, Matter } from '#shared/kanban/matter.ts'
import type { Member } from '#shared/kanban/member.ts'
import { assign, buildBoard, buildContext, buildDeadline, buildId, buildMatter, NOW, PEOPLE, TIME_ZONE, TODAY } from '../../helpers/builders.ts'

const { partner, associate, associate2, paralegal } = PEOPLE
const span = { timeZone: TIME_ZONE, today: TODAY, from: addDays(TODAY, -2), to: addDays(TODAY, 13) }
const members: Member[] = Object.values(PEOPLE)

function answerOf(matters: Matter[]) {
  return { tag: 't', version: 1, now: NOW, ...span, ...overviewOf({ matters, columns: buildBoard().columns, members, ...span }) }
}

describe('an assignment that the server doesn\'t know yet', () => {
  const dated = { deadlines: [buildDeadline({ kind: 'INTERNAL', date: addDays(TODAY, 3) }), buildDeadline({ id: buildId(0xD2), date: addDays(TODAY, 30) })] }
  const starts: [string, Partial<Matter>][] = [
    ['a matter that nobody had', { ...dated, assignments: [] }],
    ['one that a paralegal opened', { ...dated, assignments: [assign(paralegal, 'PARALEGAL')] }],
    ['one that a lawyer led', { ...dated, assignments: [assign(associate2), assign(paralegal, 'PARALEGAL')] }],
  ]
  const choices: [Member, AssignmentRole][] = [[associate, 'PRIMARY_LAWYER'], [paralegal, 'PARALEGAL'], [partner, 'CONSULTANT']]

  it.each(starts.flatMap(([name, start]) => choices.map(([member, role]) => ({ name, start, member, role }))))('shows of $name, given $role, what the server will say', ({ start, member, role }) => {
    const matter = buildMatter(start)
    const others = [buildMatter(), buildMatter({ assignments: [assign(partner)], deadlines: [buildDeadline({ id: buildId(0xD3) })] })]
    const shown = withAssignment(overviewFrom(answerOf([matter, ...others])), { matterId: matter.id, ...assign(member, role), before: matter.assignments })
    const result = applyMutation(matter, { kind: 'edit', id: matter.id, args: { assignments: { put: [assign(member, role)] } } }, buildContext())
    const said = overviewFrom(answerOf([result.ok ? result.matter : matter, ...others]))
    expect(result.ok).toBe(true)
    expect(shown.unassigned).toEqual(said.unassigned)
    expect(shown.schedule).toEqual(said.schedule)
    for (const { id } of members)
      expect(loadOf(shown.workload[id])).toBe(loadOf(said.workload[id]))
  })
})

describe('what waits for a lawyer', () => {
  const waiting = Object.values(overviewFrom(answerOf([
    buildMatter({ caseNumber: 'A-1', title: 'Lease', priority: 'LOW', createdAt: NOW - 3, assignments: [], deadlines: [buildDeadline({ date: addDays(TODAY, 1) })] }),
    buildMatter({ caseNumber: 'B-2', title: 'Merger', priority: 'URGENT', createdAt: NOW - 1, assignments: [], deadlines: [buildDeadline({ date: addDays(TODAY, 9) }), buildDeadline({ id: buildId(7), date: addDays(TODAY, 5) })] }),
    buildMatter({ caseNumber: 'C-3', title: 'カフェの賃貸借', clientName: 'みどり珈琲', priority: 'URGENT', createdAt: NOW - 2, assignments: [] }),
  ])).unassigned)
  const order = (text: string, by: 'priority' | 'deadline' | 'waiting' | 'caseNumber') => sortWaiting(waiting, { text, order: by, timeZone: TIME_ZONE }).map(({ caseNumber }) => caseNumber)

  it('is sorted by what presses, and by the rest where that is equal', () => {
    expect(order('', 'priority')).toEqual(['B-2', 'C-3', 'A-1'])
    expect(order('', 'deadline')).toEqual(['A-1', 'B-2', 'C-3'])
    expect(order('', 'waiting')).toEqual(['A-1', 'C-3', 'B-2'])
    expect(order('', 'caseNumber')).toEqual(['A-1', 'B-2', 'C-3'])
  })

  it('is found by number, title and client, however it is written', () => {
    expect(order('b-2', 'priority')).toEqual(['B-2'])
    expect(order('ミドリ かふぇ', 'priority')).toEqual(['C-3'])
    expect(order('nothing', 'priority')).toEqual([])
  })

  it('has the date that comes first, or none', () => {
    expect(nextDate(waiting.find(({ caseNumber }) => caseNumber === 'B-2')!, TIME_ZONE)?.date).toBe(addDays(TODAY, 5))
    expect(nextDate({ deadlines: [] }, TIME_ZONE)).toBeNull()
  })
})

it('an overview asks a zone\'s clock about each time once, however many deadlines are due then', () => {
  const asked = vi.spyOn(Intl.DateTimeFormat.prototype, 'formatToParts')
  onTestFinished(() => asked.mockRestore())
  const deadlines = [buildDeadline({ date: addDays(TODAY, 3) }), buildDeadline({ id: buildId(0xD2), date: addDays(TODAY, 4), time: '10:00', timeZone: 'Europe/Berlin' })]
  const callsFor = (count: number) => {
    asked.mockClear()
    answerOf(Array.from({ length: count }, () => buildMatter({ deadlines })))
    return asked.mock.calls.length
  }
  expect(callsFor(100)).toBe(callsFor(1))
})
