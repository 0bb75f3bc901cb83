import { describe, expect, it } from 'vitest'
import type { Refusal } from '#shared/kanban/apply-mutation.ts'
import { applyMutation, needsReason, refuseMove } from '#shared/kanban/apply-mutation.ts'
import type { Matter } from '#shared/kanban/matter.ts'
import { DEADLINE_SOURCES } from '#shared/kanban/matter.ts'
import type { MoveArgs } from '#shared/kanban/mutation.ts'
import { DEFAULT_WORKFLOW, LITIGATION_WORKFLOW, WORKFLOW_TEMPLATES } from '#shared/kanban/workflow.ts'
import { assign, buildBoard, buildColumn, buildContext, buildDeadline, buildMatter, buildMatters, buildMove, NOW, PEOPLE, TODAY } from '../../helpers/builders.ts'

const HOUR_MS = 3_600_000
const litigation = buildBoard({ template: LITIGATION_WORKFLOW })

/** What the board answers to a move: the refusal, or `ok`. */
function answer(matter: Matter, columnId: string, args: Partial<MoveArgs> = {}, context = buildContext()): Refusal | 'ok' {
  const result = applyMutation(matter, buildMove(matter, columnId, args), context)
  return result.ok ? 'ok' : result.refusal
}

function moved(matter: Matter, columnId: string, args: Partial<MoveArgs> = {}, context = buildContext()): Matter {
  const result = applyMutation(matter, buildMove(matter, columnId, args), context)
  if (!result.ok)
    throw new Error(`refused: ${JSON.stringify(result.refusal)}`)
  return result.matter
}

/** A matter that all of the staff are assigned to. */
const staffed = (matter: Partial<Matter> = {}) => buildMatter({
  assignments: [assign(PEOPLE.associate), assign(PEOPLE.paralegal, 'PARALEGAL'), assign(PEOPLE.clerk, 'CLERK')],
  ...matter,
})

describe('an ordinary move', () => {
  it('enters the stage anew and says which fields changed', () => {
    const matter = staffed()
    const result = applyMutation(matter, buildMove(matter, 'review'), buildContext({ actor: PEOPLE.paralegal }))
    expect(result).toEqual({
      ok: true,
      matter: { ...matter, columnId: 'review', rank: 'a0', stageEnteredAt: NOW, updatedAt: NOW, updatedBy: PEOPLE.paralegal.id },
      changed: ['columnId', 'stageEnteredAt'],
      deleted: false,
    })
  })

  it.each(WORKFLOW_TEMPLATES.flatMap(template => template.columns.map(({ key }) => ({ template, key, name: `${template.key}: ${key}` }))))(
    'from $name a partner gets wherever the workflow leads, and is told where that is otherwise',
    ({ template, key }) => {
      const context = buildContext({ board: buildBoard({ template }) })
      const matter = buildMatter({ columnId: key })
      const from = template.columns.find(column => column.key === key)!
      const allowed = template.columns.map(column => column.key).filter(to => from.to.includes(to))
      for (const to of template.columns.map(column => column.key))
        expect(answer(matter, to, { reason: 'agreed' }, context)).toEqual(to === key || allowed.includes(to) ? 'ok' : { code: 'INVALID_TRANSITION', allowed })
    },
  )

  it('within a column changes the rank alone, for anyone who may move', () => {
    const [first, , third] = buildMatters(3, { assignments: staffed().assignments })
    const context = buildContext({ matters: [first!, third!], actor: PEOPLE.clerk })
    const result = applyMutation(third!, buildMove(third!, 'in-progress', { placement: { before: first!.id } }), context)
    expect(result).toMatchObject({ ok: true, changed: ['rank'], matter: { stageEnteredAt: third!.stageEnteredAt } })
    expect(result.ok && result.matter.rank < first!.rank).toBe(true)
  })

  it('to where the matter is already changes nothing', () => {
    const matter = staffed({ rank: 'a0' })
    expect(applyMutation(matter, buildMove(matter, 'in-progress'), buildContext({ matters: [matter] })))
      .toEqual({ ok: true, matter, changed: [], deleted: false })
  })

  it('brings an archived matter back to the board', () => {
    expect(moved(staffed({ archived: true }), 'in-progress').archived).toBe(false)
  })

  it('is placed among what the mover sees, next to hidden neighbours [M5]', () => {
    const [a, hidden, c] = buildMatters(3, { columnId: 'review', assignments: [assign(PEOPLE.associate2)] })
    const matters = [a!, { ...hidden!, confidentiality: 'RESTRICTED' as const }, c!]
    const { rank } = moved(staffed(), 'review', { placement: { position: 1 } }, buildContext({ matters, actor: PEOPLE.paralegal }))
    expect(rank > hidden!.rank && rank < c!.rank).toBe(true)
  })

  it('is refused to those who are not assigned, and to those who only look', () => {
    expect(answer(staffed({ assignments: [assign(PEOPLE.associate2)] }), 'review', {}, buildContext({ actor: PEOPLE.paralegal })))
      .toEqual({ code: 'NOT_ASSIGNED', allowed: [] })
    expect(answer(staffed({ clientMemberIds: [PEOPLE.client.id] }), 'review', {}, buildContext({ actor: PEOPLE.client })))
      .toEqual({ code: 'INSUFFICIENT_PERMISSION', allowed: [] })
    expect(answer(staffed(), 'in-progress', {}, buildContext({ actor: PEOPLE.admin })))
      .toEqual({ code: 'INSUFFICIENT_PERMISSION', allowed: [] })
  })

  it('tells a paralegal the columns without those that only a partner may choose', () => {
    expect(answer(staffed(), 'intake', {}, buildContext({ actor: PEOPLE.paralegal })))
      .toEqual({ code: 'INVALID_TRANSITION', allowed: ['review', 'waiting-client', 'ready-filing'] })
  })

  it('of a matter that is gone says so', () => {
    expect(applyMutation(null, buildMove(buildMatter(), 'review'), buildContext())).toEqual({ ok: false, refusal: { code: 'MATTER_GONE' } })
  })
})

