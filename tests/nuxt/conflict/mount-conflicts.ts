import { mountSuspended } from '@nuxt/test-utils/runtime'
import { defineComponent, h } from 'vue'
import type { Matter } from '#shared/kanban/matter.ts'
import type { EditArgs, Mutation } from '#shared/kanban/mutation.ts'
import type { Conflict, ConflictField } from '#shared/sync/conflict-record.ts'
import ConflictCount from '~/components/conflict/ConflictCount.vue'
import ConflictHost from '~/components/conflict/ConflictHost.vue'
import MoveDialog from '~/components/board/MoveDialog.vue'
import type { UseConflictsReturn } from '~/composables/useConflicts.ts'
import { provideConflicts } from '~/composables/useConflicts.ts'
import { provideKanban } from '~/composables/useKanban.ts'
import { provideMoveMatter } from '~/composables/useMoveMatter.ts'
import { NOW, PEOPLE } from '../../helpers/builders.ts'
import type { FakeKanban } from '../../helpers/fake-kanban.ts'

const MINUTE_MS = 60_000

/** A field that Robert Chen changed ten minutes ago. */
export function conflictField(field: ConflictField['field'], values: Partial<ConflictField> = {}): ConflictField {
  return { field, base: null, mine: null, theirs: null, version: 7, by: PEOPLE.partner2.id, at: NOW - 10 * MINUTE_MS, ...values }
}

/** A change of twelve minutes ago that met something newer. */
export function buildConflict(matter: Matter, fields: ConflictField[], mutation: Conflict['mutation'], id = 'c.1'): Conflict {
  return { id, matterId: matter.id, mutation, at: NOW - 12 * MINUTE_MS, fields }
}

export function editConflict(matter: Matter, args: EditArgs, fields: ConflictField[], id = 'c.1'): Conflict {
  return buildConflict(matter, fields, { kind: 'edit', id: matter.id, args }, id)
}

/** A move that met somebody else's. */
export function moveConflict(matter: Matter, columns: { was: string, mine: string, theirs: string }, args: Partial<Extract<Mutation, { kind: 'move' }>['args']> = {}): Conflict {
  const { was, mine, theirs } = columns
  return buildConflict(matter, [conflictField('columnId', { base: was, mine, theirs })], { kind: 'move', id: matter.id, args: { columnId: mine, placement: { end: true }, ...args } })
}

/** What a board's page has of conflicts. The spec mocks `useKanbanRealTime` to give `kanban`. */
export async function mountConflicts() {
  let conflicts: UseConflictsReturn
  const Page = defineComponent(() => {
    const kanban = provideKanban('b')
    const moves = provideMoveMatter(kanban)
    conflicts = provideConflicts(kanban)
    return () => h('main', [
      h('button', { id: 'before' }, 'Elsewhere'),
      h(ConflictCount),
      h(ConflictHost),
      moves.question.value && h(MoveDialog, { question: moves.question.value, columnName: 'Closed', onAnswer: moves.answer }),
    ])
  })
  const page = await mountSuspended(Page, { attachTo: document.body })
  return { page, conflicts: conflicts! }
}

export const dialog = () => document.querySelector<HTMLElement>('[data-conflict-dialog]')
export const dialogText = () => dialog()?.textContent?.replace(/\s+/g, ' ') ?? ''

/** The button of the dialog that says this. */
export function press(name: string): HTMLButtonElement {
  const all = [...document.querySelectorAll<HTMLButtonElement>('button')]
  const found = all.find(each => (each.getAttribute('aria-label') ?? each.textContent ?? '').trim() === name)
  if (!found)
    throw new Error(`no button "${name}" among ${all.map(each => each.getAttribute('aria-label') ?? each.textContent?.trim()).join(' | ')}`)
  return found
}

/** The radio button of a version, in the first question or the one of a field. */
export function radio(take: 'mine' | 'theirs' | 'merge' | 'other', field?: string): HTMLInputElement {
  const within = field ? document.querySelector(`[data-question="${field}"]`)! : document
  return within.querySelector<HTMLInputElement>(`[data-take="${take}"] input[type=radio]`)!
}

export function choose(input: HTMLInputElement): void {
  input.checked = true
  input.dispatchEvent(new Event('change', { bubbles: true }))
}

/** Somebody changes a field of a conflict once more, as the rows bring it. */
export function changeAgain(kanban: FakeKanban, id: string, field: string, theirs: unknown, version: number): void {
  kanban.conflictsNow.value = kanban.conflictsNow.value.map(conflict => conflict.id === id
    ? { ...conflict, fields: conflict.fields.map(each => each.field === field ? { ...each, theirs, version, at: NOW } : each) }
    : conflict)
}
