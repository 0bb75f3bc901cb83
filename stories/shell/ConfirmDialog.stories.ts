import type { Meta, StoryObj } from '@storybook/vue3-vite'
import { h } from 'vue'
import ConfirmHost from '~/components/shell/ConfirmHost.vue'
import MatterActions from '~/components/matter/MatterActions.vue'
import ConfirmDialog from '~/components/ui/ConfirmDialog.vue'
import type { ConfirmQuestion } from '~/composables/useConfirm.ts'
import { confirmQueue } from '~/composables/useConfirm.ts'
import { useRiskyAction } from '~/composables/useRiskyAction.ts'
import { buildMatter } from '../../tests/helpers/builders.ts'
import { asMember } from '../support/as-member.ts'
import { find } from '../support/find.ts'
import { inPanel } from '../support/in-panel.ts'
import { onBoard } from '../support/on-board.ts'
import { onceShown } from '../support/on-mounted.ts'

const LONG = 'Wolfeschlegelsteinhausenbergerdorff Versicherungsgesellschaft mbH v. The Incorporated Trustees of the Ancient Company of Merchant Adventurers'
const matter = buildMatter({ caseNumber: '2026-CV-0042', title: LONG })
const asked = (question: ConfirmQuestion): StoryObj => ({ render: () => asMember({ render: () => h(ConfirmDialog, { question }) }) })

export default { title: 'shell/ConfirmDialog' } satisfies Meta

export const Plain = asked({ title: 'Take the import back?', body: 'Matters that nobody changed since go away again.' })
export const WithOptionalReason = asked({ title: 'Seal 2026-CV-0042?', body: LONG, reason: 'optional', color: 'warning', confirmLabel: 'Seal' })
export const ReasonIsMissing: StoryObj = {
  ...asked({ title: 'Hold 2026-CV-0042?', body: LONG, reason: 'required', color: 'warning', confirmLabel: 'Hold' }),
  play: async () => (await find('[role="dialog"] button')).click(),
}

/** What is asked before a matter goes. */
export const Deletion: StoryObj = {
  render: () => onBoard({ render: () => [h(inPanel(matter, MatterActions)), h(ConfirmHost)] }, { matters: [matter] }),
  play: async ({ canvasElement, userEvent }) => {
    await userEvent.click(canvasElement.querySelector('button')!)
    await userEvent.click(await find('[role="menuitem"]'))
    await find('[role="dialog"] textarea')
  },
}

/** Asked before what is hard to take back, on a board that is old. */
export const BoardIsOld: StoryObj = {
  render: () => onBoard({
    render: () => [h(onceShown(() => {
      const { askFirst } = useRiskyAction()
      return () => void askFirst()
    })), h(ConfirmHost)],
  }, {
    prepare: (kanban) => {
      confirmQueue.settle({ confirmed: false })
      kanban.ageNow.value = 6 * 60_000
    },
  }),
}
