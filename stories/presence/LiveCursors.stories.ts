import type { Meta, StoryObj } from '@storybook/vue3-vite'
import { defineComponent, h, shallowRef } from 'vue'
import LiveCursors from '~/components/presence/LiveCursors.vue'
import type { DrawnCursor } from '~/composables/useLiveCursors.ts'
import { buildMember, PEOPLE } from '../../tests/helpers/builders.ts'
import { setCursors } from '../support/cursors.ts'
import { onBoard } from '../support/on-board.ts'

const at = (x: number, y: number, member: DrawnCursor['member'], isFading = false): DrawnCursor => ({ member, x, y, isFading })

/** A board, as far as pointers need one, and who points on it. */
const pointed = (...cursors: DrawnCursor[]): StoryObj => ({
  render: () => onBoard(defineComponent(() => {
    setCursors(cursors)
    const board = shallowRef<HTMLElement | null>(null)
    const hold = (element: unknown) => board.value = element as HTMLElement
    return () => [h('div', { ref: hold, class: 'h-80 rounded-lg bg-default ring ring-default' }), board.value && h(LiveCursors, { board: board.value })]
  })),
})

export default { title: 'presence/LiveCursors' } satisfies Meta

export const Three = pointed(at(40, 60, PEOPLE.partner2), at(150, 140, PEOPLE.associate), at(90, 240, PEOPLE.paralegal))
export const LongNameAtTheEdge = pointed(at(250, 40, buildMember({ name: 'Maximilian Wolfeschlegelsteinhausenbergerdorff' })))
export const OneFades = pointed(at(40, 60, PEOPLE.partner2), at(150, 140, PEOPLE.associate, true))
