import type { Meta, StoryObj } from '@storybook/vue3-vite'
import ConnectionStatus from '~/components/connection/ConnectionStatus.vue'
import { NOW, TIME_ZONE } from '../../tests/helpers/builders.ts'

const meta = {
  component: ConnectionStatus,
  args: { status: { state: 'live', since: NOW, via: 'socket' }, isOnline: true, isStale: false, lastSync: NOW, pendingUpdates: 0, timeZone: TIME_ZONE, way: 'socket' },
} satisfies Meta<typeof ConnectionStatus>
export default meta
type Story = StoryObj<typeof meta>

export const Live: Story = {}
