import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyMutation } from '#shared/kanban/apply-mutation.ts'
import { findColumn } from '#shared/kanban/board.ts'
import type { Matter, MatterField } from '#shared/kanban/matter.ts'
import { CLOSE_OUTCOMES, CONFIDENTIALITIES, DEADLINE_SOURCES, MATTER_FIELDS, PRIORITIES } from '#shared/kanban/matter.ts'
import type { Mutation } from '#shared/kanban/mutation.ts'
import { WORKFLOW_TEMPLATES } from '#shared/kanban/workflow.ts'
import { assign, buildBoard, buildContext, buildDeadline, buildId, buildMatter, NOW, PEOPLE } from '../../helpers/builders.ts'

const people = fc.constantFrom(...Object.values(PEOPLE))
const boards = fc.constantFrom(...WORKFLOW_TEMPLATES.map(template => buildBoard({ template })))
const maybe = <Value>(arb: fc.Arbitrary<Value>) => fc.option(arb, { nil: undefined, freq: 3 })
const text = fc.constantFrom('', ' ', 'x', ' agreed ', '合意済み')
const ids = fc.integer({ min: 1, max: 4 }).map(buildId)
const deadlines = fc.record({ id: ids, source: fc.constantFrom(...DEADLINE_SOURCES), doneAt: fc.constantFrom(null, NOW) }).map(buildDeadline)
const assignments = fc.record({ member: people, role: fc.constantFrom('PRIMARY_LAWYER', 'PARALEGAL', 'CONSULTANT') })
  .map(({ member, role }) => assign(member, role))
const memberIds = people.map(({ id }) => id)

function mutations(columns: readonly string[]): fc.Arbitrary<Mutation> {
  const id = fc.constant(buildId(1))
  const columnId = fc.constantFrom(...columns, 'nowhere')
  const wish = fc.record({ outcome: fc.constantFrom(...CLOSE_OUTCOMES), reason: text })
  return fc.oneof(
    fc.record({
      kind: fc.constant('move' as const), id,
      args: fc.record({
        columnId,
        placement: fc.constantFrom({ end: true as const }, { position: 0 }, { before: buildId(77) }),
        reason: maybe(text),
        outcome: maybe(fc.constantFrom(...CLOSE_OUTCOMES)),
        confirmed: maybe(fc.boolean()),
      }),
    }),
    fc.record({
      kind: fc.constant('edit' as const), id,
      args: fc.record({
        set: maybe(fc.record({
          title: maybe(text), courtName: maybe(text), priority: maybe(fc.constantFrom(...PRIORITIES)),
          confidentiality: maybe(fc.constantFrom(...CONFIDENTIALITIES)), clientMemberIds: maybe(fc.array(memberIds, { maxLength: 2 })),
          hold: maybe(fc.option(fc.record({ reason: text }))), closeRequest: maybe(fc.option(wish)),
        })),
        tags: maybe(fc.record({ add: maybe(fc.array(text)), remove: maybe(fc.array(text)) })),
        deadlines: maybe(fc.record({ put: maybe(fc.array(deadlines)), remove: maybe(fc.array(ids)) })),
        assignments: maybe(fc.record({ put: maybe(fc.array(assignments)), remove: maybe(fc.array(memberIds)) })),
      }),
    }),
    fc.record({ kind: fc.constant('delete' as const), id, args: fc.constant({}) }),
    fc.record({ kind: fc.constant('comment' as const), id, args: fc.constant({ action: 'add' as const, commentId: buildId(9), body: 'x' }) }),
    fc.record({
      kind: fc.constant('create' as const), id,
      args: fc.record({
        columnId, title: text, clientName: text, tags: maybe(fc.array(text)), deadlines: maybe(fc.array(deadlines)),
        assignments: maybe(fc.array(assignments)),
        fields: maybe(fc.record({ confidentiality: maybe(fc.constantFrom(...CONFIDENTIALITIES)), courtName: maybe(text) })),
      }),
    }),
  )
}

/** What holds of every matter, however it came to be as it is. */
function expectSound(matter: Matter, board: ReturnType<typeof buildBoard>) {
  const column = findColumn(board, matter.columnId)!
  expect(matter.title.trim()).toBe(matter.title)
  expect(matter.title).not.toBe('')
  expect(matter.courtName).not.toBe('')
  expect(matter.assignments.filter(({ role }) => role === 'PRIMARY_LAWYER').length).toBeLessThanOrEqual(1)
  for (const keys of [matter.assignments.map(({ memberId }) => memberId), matter.deadlines.map(({ id }) => id), matter.tags])
    expect(new Set(keys).size).toBe(keys.length)
  expect(matter.closedOn === null).toBe(column.kind !== 'CLOSED')
  if (column.kind !== 'CLOSED')
    expect(matter.closeOutcome).toBeNull()
  if (matter.closeRequest) {
    expect(column.kind).not.toBe('CLOSED')
    expect(matter.closeRequest.outcome !== 'DECLINED' || column.kind === 'PENDING').toBe(true)
  }
  expect(matter.hold?.reason).not.toBe('')
}

describe('any sequence of mutations', () => {
  it('leaves a sound matter, touches nothing it was given, names exactly what differs, and is repeated alike', () => {
    const runs = boards.chain((board) => {
      const mutation = mutations(board.columns.map(({ id }) => id))
      const step = fc.record({ actor: people, mutation, hours: fc.integer({ min: 0, max: 30 }) })
      return fc.record({ board: fc.constant(board), steps: fc.array(step, { maxLength: 25 }) })
    })
    fc.assert(fc.property(runs, ({ board, steps }) => {
      let matter = buildMatter({ id: buildId(1), columnId: 'intake', createdAt: NOW })
      let now = NOW
      for (const { actor, mutation, hours } of steps) {
        now += hours * 3_600_000
        const context = buildContext({ board, actor, now, matters: [matter] })
        const before = structuredClone(matter)
        const result = applyMutation(matter, mutation, context)
        expect(matter).toEqual(before)
        expect(applyMutation(before, mutation, context)).toEqual(result)
        if (!result.ok)
          continue
        if (mutation.kind !== 'delete' && mutation.kind !== 'comment' && mutation.kind !== 'create') {
          const differs = (field: MatterField) => JSON.stringify(before[field]) !== JSON.stringify(result.matter[field])
          expect(result.changed).toEqual(MATTER_FIELDS.filter(differs))
        }
        expectSound(result.matter, board)
        expect(['CLIENT', 'ADMIN']).not.toContain(actor.role)
        matter = result.matter
      }
    }), { numRuns: 400 })
  })
})
