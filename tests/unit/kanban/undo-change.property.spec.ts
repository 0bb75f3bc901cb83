import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stampMatter } from '#server/services/commit-writes.ts'
import type { OwnChange } from '#shared/kanban/apply-mutation.ts'
import { applyMutation, isStillUndoable, ownChangeOf } from '#shared/kanban/apply-mutation.ts'
import { overwrittenItems } from '#shared/kanban/list-items.ts'
import type { Matter, MatterField } from '#shared/kanban/matter.ts'
import { CONFIDENTIALITIES, ITEM_FIELDS, MATTER_FIELDS, PRIORITIES } from '#shared/kanban/matter.ts'
import type { Member } from '#shared/kanban/member.ts'
import type { EditArgs, Mutation } from '#shared/kanban/mutation.ts'
import { assign, buildContext, buildDeadline, buildId, buildMatter, buildTask, NOW, PEOPLE } from '../../helpers/builders.ts'

const maybe = <Value>(arb: fc.Arbitrary<Value>) => fc.option(arb, { nil: undefined, freq: 2 })
const numbers = fc.integer({ min: 1, max: 4 })
const idsFrom = (first: number) => fc.array(numbers.map(number => buildId(first + number)), { maxLength: 2 })
const titles = fc.constantFrom('A', 'B', 'C')
const tasks = fc.record({ number: numbers, title: titles }).map(({ number, title }) => buildTask({ id: buildId(0xE0 + number), title }))
const deadlines = fc.record({ number: numbers, title: titles }).map(({ number, title }) => buildDeadline({ id: buildId(0xD0 + number), title }))
const assignments = fc.record({
  member: fc.constantFrom(PEOPLE.partner, PEOPLE.partner2, PEOPLE.associate, PEOPLE.associate2),
  role: fc.constantFrom('PRIMARY_LAWYER' as const, 'SECONDARY_LAWYER' as const, 'CONSULTANT' as const),
}).map(({ member, role }) => assign(member, role))
const tags = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 3 })

const edits: fc.Arbitrary<EditArgs> = fc.record({
  set: maybe(fc.record({
    title: maybe(titles), courtName: maybe(fc.constantFrom(null, 'A', 'B')), priority: maybe(fc.constantFrom(...PRIORITIES)),
    confidentiality: maybe(fc.constantFrom(...CONFIDENTIALITIES)), hold: maybe(fc.constantFrom(null, { reason: 'A' }, { reason: 'B' })),
    closeRequest: maybe(fc.constantFrom(null, { outcome: 'WON' as const, reason: 'A' })), archived: maybe(fc.boolean()),
  })),
  tags: maybe(fc.record({ add: tags, remove: tags })),
  tasks: maybe(fc.record({ put: fc.array(tasks, { maxLength: 3 }), remove: idsFrom(0xE0) })),
  deadlines: maybe(fc.record({ put: fc.array(deadlines, { maxLength: 3 }), remove: idsFrom(0xD0) })),
  assignments: maybe(fc.record({ put: fc.array(assignments, { maxLength: 2 }) })),
})

const matters = fc.record({
  tags, tasks: fc.uniqueArray(tasks, { selector: ({ id }) => id }), deadlines: fc.uniqueArray(deadlines, { selector: ({ id }) => id }),
}).map(fields => buildMatter({ id: buildId(1), assignments: [assign(PEOPLE.partner), assign(PEOPLE.partner2, 'SECONDARY_LAWYER')], ...fields }))

interface Written {
  matter: Matter
  change: OwnChange | null
  changed: MatterField[]
}

/** The matter after a mutation as the server would have it in a version; null where it is refused. */
function write(matter: Matter, mutation: Mutation, version: number, actor: Member, undoes: OwnChange | null = null): Written | null {
  const result = applyMutation(matter, mutation, buildContext({ actor, now: NOW + version, findOwnChange: () => undoes }))
  if (!result.ok)
    return null
  const change = ownChangeOf(matter, mutation, result)
  return {
    matter: stampMatter(matter, result.matter, result.changed, { boardId: matter.boardId, version, actor, at: NOW + version }),
    change: change && { ...change, version },
    changed: result.changed,
  }
}

const edit = (args: EditArgs): Mutation => ({ kind: 'edit', id: buildId(1), args })
const UNDO: Mutation = { kind: 'undo', id: buildId(1), args: { version: 2 } }
const fieldsOf = (matter: Matter) => Object.fromEntries(MATTER_FIELDS.map(field => [field, matter[field]]))

