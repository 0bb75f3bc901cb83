import { expect, it } from 'vitest'
import type { UndoStep } from '#shared/sync/outbox-entry.ts'
import { stillUndoable, withoutStep, withStep, withVersion } from '#shared/sync/undo-stack.ts'
import { buildMatter, PEOPLE } from '../../helpers/builders.ts'

const me = PEOPLE.partner.id
const matter = buildMatter({ title: 'New' })
const rows = new Map([[matter.id, matter]])

function stepOf(key: string, step: Partial<UndoStep> = {}): UndoStep {
  return { key, cid: null, n: null, matterId: matter.id, change: { kind: 'edit', version: null, before: { title: 'Old' }, after: { title: 'New' } }, ...step }
}

it('keeps the last twenty', () => {
  const steps = Array.from({ length: 25 }, (_, index) => stepOf(`k${index}`)).reduce<readonly UndoStep[]>(withStep, [])
  expect(steps.map(({ key }) => key)).toEqual(Array.from({ length: 20 }, (_, index) => `k${index + 5}`))
})

it('learns the version that made a change, and forgets a step', () => {
  const steps = [stepOf('a'), stepOf('b')]
  expect(withVersion(steps, 'b', 7).map(({ change }) => change.version)).toEqual([null, 7])
  expect(withoutStep(steps, 'b')).toEqual([steps[0]])
  expect(withoutStep(steps, 'c')).toBe(steps)
})

it('forgets a change that somebody built on, and one of a matter that is gone', () => {
  expect(stillUndoable([stepOf('a')], new Map([[matter.id, { ...matter, title: 'Newer' }]]), me)).toEqual([])
  expect(stillUndoable([stepOf('a')], new Map(), me)).toEqual([])
})

it('keeps what can be taken back, and what lies under it, as the same list', () => {
  const under = stepOf('a', { change: { kind: 'edit', version: null, before: { title: 'Oldest' }, after: { title: 'Old' } } })
  const steps = [under, stepOf('b')]
  expect(stillUndoable(steps, rows, me)).toBe(steps)
})

it('keeps a deletion as long as the matter is away', () => {
  const steps = [stepOf('a', { change: { kind: 'delete', version: 3, matter: null } })]
  expect(stillUndoable(steps, new Map(), me)).toBe(steps)
  expect(stillUndoable(steps, rows, me)).toEqual([])
})
