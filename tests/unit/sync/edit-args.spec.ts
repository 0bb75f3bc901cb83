import fc from 'fast-check'
import { expect, it } from 'vitest'
import { applyMutation } from '#shared/kanban/apply-mutation.ts'
import type { Matter } from '#shared/kanban/matter.ts'
import type { EditArgs } from '#shared/kanban/mutation.ts'
import { editWithout, isEmptyEdit, mergeEdits } from '#shared/sync/edit-args.ts'
import { namesInEdit } from '#shared/sync/looked-at.ts'
import { buildContext, buildId, buildMatter, buildTask } from '../../helpers/builders.ts'

const matter = buildMatter({ tags: ['a', 'b'], tasks: [1, 2].map(index => buildTask({ id: buildId(index) })) })
const text = fc.constantFrom('x', 'y', 'z')
const task = fc.tuple(fc.integer({ min: 1, max: 4 }), text).map(([id, title]) => buildTask({ id: buildId(id), title }))
const edit: fc.Arbitrary<EditArgs> = fc.record({
  set: fc.record({ title: text, description: text, priority: fc.constantFrom('LOW' as const, 'HIGH' as const) }, { requiredKeys: [] }),
  tags: fc.record({ add: fc.uniqueArray(text), remove: fc.uniqueArray(fc.constantFrom<string[]>('a', 'x')) }, { requiredKeys: [] }),
  tasks: fc.record({
    put: fc.uniqueArray(task, { selector: ({ id }) => id }),
    remove: fc.uniqueArray(fc.constantFrom(buildId(1), buildId(2))),
  }, { requiredKeys: [] })
    .map(({ put = [], remove = [] }) => ({ put: put.filter(({ id }) => !remove.includes(id)), remove })),
}, { requiredKeys: [] })
  .map(args => ({ ...args, ...args.tags && { tags: { ...args.tags, add: args.tags.add?.filter(tag => !args.tags!.remove?.includes(tag)) ?? [] } } }))

function apply(before: Matter, args: EditArgs): Matter {
  const result = applyMutation(before, { kind: 'edit', id: before.id, args }, buildContext())
  return result.ok ? result.matter : before
}

const wantedOf = ({ title, description, priority, tags, tasks }: Matter) =>
  ({ title, description, priority, tags: tags.toSorted(), tasks: tasks.toSorted((a, b) => a.id < b.id ? -1 : 1) })

it('makes of two edits one that does what both did in turn', () => {
  fc.assert(fc.property(edit, edit, (earlier, later) => {
    expect(wantedOf(apply(matter, mergeEdits(earlier, later)))).toEqual(wantedOf(apply(apply(matter, earlier), later)))
  }))
})

it('leaves out what is named, and nothing else', () => {
  fc.assert(fc.property(edit, fc.subarray(['title', 'priority', `tasks/${buildId(1)}`, `tasks/${buildId(3)}`]), (args, names) => {
    const rest = namesInEdit(editWithout(args, names))
    expect(rest).toEqual(namesInEdit(args).filter(name => !names.includes(name)))
  }))
})

it('knows an edit that wants nothing', () => {
  expect(isEmptyEdit({})).toBe(true)
  expect(isEmptyEdit({ set: {}, tags: { add: [] }, tasks: { put: [] } })).toBe(true)
  expect(isEmptyEdit({ tags: { remove: ['a'] } })).toBe(false)
  expect(isEmptyEdit(editWithout({ set: { title: 'x' } }, ['title']))).toBe(true)
})
