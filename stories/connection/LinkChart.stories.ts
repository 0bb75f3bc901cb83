import type { Meta, StoryObj } from '@storybook/vue3-vite'
import type { LinkSlice } from '#shared/realtime/link-meter.ts'
import LinkChart from '~/components/connection/LinkChart.vue'
import { NOW } from '../../tests/helpers/builders.ts'

/** Five minutes, a slice each five seconds. */
const slices = (sliceOf: (place: number) => Pick<LinkSlice, 'roundTrip' | 'updatesPerSecond'>): LinkSlice[] =>
  Array.from({ length: 60 }, (_, place) => ({ at: NOW + place * 5_000, ...sliceOf(place) }))

const meta = { component: LinkChart } satisfies Meta<typeof LinkChart>
export default meta
type Story = StoryObj<typeof meta>

export const Busy: Story = { args: { slices: slices(place => ({ roundTrip: 20 + 60 * Math.abs(Math.sin(place / 5)), updatesPerSecond: place % 4 })) } }
export const WithGaps: Story = { args: { slices: slices(place => ({ roundTrip: place % 20 < 8 ? null : 700 - place * 8, updatesPerSecond: 0 })) } }
export const Nothing: Story = { args: { slices: slices(() => ({ roundTrip: null, updatesPerSecond: 0 })) } }