describe('a column that is gone', () => {
  const board = buildBoard({ columns: { review: { archived: true } } })

  it('refuses what comes from elsewhere and names the others', () => {
    const allowed = ['waiting-client', 'ready-filing', 'closed']
    expect(answer(staffed(), 'review', {}, buildContext({ board }))).toEqual({ code: 'COLUMN_GONE', allowed })
    expect(answer(staffed(), 'nowhere', {}, buildContext({ board }))).toEqual({ code: 'COLUMN_GONE', allowed })
  })

  it('lets what is in it be reordered and leave', () => {
    const context = buildContext({ board })
    expect(answer(staffed({ columnId: 'review' }), 'review', {}, context)).toBe('ok')
    expect(answer(staffed({ columnId: 'review' }), 'in-progress', {}, context)).toBe('ok')
  })

  it('holds nobody back: a matter without a column may go into any that is open', () => {
    const matter = staffed({ columnId: 'nowhere' })
    const context = buildContext({ board, actor: PEOPLE.paralegal })
    expect(answer(matter, 'in-progress', {}, context)).toBe('ok')
    expect(answer(matter, 'gone', {}, context)).toEqual({
      code: 'COLUMN_GONE', allowed: ['intake', 'initial-review', 'in-progress', 'waiting-client', 'ready-filing'],
    })
  })
})

describe('a limit of a column', () => {
  const limited = (hard: boolean) => buildBoard({ columns: { review: { wip: { limit: 2, hard } } } })
  const two = buildMatters(2, { columnId: 'review' })

  it('refuses when it is hard and reached, and leaves the column out of the allowed ones', () => {
    expect(answer(staffed(), 'review', {}, buildContext({ board: limited(true), matters: two })))
      .toEqual({ code: 'WIP_LIMIT', allowed: ['waiting-client', 'ready-filing', 'closed'] })
    expect(answer(staffed(), 'intake', {}, buildContext({ board: limited(true), matters: two })))
      .toEqual({ code: 'INVALID_TRANSITION', allowed: ['waiting-client', 'ready-filing', 'closed'] })
  })

  it('only shows when it is soft', () => {
    expect(answer(staffed(), 'review', {}, buildContext({ board: limited(false), matters: two }))).toBe('ok')
  })

  it('takes the last place that is free', () => {
    expect(answer(staffed(), 'review', {}, buildContext({ board: limited(true), matters: two.slice(1) }))).toBe('ok')
  })

  it('counts what the mover sees, so that a hidden matter can not be guessed [W3]', () => {
    const matters = [two[0]!, { ...two[1]!, confidentiality: 'SEALED' as const, assignments: [assign(PEOPLE.associate2)] }]
    const board = limited(true)
    expect(answer(staffed(), 'review', {}, buildContext({ board, matters, actor: PEOPLE.paralegal }))).toBe('ok')
    const insider = staffed({ assignments: [assign(PEOPLE.associate2)] })
    expect(answer(insider, 'review', {}, buildContext({ board, matters, actor: PEOPLE.associate2 }))).toMatchObject({ code: 'WIP_LIMIT' })
  })

  it('never stops a reordering inside', () => {
    const [matter] = two
    expect(answer(matter!, 'review', { placement: { position: 1 } }, buildContext({ board: limited(true), matters: two }))).toBe('ok')
  })
})

