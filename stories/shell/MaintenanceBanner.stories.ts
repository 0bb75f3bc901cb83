import type { Meta, StoryObj } from '@storybook/vue3-vite'
import MaintenanceBanner from '~/components/shell/MaintenanceBanner.vue'
import { asMember } from '../support/as-member.ts'

const MINUTE_MS = 60_000

/** It begins in so many minutes, or began so many ago. */
const begins = (minutes: number, text = ''): StoryObj => ({
  render: () => asMember(MaintenanceBanner, { firm: { maintenance: { startsAt: Date.now() + minutes * MINUTE_MS, minutes: 45, text } } }),
})

export default { title: 'shell/MaintenanceBanner' } satisfies Meta

export const Far = begins(3 * 24 * 60, 'The server moves to another house.')
export const Today = begins(5 * 60)
export const Near = begins(9, 'Please finish what you are writing. お手数ですが、編集中の内容を保存してください。')
export const Now = begins(-10, 'The server moves to another house.')
