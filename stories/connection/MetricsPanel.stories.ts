import type { Meta, StoryObj } from '@storybook/vue3-vite'
import { computed, defineComponent, h, ref } from 'vue'
import MetricsPanel from '~/components/connection/MetricsPanel.vue'
import type { UseNetworkStatusReturn } from '~/composables/useNetworkStatus.ts'
import { useRealtimeStore } from '~/stores/realtime.ts'
import { onBoard } from '../support/on-board.ts'

const network = (quality: 'good' | 'slow'): UseNetworkStatusReturn => ({
  isOnline: ref(true),
  roundTrip: computed(() => quality === 'slow' ? 840 : 12),
  quality: computed(() => quality),
  effectiveType: computed(() => quality === 'slow' ? '2g' : '4g'),
  downlink: computed(() => 10),
  saveData: computed(() => false),
  check: async () => 12,
})

/** Measures what a few minutes of work would. */
function measure(): void {
  const { meter } = useRealtimeStore()
  for (let turn = 0; turn < 40; turn++) {
    meter.tripped(12 + turn * 7 % 90)
    meter.polled(turn % 3 === 0 ? 200 : 304)
    meter.received(4_000 + turn * 120)
    meter.sent(300)
  }
}

const panel = (quality: 'good' | 'slow', prepare: () => void = () => {}): StoryObj => ({
  render: () => onBoard(defineComponent(() => {
    prepare()
    return () => h(MetricsPanel, { network: network(quality) })
  })),
})

export default { title: 'connection/MetricsPanel' } satisfies Meta

export const WithFigures = panel('good', measure)
export const NothingMeasuredYet = panel('good')
export const SlowNetwork = panel('slow', measure)