describe('a critical move', () => {
  const columns = [['trial-prep', 'trial'], ['mediation', 'settlement'], ['trial', 'settlement']] as const

  it.each(columns)('from %s to %s wants a reason, of a partner and of an assigned associate', (columnId, to) => {
    for (const actor of [PEOPLE.partner, PEOPLE.associate]) {
      const context = buildContext({ board: litigation, actor })
      const matter = staffed({ columnId })
      for (const reason of [undefined, '', '  '])
        expect(answer(matter, to, { reason }, context)).toMatchObject({ code: 'REASON_REQUIRED', field: 'reason' })
      expect(answer(matter, to, { reason: 'the court set a day' }, context)).toBe('ok')
    }
  })

  it('still lists its column among the allowed ones while the reason is missing', () => {
    expect(answer(staffed({ columnId: 'trial-prep' }), 'trial', {}, buildContext({ board: litigation })))
      .toEqual({ code: 'REASON_REQUIRED', field: 'reason', allowed: ['trial', 'settlement', 'closed'] })
  })

  it('is not for paralegals and clerks, nor for associates of other matters', () => {
    const matter = staffed({ columnId: 'trial-prep' })
    for (const actor of [PEOPLE.paralegal, PEOPLE.clerk]) {
      expect(answer(matter, 'trial', { reason: 'x' }, buildContext({ board: litigation, actor })))
        .toEqual({ code: 'INSUFFICIENT_PERMISSION', allowed: [] })
    }
    expect(answer(matter, 'trial', { reason: 'x' }, buildContext({ board: litigation, actor: PEOPLE.associate2 }))).toMatchObject({ code: 'NOT_ASSIGNED' })
  })

  it('is not one inside a critical column', () => {
    expect(answer(staffed({ columnId: 'trial' }), 'trial', {}, buildContext({ board: litigation, actor: PEOPLE.clerk }))).toBe('ok')
  })
})

