import type { Meta, StoryObj } from '@storybook/vue3-vite'
import { h } from 'vue'
import PresenceBar from '~/components/presence/PresenceBar.vue'
import { buildId, buildMatter, buildMember, PEOPLE } from '../../tests/helpers/builders.ts'
import type { FakePresence } from '../../tests/helpers/fake-presence.ts'
import { createFakePresence, person } from '../../tests/helpers/fake-presence.ts'
import { onBoard } from '../support/on-board.ts'

const matter = buildMatter({ caseNumber: '2026-CV-0042', title: 'Lease of the office' })
const { associate, partner2, paralegal } = PEOPLE
const three = [
  person(associate, { matterId: matter.id, action: 'editing', fields: ['title'] }),
  person(partner2, { matterId: matter.id, isTyping: true }),
  person(paralegal),
]
const NAMES = ['Yui Nakamura', 'Maximilian Wolfeschlegelsteinhausenbergerdorff', '佐々木 健二郎', 'Emily Carter', 'Daichi Kato']
const twelve = Array.from({ length: 12 }, (_, index) => buildMember({ id: buildId(0x200 + index), name: NAMES[index % NAMES.length]! }))
  .map(member => person(member, { matterId: matter.id }))

/** The row of avatars, with its list open. */
function bar(people: Parameters<typeof createFakePresence>[0], change: (presence: FakePresence) => void = () => {}): StoryObj {
  return {
    render: () => {
      const presence = createFakePresence(people)
      change(presence)
      return onBoard({ render: () => h('div', { class: 'flex justify-end' }, h(PresenceBar)) }, { matters: [matter], presence })
    },
    play: ({ canvasElement }) => canvasElement.querySelector('button')!.click(),
  }
}

export default { title: 'presence/PresenceBar' } satisfies Meta

export const Nobody = bar([])
export const Three = bar(three)
export const Twelve = bar(twelve)
export const Invisible = bar(three, (presence) => {
  presence.isInvisibleNow.value = true
})
export const CursorsAreNotCarried = bar(three, (presence) => {
  presence.cursorsNow.value = true
  presence.carriesCursorsNow.value = false
})
export const Closed: StoryObj = { ...bar(three), play: () => {} }
