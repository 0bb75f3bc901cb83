import type { Meta, StoryObj } from '@storybook/vue3-vite'
import { h } from 'vue'
import type { Matter } from '#shared/kanban/matter.ts'
import BoardColumns from '~/components/board/BoardColumns.vue'
import { buildDeadline, buildMatter, PEOPLE } from '../../tests/helpers/builders.ts'
import type { OnBoardOptions } from '../support/on-board.ts'
import { onBoard } from '../support/on-board.ts'

const TITLES = ['Lease renewal dispute', '賃貸借契約の更新をめぐる紛争', 'Patent licence for a coating process', 'Succession of the Fujita estate', 'Dismissal without notice']
const KEYS = ['intake', 'initial-review', 'in-progress', 'review', 'waiting-client', 'ready-filing', 'closed']
const matters: Matter[] = Array.from({ length: 24 }, (_, index) => buildMatter({
  title: TITLES[index % TITLES.length]!,
  caseNumber: `2026-CV-${String(index + 1).padStart(4, '0')}`,
  columnId: KEYS[index % KEYS.length]!,
  priority: (['LOW', 'MEDIUM', 'HIGH', 'URGENT'] as const)[index % 4]!,
  ...index % 5 === 0 && { deadlines: [buildDeadline({ date: '2026-11-22' })] },
}))

const columns = (options: OnBoardOptions): StoryObj => ({
  render: () => onBoard({ render: () => h('div', { class: 'flex h-[80vh] min-w-0' }, h(BoardColumns, { isShown: null, withArchived: false, selectedId: null, linkTo: (id: string) => `#${id}` })) }, options),
})

export default { title: 'board/BoardColumns' } satisfies Meta

export const Full = columns({ matters })
export const Empty = columns({})
export const Loading = columns({ prepare: (kanban) => { kanban.isLoading.value = true } })
export const ForAClient = columns({ matters: matters.slice(0, 2), me: PEOPLE.client })
export const ChangesWait = columns({ matters, prepare: (kanban) => { kanban.pendingIds.value = new Set(matters.slice(0, 5).map(({ id }) => id)) } })