describe('whatever somebody edits', () => {
  it('comes back as it was when it is undone, and only once', () => {
    let done = 0
    fc.assert(fc.property(matters, edits, (matter, args) => {
      const mine = write(matter, edit(args), 2, PEOPLE.partner)
      if (!mine?.change)
        return
      done++
      expect(isStillUndoable(mine.change, mine.matter, PEOPLE.partner.id)).toBe(true)
      const undone = write(mine.matter, UNDO, 3, PEOPLE.partner, mine.change)!
      expect(fieldsOf(undone.matter)).toEqual(fieldsOf(matter))
      // What anybody would have to take back in turn is what the edit had changed.
      expect(undone.changed.toSorted()).toEqual(mine.changed.toSorted())
      const again = write(undone.matter, UNDO, 4, PEOPLE.partner, mine.change)
      expect(again === null || again.changed.length === 0).toBe(true)
    }), { numRuns: 400 })
    expect(done).toBeGreaterThan(200)
  })

  it('gives back what is its own and leaves what others did, or is refused', () => {
    const count = { kept: 0, refused: 0 }
    fc.assert(fc.property(matters, edits, edits, (matter, args, theirArgs) => {
      const mine = write(matter, edit(args), 2, PEOPLE.partner)
      const theirs = mine?.change && write(mine.matter, edit(theirArgs), 3, PEOPLE.partner2)
      if (!mine || !theirs)
        return
      const change = mine.change as OwnChange & { kind: 'edit' }
      const items = [...overwrittenItems(matter, mine.matter).keys(), ...overwrittenItems(mine.matter, matter).keys()]
      const others = new Set<string>([...overwrittenItems(mine.matter, theirs.matter).keys(), ...overwrittenItems(theirs.matter, mine.matter).keys()])
      const lists: readonly MatterField[] = [...ITEM_FIELDS, 'tags']
      const isBuiltOn = items.some(key => others.has(key)) || mine.changed.some(field => !lists.includes(field) && theirs.changed.includes(field))

      expect(isStillUndoable(change, theirs.matter, PEOPLE.partner.id)).toBe(!isBuiltOn)
      const undone = write(theirs.matter, UNDO, 4, PEOPLE.partner, change)
      if (isBuiltOn)
        expect(undone).toBeNull()
      if (!undone) {
        count.refused++
        return
      }
      count.kept++
      for (const field of MATTER_FIELDS) {
        if (!mine.changed.includes(field))
          expect(undone.matter[field]).toEqual(theirs.matter[field])
        else if (!theirs.changed.includes(field))
          expect(undone.matter[field]).toEqual(matter[field])
      }
      for (const key of others) {
        const [field, id] = key.split('/') as ['tasks' | 'deadlines' | 'assignments', string]
        const find = (from: Matter) => (from[field] as { id?: string, memberId?: string }[]).find(item => (item.memberId ?? item.id) === id)
        expect(find(undone.matter)).toEqual(find(theirs.matter))
      }
      expect(undone.matter.assignments.filter(({ role }) => role === 'PRIMARY_LAWYER')).toHaveLength(1)
      expect(new Set(undone.matter.tags).size).toBe(undone.matter.tags.length)
    }), { numRuns: 1_000 })
    expect(Math.min(count.kept, count.refused)).toBeGreaterThan(100)
  })

  it('can be undone step by step, backwards', () => {
    fc.assert(fc.property(matters, fc.array(edits, { minLength: 1, maxLength: 5 }), (matter, all) => {
      let now = matter
      const steps: OwnChange[] = []
      const states: Matter[] = []
      for (const [index, args] of all.entries()) {
        const next = write(now, edit(args), 2 + index, PEOPLE.partner)
        if (!next?.change)
          continue
        states.push(now)
        steps.push(next.change)
        now = next.matter
      }
      for (const [index, change] of steps.reverse().entries()) {
        expect(isStillUndoable(change, now, PEOPLE.partner.id)).toBe(true)
        now = write(now, UNDO, 20 + index, PEOPLE.partner, change)!.matter
        expect(fieldsOf(now)).toEqual(fieldsOf(states.pop()!))
      }
    }), { numRuns: 300 })
  })
})
