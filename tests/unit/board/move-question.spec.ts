import { describe, expect, it } from 'vitest'
import { promptOfMove } from '#shared/kanban/move-question.ts'
import { LITIGATION_WORKFLOW } from '#shared/kanban/workflow.ts'
import { buildBoard, buildContext, buildDeadline, buildMatter, PEOPLE } from '../../helpers/builders.ts'

describe('what a move comes to', () => {
  it('goes at once where nothing has to be asked', () => {
    expect(promptOfMove(buildMatter(), 'review', buildContext())).toEqual({ kind: 'go' })
  })

  it('is refused with its code and the columns that are open', () => {
    const prompt = promptOfMove(buildMatter(), 'intake', buildContext())
    expect(prompt).toMatchObject({ kind: 'refused', refusal: { code: 'INVALID_TRANSITION', allowed: ['review', 'waiting-client', 'ready-filing', 'closed'] } })
  })

  it('is refused in a column that is not there', () => {
    expect(promptOfMove(buildMatter(), 'gone', buildContext())).toMatchObject({ kind: 'refused', refusal: { code: 'COLUMN_GONE' } })
  })

  it('asks for a reason before a critical move', () => {
    const context = buildContext({ board: buildBoard({ template: LITIGATION_WORKFLOW }) })
    const prompt = promptOfMove(buildMatter({ columnId: 'trial-prep' }), 'trial', context)
    expect(prompt).toMatchObject({ kind: 'ask', question: { kind: 'critical', outcomes: [], bindingDeadlines: [] } })
  })

  it('asks for an outcome before closing, and warns of binding deadlines that are open', () => {
    const court = buildDeadline({ source: 'COURT' })
    const matter = buildMatter({ deadlines: [court, buildDeadline({ id: 'x', source: 'INTERNAL' })] })
    const prompt = promptOfMove(matter, 'closed', buildContext())
    expect(prompt).toMatchObject({ kind: 'ask', question: { kind: 'close', bindingDeadlines: [court] } })
    expect(prompt.kind === 'ask' && prompt.question.outcomes).toEqual(['WON', 'LOST', 'SETTLED', 'WITHDRAWN', 'COMPLETED'])
  })

  it('offers to decline a matter that was never taken on', () => {
    const prompt = promptOfMove(buildMatter({ columnId: 'intake' }), 'closed', buildContext())
    expect(prompt.kind === 'ask' && prompt.question.outcomes).toContain('DECLINED')
  })

  it('asks for a reason before reopening', () => {
    expect(promptOfMove(buildMatter({ columnId: 'closed' }), 'in-progress', buildContext())).toMatchObject({ kind: 'ask', question: { kind: 'reopen', outcomes: [] } })
  })

  it('offers an associate to ask a partner for the closing of an own matter', () => {
    const context = buildContext({ actor: PEOPLE.associate })
    expect(promptOfMove(buildMatter(), 'closed', context)).toMatchObject({ kind: 'ask', question: { kind: 'request-close' } })
    expect(promptOfMove(buildMatter({ assignments: [] }), 'closed', context)).toMatchObject({ kind: 'refused', refusal: { code: 'INSUFFICIENT_PERMISSION' } })
  })

  it('offers no paralegal to ask for a closing', () => {
    const matter = buildMatter({ assignments: [{ memberId: PEOPLE.paralegal.id, role: 'PARALEGAL' }] })
    expect(promptOfMove(matter, 'closed', buildContext({ actor: PEOPLE.paralegal }))).toMatchObject({ kind: 'refused', refusal: { code: 'INSUFFICIENT_PERMISSION' } })
  })
})
