import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Assignment, Deadline, MatterField, Task } from '#shared/kanban/matter.ts'
import type { EditArgs } from '#shared/kanban/mutation.ts'
import type { Decision, EditConflict } from '#shared/sync/conflict-choice.ts'
import { combine, hasRest, isTextField, itemOf, newerThan, questionsOf, resolutionOf, versionsOf } from '#shared/sync/conflict-choice.ts'
import type { ConflictField } from '#shared/sync/conflict-record.ts'
import { editOnly, editWithout, isEmptyEdit } from '#shared/sync/edit-args.ts'
import { namesInEdit } from '#shared/sync/looked-at.ts'
import { assign, buildDeadline, buildId, buildTask, NOW, PEOPLE } from '../../helpers/builders.ts'

const fieldOf = (field: ConflictField['field'], values: Partial<ConflictField> = {}): ConflictField =>
  ({ field, base: null, mine: null, theirs: null, version: 7, by: PEOPLE.partner2.id, at: NOW, ...values })

function conflictOf(args: EditArgs, fields: ConflictField[]): EditConflict {
  return { id: 'c.1', matterId: buildId(1), mutation: { kind: 'edit', id: buildId(1), args }, at: NOW, fields }
}

const task = (id: number): Task => buildTask({ id: buildId(id) })
/** Edits of everything that can conflict. */
const anyArgs: fc.Arbitrary<EditArgs> = fc.record({
  set: fc.record({
    title: fc.string(), description: fc.string(), priority: fc.constantFrom('LOW' as const, 'HIGH' as const), openedOn: fc.constant('2026-11-01'),
  }, { requiredKeys: [] }),
  tags: fc.record({ add: fc.array(fc.string({ minLength: 1 }), { maxLength: 2 }) }),
  tasks: fc.record({
    put: fc.uniqueArray(fc.integer({ min: 1, max: 3 })).map(ids => ids.map(task)),
    remove: fc.uniqueArray(fc.integer({ min: 4, max: 6 }).map(buildId)),
  }),
}, { requiredKeys: [] })

/** An edit, of which some part met something newer. */
const anyConflict = anyArgs.filter(args => namesInEdit(args).length > 0)
  .chain(args => fc.subarray(namesInEdit(args), { minLength: 1 }).map(names => conflictOf(args, names.map(name => fieldOf(name)))))

const all = (conflict: EditConflict, decision: Decision) => Object.fromEntries(questionsOf(conflict).map(({ id }) => [id, decision]))

describe('[X3] what choices come to', () => {
  it('is the same change on what was shown, where all of mine is kept', () => {
    fc.assert(fc.property(anyConflict, (conflict) => {
      expect(resolutionOf(conflict, all(conflict, { take: 'mine' }), versionsOf(conflict))).toEqual({ type: 'local', shown: versionsOf(conflict) })
    }))
  })

  it('is nothing to send, where all of theirs is taken or nothing is decided', () => {
    fc.assert(fc.property(anyConflict, (conflict) => {
      expect(resolutionOf(conflict, all(conflict, { take: 'theirs' }), versionsOf(conflict))).toEqual({ type: 'remote' })
      expect(resolutionOf(conflict, {}, versionsOf(conflict))).toEqual({ type: 'remote' })
    }))
  })

  it('touches what was kept and what was merged, as it was wanted, and nothing else', () => {
    fc.assert(fc.property(anyConflict, fc.array(fc.constantFrom<Decision['take'][]>('mine', 'theirs', 'merge'), { minLength: 9, maxLength: 9 }), (conflict, takes) => {
      const questions = questionsOf(conflict)
      const taken = (take: Decision['take']) => questions.filter((_, index) => takes[index] === take).map(({ id }) => id)
      const decisions = Object.fromEntries(questions.map(({ id }, index): [string, Decision] =>
        [id, takes[index] === 'merge' ? { take: 'merge', value: mergedValue(id) } : { take: takes[index]! } as Decision]))
      const resolution = resolutionOf(conflict, decisions, versionsOf(conflict))
      if (resolution.type !== 'merge')
        return
      expect(namesInEdit(resolution.resolvedData).sort()).toEqual([...taken('mine'), ...taken('merge')].sort())
      expect(sorted(editOnly(resolution.resolvedData, taken('mine')))).toEqual(sorted(editOnly(conflict.mutation.args, taken('mine'))))
      for (const id of taken('merge').filter(id => !itemOf(id)))
        expect(resolution.resolvedData.set![id as 'title']).toBe('both')
      expect(resolution.shown).toEqual(versionsOf(conflict))
    }))
  })
})

function mergedValue(id: string): unknown {
  const item = itemOf(id as MatterField)
  return item ? { ...buildTask(), id: item.key, title: 'both' } : 'both'
}

function sorted({ set = {}, tasks }: EditArgs) {
  return { set, put: tasks?.put ?? [], remove: tasks?.remove ?? [] }
}

