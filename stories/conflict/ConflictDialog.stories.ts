import type { Meta, StoryObj } from '@storybook/vue3-vite'
import type { Conflict } from '#shared/sync/conflict-record.ts'
import ConflictHost from '~/components/conflict/ConflictHost.vue'
import { buildDeadline, buildMatter, NOW, PEOPLE } from '../../tests/helpers/builders.ts'
import { onBoard } from '../support/on-board.ts'

const MINUTE_MS = 60_000
const matter = buildMatter({ caseNumber: '2026-CV-0777', title: 'Lease of the office', columnId: 'waiting-client' })

type Field = Conflict['fields'][number]
const field = (name: Field['field'], values: Pick<Field, 'base' | 'mine' | 'theirs'>): Field => ({ field: name, version: 7, by: PEOPLE.partner2.id, at: NOW - 10 * MINUTE_MS, ...values })

/** The dialog of one conflict, opened. */
function asked(mutation: Conflict['mutation'], fields: Field[]): StoryObj {
  const conflict: Conflict = { id: 'c.1', matterId: matter.id, mutation, at: NOW - 12 * MINUTE_MS, fields }
  return {
    render: () => onBoard(ConflictHost, {
      matters: [matter],
      prepare(kanban, conflicts) {
        kanban.conflictsNow.value = [conflict]
        conflicts.show(conflict.id)
      },
    }),
  }
}
const edited = (set: object, fields: Field[]) => asked({ kind: 'edit', id: matter.id, args: { set } }, fields)

export default { title: 'conflict/ConflictDialog' } satisfies Meta

export const Title = edited({ title: 'Lease of the shop' }, [field('title', { base: 'Lease', mine: 'Lease of the shop', theirs: 'Lease of the office' })])

export const LongText = edited({ description: '' }, [field('description', {
  base: 'The tenant pays by the fifth.\n\nNo sublease without the landlord.\n\nThe deposit is three months.',
  mine: 'The tenant pays by the third.\n\nNo sublease without the landlord.\n\nThe deposit is three months.',
  theirs: 'The tenant pays by the fifth.\n\nNo sublease without written consent.\n\nThe deposit is four months.',
})])

export const Deadline = edited({}, [field('deadlines/d', {
  base: buildDeadline({ id: 'd', date: '2026-11-27' }), mine: buildDeadline({ id: 'd', date: '2026-11-30' }), theirs: buildDeadline({ id: 'd', date: '2026-12-04' }),
})])

export const Move = asked({ kind: 'move', id: matter.id, args: { columnId: 'review', placement: { end: true } } }, [
  field('columnId', { base: 'in-progress', mine: 'review', theirs: 'waiting-client' }),
])

export const Deletion = asked({ kind: 'delete', id: matter.id, args: {} }, [
  field('title', { base: 'Lease', mine: null, theirs: 'Lease of the office' }),
  field('priority', { base: 'MEDIUM', mine: null, theirs: 'URGENT' }),
])
