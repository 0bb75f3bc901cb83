import { mountSuspended } from '@nuxt/test-utils/runtime'
import { defineComponent, h } from 'vue'
import type { Matter } from '#shared/kanban/matter.ts'
import ConfirmHost from '~/components/shell/ConfirmHost.vue'
import MatterPanel from '~/components/matter/MatterPanel.vue'
import MoveDialog from '~/components/board/MoveDialog.vue'
import { provideKanban } from '~/composables/useKanban.ts'
import { provideMoveMatter } from '~/composables/useMoveMatter.ts'
import { NOW } from '../../helpers/builders.ts'
import type { FakeKanban } from '../../helpers/fake-kanban.ts'

/** The panel of a matter, with the dialogs that a page brings along. The spec mocks `useKanbanRealTime` to give `kanban`. */
export async function mountPanel(kanban: FakeKanban, matter: Matter, onClose: () => void = () => {}, provideMore: () => void = () => {}) {
  const Page = defineComponent(() => {
    provideMore()
    const moves = provideMoveMatter(provideKanban('b'))
    return () => {
      const shown = kanban.matterById(matter.id)
      return [
        shown ? h(MatterPanel, { matter: shown, onClose }) : 'gone',
        moves.question.value && h(MoveDialog, { question: moves.question.value, columnName: 'Closed', onAnswer: moves.answer }),
        h(ConfirmHost),
      ]
    }
  })
  return mountSuspended(Page, { attachTo: document.body })
}

export type Page = Awaited<ReturnType<typeof mountPanel>>

/** Changes the row as a colleague would: new values, newer versions of the fields. */
export function changeRemotely(kanban: FakeKanban, matter: Matter, fields: Partial<Matter>, by: string, version: number): void {
  const fieldVersions = Object.fromEntries(Object.keys(fields).map(field => [field, { v: version, cid: null, n: null, by, at: NOW }]))
  kanban.rows.value = kanban.rows.value.map(row => row.id === matter.id
    ? { ...row, ...fields, version, fieldVersions: { ...row.fieldVersions, ...fieldVersions } }
    : row)
}

/** The button whose name says or contains this; the panel's own first, then those of dialogs. */
export function button(page: Page, name: string): HTMLButtonElement {
  const all = [...page.element.ownerDocument.querySelectorAll('button')]
  const found = all.find(candidate => (candidate.getAttribute('aria-label') ?? candidate.textContent ?? '').trim().startsWith(name))
  if (!found)
    throw new Error(`no button "${name}" among ${all.map(each => each.getAttribute('aria-label') ?? each.textContent?.trim()).join(' | ')}`)
  return found
}

export function hasButton(page: Page, name: string): boolean {
  return [...page.element.ownerDocument.querySelectorAll('button')].some(each => (each.getAttribute('aria-label') ?? each.textContent ?? '').trim().startsWith(name))
}
