import type { Meta, StoryObj } from '@storybook/vue3-vite'
import EmptyState from '~/components/ui/EmptyState.vue'

const meta = { component: EmptyState } satisfies Meta<typeof EmptyState>
export default meta
type Story = StoryObj<typeof meta>

export const Failed: Story = { args: { icon: 'i-lucide-cloud-off', title: 'The board could not be loaded', body: 'Something went wrong at the server.' } }
