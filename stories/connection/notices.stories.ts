import type { Meta, StoryObj } from '@storybook/vue3-vite'
import { computed, defineComponent, h, ref } from 'vue'
import { provideConnectionStatus } from '~/composables/useConnectionStatus.ts'
import { useKanban } from '~/composables/useKanban.ts'
import { useReconnectedNotice } from '~/composables/useReconnectedNotice.ts'
import { useSlowNotice } from '~/composables/useSlowNotice.ts'
import { NOW } from '../../tests/helpers/builders.ts'
import { onBoard } from '../support/on-board.ts'
import { onceShown } from '../support/on-mounted.ts'

export default { title: 'connection/notices' } satisfies Meta

/** The server was away for eleven minutes. */
export const Reconnected: StoryObj = {
  render: () => {
    let comeBack = () => {}
    let now = NOW
    const Notice = onceShown(() => {
      useReconnectedNotice()
      return () => comeBack()
    })
    const Page = defineComponent(() => {
      provideConnectionStatus(useKanban(), { clock: { now: () => now, random: () => 0, setTimer: () => null, clearTimer: () => {} } })
      now += 11 * 60_000
      return () => h(Notice)
    })
    return onBoard(Page, {
      prepare(kanban) {
        kanban.isOnline.value = false
        comeBack = () => kanban.isOnline.value = true
      },
    })
  },
}

/** Said once in the life of a page. */
export const SlowNetwork: StoryObj = {
  render: () => onBoard(onceShown(() => {
    const quality = ref<'good' | 'slow'>('good')
    useSlowNotice({ quality: computed(() => quality.value), isOnline: ref(true) })
    return () => quality.value = 'slow'
  })),
}
