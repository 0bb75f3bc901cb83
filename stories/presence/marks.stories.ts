import type { Meta, StoryObj } from '@storybook/vue3-vite'
import { h } from 'vue'
import type { Member } from '#shared/kanban/member.ts'
import EditingMark from '~/components/presence/EditingMark.vue'
import MatterPresence from '~/components/presence/MatterPresence.vue'
import PresentAvatars from '~/components/presence/PresentAvatars.vue'
import TypingMark from '~/components/presence/TypingMark.vue'
import { buildMatter, PEOPLE } from '../../tests/helpers/builders.ts'
import { createFakePresence, person } from '../../tests/helpers/fake-presence.ts'
import { inPanel } from '../support/in-panel.ts'
import { onBoard } from '../support/on-board.ts'

const matter = buildMatter()
const { partner2, associate, paralegal, clerk } = PEOPLE
const crowd = [partner2, associate, paralegal, clerk]

const editing = (members: readonly Member[]): StoryObj => ({ render: () => ({ render: () => h('div', { class: 'max-w-80' }, h(EditingMark, { members, id: 'mark' })) }) })
/** A mark of the panel while these are at its matter. */
const inMatter = (content: typeof TypingMark | typeof MatterPresence, members: readonly Member[]): StoryObj => ({
  render: () => onBoard(inPanel(matter, { render: () => h('div', { class: 'max-w-80' }, h(content)) }), {
    matters: [matter], presence: createFakePresence(members.map(member => person(member, { matterId: matter.id, isTyping: true }))),
  }),
})

export default { title: 'presence/marks' } satisfies Meta

export const OneEdits = editing([associate])
export const SeveralEdit = editing(crowd)
export const OneTypes = inMatter(TypingMark, [associate])
export const SeveralType = inMatter(TypingMark, crowd)
export const HaveTheMatterOpen = inMatter(MatterPresence, crowd)
export const AvatarsOfACard: StoryObj = { render: () => ({ render: () => h(PresentAvatars, { members: crowd }) }) }
