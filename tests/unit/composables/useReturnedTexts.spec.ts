import { expect, it } from 'vitest'
import type { SettledChange } from '#shared/sync/engine-types.ts'
import { useReturnedTexts } from '~/composables/useReturnedTexts.ts'
import { buildMatter, NOW, PEOPLE } from '../../helpers/builders.ts'
import { fakeKanban } from '../../helpers/fake-kanban.ts'

const matter = buildMatter({ title: 'Lease', version: 4 })

function setUp(drafts: Record<string, { value: unknown }> = {}) {
  const kanban = fakeKanban({ matters: [matter] })
  useReturnedTexts(kanban, { draftOf: ({ field }) => drafts[field] ??= { value: null } })
  const tell = (settled: SettledChange['settled'], change: Partial<SettledChange> = {}) => kanban.tellSettled({
    key: 'k', matterId: matter.id, at: NOW, settled,
    mutation: { kind: 'edit', id: matter.id, args: { set: { title: 'Lease of the shop', priority: 'HIGH' } } },
    ...change,
  })
  return { drafts, tell }
}

const REFUSED = { ok: false, problem: { code: 'NOT_ASSIGNED' as const, message: '' } } as const

it('[X3] a refused text goes back into its field\'s draft, on what stands there', () => {
  const { drafts, tell } = setUp()
  tell(REFUSED)
  expect(drafts).toEqual({ title: { value: { value: 'Lease of the shop', seen: 'Lease', base: 4 } } })
})

it('what is typed there already stays', () => {
  const { drafts, tell } = setUp({ title: { value: 'Typed' } })
  tell(REFUSED)
  expect(drafts.title!.value).toBe('Typed')
})

it('nothing comes back of what was taken, of what waits for a choice, of other changes, or of a matter that is gone', () => {
  const { drafts, tell } = setUp()
  tell({ ok: true, version: 5, merged: false })
  tell({ ...REFUSED, conflictId: 'c.1' })
  tell(REFUSED, { mutation: { kind: 'delete', id: matter.id, args: {} } })
  tell(REFUSED, { mutation: { kind: 'edit', id: matter.id, args: { tags: { add: ['a'] } } } })
  tell(REFUSED, { matterId: PEOPLE.partner.id })
  expect(drafts).toEqual({})
})

it('a refused comment goes back to where it was written', () => {
  const { drafts, tell } = setUp()
  tell(REFUSED, { mutation: { kind: 'comment', id: matter.id, args: { action: 'add', commentId: 'c1', body: 'Called them' } } })
  tell(REFUSED, { mutation: { kind: 'comment', id: matter.id, args: { action: 'edit', commentId: 'c2', body: 'Called him' } } })
  tell(REFUSED, { mutation: { kind: 'comment', id: matter.id, args: { action: 'remove', commentId: 'c3' } } })
  expect(drafts).toEqual({ 'comment': { value: 'Called them' }, 'comment-c2': { value: 'Called him' } })
})