describe('the questions of a conflict', () => {
  it('are one for each field, texts to be merged by hand', () => {
    const conflict = conflictOf({ set: { title: 'Mine', priority: 'HIGH' } }, [fieldOf('title'), fieldOf('priority')])
    expect(questionsOf(conflict).map(({ id, merge }) => [id, merge])).toEqual([['title', { kind: 'text' }], ['priority', null]])
    expect(isTextField('description')).toBe(true)
  })

  it('ask once about a new primary lawyer and the one before', () => {
    const conflict = conflictOf({ assignments: { put: [assign(PEOPLE.partner)] } }, [
      fieldOf(`assignments/${PEOPLE.associate.id}`), fieldOf(`assignments/${PEOPLE.partner.id}`),
    ])
    const [question, ...others] = questionsOf(conflict)
    expect(others).toEqual([])
    expect(question).toMatchObject({ id: `assignments/${PEOPLE.partner.id}`, merge: null, fields: [{}, {}] })
    expect(resolutionOf(conflict, { [question!.id]: { take: 'mine' } }, {})).toEqual({ type: 'local', shown: {} })
  })

  it('leave a field alone that no part of the change explains', () => {
    const conflict = conflictOf({ assignments: { remove: [PEOPLE.clerk.id] } }, [fieldOf(`assignments/${PEOPLE.associate.id}`)])
    expect(questionsOf(conflict)[0]!.id).toBe(`assignments/${PEOPLE.associate.id}`)
  })

  it('know what goes in beside them', () => {
    expect(hasRest(conflictOf({ set: { title: 'Mine' } }, [fieldOf('title')]))).toBe(false)
    expect(hasRest(conflictOf({ set: { title: 'Mine', priority: 'LOW' } }, [fieldOf('title')]))).toBe(true)
    expect(hasRest(conflictOf({ set: { title: 'Mine' }, tags: { add: ['lease'] } }, [fieldOf('title')]))).toBe(true)
    expect(isEmptyEdit(editWithout({ set: { title: 'Mine' } }, ['title']))).toBe(true)
  })

  it('say what changed once more since they were shown', () => {
    const conflict = conflictOf({ set: { title: 'Mine' } }, [fieldOf('title', { version: 9 })])
    expect(newerThan(conflict, { title: 9 })).toEqual([])
    expect(newerThan(conflict, { title: 7 })).toEqual(conflict.fields)
    expect(newerThan(conflict, {})).toEqual(conflict.fields)
  })
})

describe('two changes of one value', () => {
  const base: Task = buildTask({ title: 'Call', doneAt: null })

  it('go together where they touch different sides of it', () => {
    expect(combine({ base, mine: { ...base, title: 'Call the bank' }, theirs: { ...base, doneAt: NOW } })).toEqual({ ...base, title: 'Call the bank', doneAt: NOW })
  })

  it('don\'t where they touch the same', () => {
    expect(combine({ base, mine: { ...base, title: 'Call the bank' }, theirs: { ...base, title: 'Call the court' } })).toBeNull()
  })

  it('don\'t where one of them removed it, or nothing new comes of it', () => {
    expect(combine({ base, mine: null, theirs: { ...base, title: 'Call the court' } })).toBeNull()
    expect(combine({ base, mine: { ...base, title: 'Call the bank' }, theirs: base })).toBeNull()
    expect(combine({ base: 'LOW', mine: 'HIGH', theirs: 'URGENT' })).toBeNull()
  })

  it('take done for done, whoever was first', () => {
    const mine = { ...base, title: 'Call the bank', doneAt: NOW + 5 }
    expect(combine({ base, mine, theirs: { ...base, doneAt: NOW } })).toEqual({ ...mine, doneAt: NOW })
  })

  it('hold day, time and zone of a deadline for one', () => {
    const deadline: Deadline = buildDeadline({ date: '2026-12-01' })
    expect(combine({ base: deadline, mine: { ...deadline, date: '2026-12-02' }, theirs: { ...deadline, time: '10:00', timeZone: 'Asia/Tokyo' } })).toBeNull()
    expect(combine({ base: deadline, mine: { ...deadline, date: '2026-12-02' }, theirs: { ...deadline, title: 'Reply' } }))
      .toEqual({ ...deadline, date: '2026-12-02', title: 'Reply' })
  })

  it('add and remove in a set of accounts', () => {
    expect(combine({ base: ['a', 'b'], mine: ['a', 'b', 'c'], theirs: ['b', 'd'] })).toEqual(['b', 'd', 'c'])
  })

  it('leave a role to one of them', () => {
    const person: Assignment = assign(PEOPLE.clerk, 'CLERK')
    expect(combine({ base: person, mine: { ...person, role: 'CONSULTANT' }, theirs: { ...person, role: 'PARALEGAL' } })).toBeNull()
  })

  it('keep every change of either side (a deadline)', () => {
    const sides = fc.record({ title: fc.constantFrom('', 'Reply'), extendable: fc.boolean(), source: fc.constantFrom('COURT' as const, 'INTERNAL' as const) })
    fc.assert(fc.property(sides, sides, sides, (...[base, mine, theirs]) => {
      const [b, m, t] = [base, mine, theirs].map(side => buildDeadline(side))
      const combined = combine({ base: b, mine: m, theirs: t }) as Deadline | null
      for (const key of combined ? Object.keys(base) as (keyof typeof base)[] : [])
        expect(combined![key]).toBe(m![key] === b![key] ? t![key] : m![key])
    }))
  })
})