describe('closing', () => {
  it('is a partner\'s, with a reason, and keeps the outcome and the day', () => {
    const closed = moved(staffed(), 'closed', { reason: 'settled out of court', outcome: 'SETTLED' })
    expect(closed).toMatchObject({ columnId: 'closed', closedOn: TODAY, closeOutcome: 'SETTLED', closeRequest: null, stageEnteredAt: NOW })
    expect(answer(staffed(), 'closed')).toMatchObject({ code: 'REASON_REQUIRED', field: 'reason' })
    for (const actor of [PEOPLE.associate, PEOPLE.paralegal, PEOPLE.clerk])
      expect(answer(staffed(), 'closed', { reason: 'x' }, buildContext({ actor }))).toMatchObject({ code: 'INSUFFICIENT_PERMISSION' })
  })

  it('by a request takes over its outcome, unless the partner says another', () => {
    const matter = staffed({ closeRequest: { by: PEOPLE.associate.id, at: NOW, outcome: 'WON', reason: 'judgment' } })
    expect(moved(matter, 'closed', { reason: 'approved' })).toMatchObject({ closeOutcome: 'WON', closeRequest: null })
    expect(moved(matter, 'closed', { reason: 'approved', outcome: 'COMPLETED' })).toMatchObject({ closeOutcome: 'COMPLETED' })
  })

  it('may leave the outcome open', () => {
    expect(moved(staffed(), 'closed', { reason: 'x' })).toMatchObject({ closedOn: TODAY, closeOutcome: null })
  })

  it.each([
    ['intake', 'ok'], ['initial-review', 'ok'], ['in-progress', 'VALIDATION'], ['review', 'VALIDATION'],
    ['waiting-client', 'VALIDATION'], ['ready-filing', 'VALIDATION'],
  ])('from %s as declined: %s', (columnId, code) => {
    const result = answer(buildMatter({ columnId }), 'closed', { reason: 'no capacity', outcome: 'DECLINED' })
    expect(result === 'ok' ? 'ok' : result.code).toBe(code)
  })

  it('declines nothing in progress by way of an old request either', () => {
    const closeRequest = { by: PEOPLE.associate.id, at: NOW, outcome: 'DECLINED' as const, reason: 'x' }
    expect(answer(buildMatter({ closeRequest }), 'closed', { reason: 'x' })).toMatchObject({ code: 'VALIDATION', field: 'outcome' })
  })

  it('within a day of creation is premature, unless the matter presses', () => {
    const young = (age: number, matter: Partial<Matter> = {}) =>
      answer(buildMatter({ createdAt: NOW - age, ...matter }), 'closed', { reason: 'x' })
    expect(young(24 * HOUR_MS - 1)).toEqual({ code: 'PREMATURE_CLOSURE', allowed: ['review', 'waiting-client', 'ready-filing'] })
    expect(young(24 * HOUR_MS)).toBe('ok')
    expect(young(0, { priority: 'LOW' })).toMatchObject({ code: 'PREMATURE_CLOSURE' })
    expect(young(0, { priority: 'HIGH' })).toBe('ok')
    expect(young(0, { priority: 'URGENT' })).toBe('ok')
  })

  it('with an open deadline of a court, a statute or an agency asks for a confirmation', () => {
    for (const source of DEADLINE_SOURCES) {
      const matter = buildMatter({ deadlines: [buildDeadline({ source })] })
      const binding = ['COURT', 'STATUTE', 'AGENCY'].includes(source)
      const expected = binding ? { code: 'CONFIRMATION_REQUIRED', field: 'confirmed', allowed: ['review', 'waiting-client', 'ready-filing', 'closed'] } : 'ok'
      expect(answer(matter, 'closed', { reason: 'x' })).toEqual(expected)
      expect(answer(matter, 'closed', { reason: 'x', confirmed: false })).toEqual(expected)
      expect(answer(matter, 'closed', { reason: 'x', confirmed: true })).toBe('ok')
      expect(answer({ ...matter, deadlines: [buildDeadline({ source, doneAt: NOW })] }, 'closed', { reason: 'x' })).toBe('ok')
    }
  })

  it('asks for the reason before the confirmation, and for both only when nothing else stands against it', () => {
    const matter = buildMatter({ deadlines: [buildDeadline({ source: 'COURT' })] })
    expect(refuseMove(matter, { columnId: 'closed' }, buildContext())).toMatchObject({ code: 'REASON_REQUIRED' })
    expect(refuseMove({ ...matter, createdAt: NOW }, { columnId: 'closed' }, buildContext())).toMatchObject({ code: 'PREMATURE_CLOSURE' })
    expect(refuseMove(matter, { columnId: 'closed' }, buildContext({ actor: PEOPLE.associate }))).toMatchObject({ code: 'INSUFFICIENT_PERMISSION' })
  })

  it('again into another closed column keeps the day and the outcome', () => {
    const board = buildBoard()
    const shelf = buildColumn({ key: 'shelf', kind: 'CLOSED', position: 7 })
    const columns = [...board.columns.map(column => ({ ...column, allowedTargets: null })), shelf]
    const matter = buildMatter({
      columnId: 'closed', closedOn: '2026-01-05', closeOutcome: 'WON', createdAt: NOW, deadlines: [buildDeadline({ source: 'COURT' })],
    })
    const context = buildContext({ board: { ...board, columns } })
    expect(moved(matter, 'shelf', { reason: 'tidied up' }, context)).toMatchObject({ columnId: 'shelf', closedOn: '2026-01-05', closeOutcome: 'WON' })
    expect(moved(matter, 'shelf', { reason: 'tidied up', outcome: 'LOST' }, context)).toMatchObject({ closeOutcome: 'LOST' })
    expect(answer(matter, 'shelf', {}, context)).toMatchObject({ code: 'REASON_REQUIRED' })
    expect(answer(matter, 'nowhere', {}, context)).toMatchObject({ allowed: expect.arrayContaining(['shelf', 'review']) })
  })
})

describe('reopening', () => {
  const closed = () => staffed({ columnId: 'closed', closedOn: '2026-11-10', closeOutcome: 'WON' })

  it('is a partner\'s, with a reason, and clears the day and the outcome', () => {
    expect(moved(closed(), 'in-progress', { reason: 'appeal' })).toMatchObject({ columnId: 'in-progress', closedOn: null, closeOutcome: null })
    expect(answer(closed(), 'in-progress')).toEqual({ code: 'REASON_REQUIRED', field: 'reason', allowed: ['in-progress'] })
    expect(answer(closed(), 'in-progress', { reason: 'x' }, buildContext({ actor: PEOPLE.associate })))
      .toEqual({ code: 'INSUFFICIENT_PERMISSION', allowed: [] })
  })

  it('leads where the workflow says', () => {
    expect(answer(closed(), 'review', { reason: 'x' })).toEqual({ code: 'INVALID_TRANSITION', allowed: ['in-progress'] })
  })
})

describe('whether a move wants a reason', () => {
  it.each(WORKFLOW_TEMPLATES)('is known beforehand on the $key board', (template) => {
    const { columns } = buildBoard({ template })
    const wanting = template === DEFAULT_WORKFLOW ? ['closed'] : ['trial', 'settlement', 'closed']
    for (const from of columns) {
      for (const to of columns)
        expect(needsReason(from, to)).toBe(from.key !== to.key && (wanting.includes(to.key) || from.key === 'closed'))
    }
  })
})
