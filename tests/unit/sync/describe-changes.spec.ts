import { expect, it } from 'vitest'
import type { Matter } from '#shared/kanban/matter.ts'
import { describeChanges } from '#shared/sync/describe-changes.ts'
import { buildMatter, NOW, PEOPLE } from '../../helpers/builders.ts'

const ben = PEOPLE.partner2.id
const before = buildMatter()

function kindOf(after: Partial<Matter> | null, from: Matter | null = before) {
  const matter = after && { ...before, ...after, updatedBy: ben }
  return describeChanges(new Map([[before.id, { before: from, after: matter }]]), () => false)[0]?.kind
}

it('tells a move, an edit, an arrival and a departure apart', () => {
  expect(kindOf({ columnId: 'review', title: 'x' })).toBe('moved')
  expect(kindOf({ title: 'x' })).toBe('edited')
  expect(kindOf({}, null)).toBe('created')
  expect(kindOf(null)).toBe('deleted')
})

it('takes an edited comment for an edit, and another place in the column for nothing', () => {
  expect(kindOf({ fieldVersions: { commentCount: { v: 9, cid: null, n: null, by: ben, at: NOW } } })).toBe('edited')
  expect(kindOf({ rank: 'a5' })).toBeUndefined()
})

it('says who did it and what it is about, as far as that is known', () => {
  const moved = { ...before, columnId: 'review', updatedBy: ben }
  expect(describeChanges(new Map([[before.id, { before, after: moved }]]), () => false))
    .toEqual([{ matterId: before.id, by: ben, kind: 'moved', matter: moved }])
  expect(describeChanges(new Map([[before.id, { before, after: null }]]), () => false))
    .toEqual([{ matterId: before.id, by: null, kind: 'deleted', matter: before }])
})

it('leaves out what was done here', () => {
  const moved = { ...before, columnId: 'review', updatedBy: ben }
  expect(describeChanges(new Map([[before.id, { before, after: moved }]]), (_, by) => by === ben)).toEqual([])
})
