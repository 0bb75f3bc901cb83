import type { Meta, StoryObj } from '@storybook/vue3-vite'
import ConnectionBanner from '~/components/connection/ConnectionBanner.vue'
import { buildMatter } from '../../tests/helpers/builders.ts'
import { find } from '../support/find.ts'
import type { OnBoardOptions } from '../support/on-board.ts'
import { onBoard } from '../support/on-board.ts'

const matters = [buildMatter(), buildMatter()]
const banner = (prepare: OnBoardOptions['prepare']): StoryObj => ({
  render: () => onBoard(ConnectionBanner, { matters, ...prepare && { prepare } }),
  // A short drop isn't worth a word.
  play: async ({ canvasElement }) => {
    await find('p, [role="status"]', canvasElement)
  },
})
const waits: OnBoardOptions['prepare'] = (kanban) => {
  kanban.pendingIds.value = new Set(matters.map(({ id }) => id))
}

export default { title: 'connection/ConnectionBanner' } satisfies Meta

export const Offline = banner((kanban) => {
  kanban.isOnline.value = false
})
export const OfflineWithChanges = banner((kanban, conflicts) => {
  kanban.isOnline.value = false
  waits(kanban, conflicts)
})
export const NothingIsKept = banner((kanban, conflicts) => {
  kanban.isStoredHereNow.value = false
  waits(kanban, conflicts)
})
/** Nothing has proved for six minutes that the rows are right. */
export const OutOfDate = banner((kanban) => {
  kanban.isStale.value = true
  kanban.ageNow.value = 6 * 60_000
})
