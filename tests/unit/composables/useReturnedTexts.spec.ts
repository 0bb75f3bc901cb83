import { expect, it } from 'vitest'
import { ref } from 'vue'
import type { Mutation } from '#shared/kanban/mutation.ts'
import type { Settled } from '#shared/sync/submitted.ts'
import { useReturnedTexts } from '~/composables/useReturnedTexts.ts'
import { BOARD_ID, buildId, buildMatter, NOW } from '../../helpers/builders.ts'
import { fakeKanban } from '../../helpers/fake-kanban.ts'

const matter = buildMatter({ title: 'Lease', version: 4 })
const refused: Settled = { ok: false, problem: { code: 'NOT_ASSIGNED', message: '' } }
const retitled: Mutation = { kind: 'edit', id: matter.id, args: { set: { title: 'Lease renewal', priority: 'HIGH' } } }
const created: Mutation = { kind: 'create', id: buildId(7), args: { columnId: 'intake', title: 'New', clientName: 'Hoshino' } }

/** The drafts after a change ended, by what they are of. */
function draftsAfter(mutation: Mutation, settled: Settled, before: Record<string, unknown> = {}): Record<string, unknown> {
  const kanban = fakeKanban({ matters: [matter] })
  const drafts: Record<string, ReturnType<typeof ref<unknown>>> = {}
  useReturnedTexts(kanban, { draftOf: ({ matter: of, field }) => drafts[`${of} ${field}`] ??= ref(before[field] ?? null) })
  kanban.tellSettled({ key: 'k', matterId: mutation.id, mutation, at: NOW, settled })
  return Object.fromEntries(Object.entries(drafts).map(([key, { value }]) => [key, value]))
}

it('puts a refused text back where it was typed, on what stands now', () => {
  expect(draftsAfter(retitled, refused)).toEqual({ [`${matter.id} title`]: expect.objectContaining({ value: 'Lease renewal', seen: 'Lease', base: 4 }) })
})

it('leaves alone what has been typed since', () => {
  expect(draftsAfter(retitled, refused, { title: 'Newer' })).toEqual({ [`${matter.id} title`]: 'Newer' })
})

it('puts a matter that was not created back into the form', () => {
  expect(draftsAfter(created, refused)).toEqual({ [`new-${BOARD_ID} form`]: expect.objectContaining({ title: 'New', clientName: 'Hoshino', columnId: 'intake' }) })
})

it.each<[string, Mutation, Settled]>([
  ['that was taken', retitled, { ok: true, version: 5, merged: false }],
  ['that waits for a choice', retitled, { ...refused, conflictId: 'c.1' }],
  ['of a matter that is gone', { ...retitled, id: buildId(9) }, refused],
  ['without a text', { kind: 'move', id: matter.id, args: { columnId: 'review', placement: { end: true } } }, refused],
])('has nothing to put back of a change %s', (_, mutation, settled) => {
  expect(draftsAfter(mutation, settled)).toEqual({})
})
