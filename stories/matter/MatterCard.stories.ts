import type { Meta, StoryObj } from '@storybook/vue3-vite'
import MatterCard from '~/components/matter/MatterCard.vue'
import { buildDeadline, buildMatter, NOW, PEOPLE, TIME_ZONE } from '../../tests/helpers/builders.ts'

const meta = {
  component: MatterCard,
  args: { matter: buildMatter(), to: '#', lawyer: PEOPLE.associate, now: NOW, timeZone: TIME_ZONE, canMove: true },
  render: args => ({ components: { MatterCard }, setup: () => ({ args }), template: '<div class="max-w-80"><MatterCard v-bind="args" /></div>' }),
} satisfies Meta<typeof MatterCard>
export default meta
type Story = StoryObj<typeof meta>

export const Ordinary: Story = {}
export const WaitsToBeSent: Story = { args: { isPending: true } }
export const HasConflict: Story = { args: { hasConflict: true } }
export const JustChanged: Story = { args: { isFresh: true } }
export const Selected: Story = { args: { isSelected: true } }
/** What lies here while the card is in the hand can't be acted on: no contrast is asked of it (WCAG 1.4.3). */
export const InTheHand: Story = { args: { isHeld: true }, tags: ['inactive'] }
export const LookedAtByOthers: Story = { args: { present: [PEOPLE.partner, PEOPLE.paralegal, PEOPLE.clerk] } }
export const Overdue: Story = { args: { matter: buildMatter({ priority: 'URGENT', deadlines: [buildDeadline({ date: '2026-11-19' })] }) } }
export const OnHold: Story = { args: { matter: buildMatter({ hold: { since: NOW, reason: 'The client is abroad' }, waitingOn: 'The court of Osaka' }) } }
export const LongNames: Story = {
  args: {
    matter: buildMatter({
      title: 'Wolfeschlegelsteinhausenbergerdorff Versicherungsgesellschaft mbH v. The Incorporated Trustees of the Ancient Company of Merchant Adventurers',
      clientName: '株式会社ながいなまえのかいしゃホールディングスインターナショナル東日本支社法務部',
    }),
  },
}
export const MayOnlyLook: Story = { args: { canMove: false } }
