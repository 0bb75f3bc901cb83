import type { Meta, StoryObj } from '@storybook/vue3-vite'
import SignOutDialog from '~/components/shell/SignOutDialog.vue'
import { useDeviceStore } from '~/stores/device.ts'
import { useKanbanStore } from '~/stores/kanban.ts'
import { asMember } from '../support/as-member.ts'

interface Unsent { changes?: number, conflicts?: number, drafts?: number }

/** So much would be lost. */
const losing = ({ changes = 0, conflicts = 0, drafts = 0 }: Unsent, isOffline = false): StoryObj => ({
  render: () => asMember(SignOutDialog, {
    isOffline,
    prepare() {
      Object.assign(useKanbanStore(), { unsent: () => ({ changes, conflicts }) })
      Object.assign(useDeviceStore(), { typedDrafts: () => drafts })
    },
  }),
})

export default { title: 'shell/SignOutDialog' } satisfies Meta

export const ChangesWait = losing({ changes: 3 })
export const EverythingWaits = losing({ changes: 12, conflicts: 2, drafts: 1 })
export const DraftsAlone = losing({ drafts: 2 })
export const Offline = losing({ changes: 3 }, true)
