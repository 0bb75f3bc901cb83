import { expect, it, vi } from 'vitest'
import { computed, effectScope, nextTick, ref } from 'vue'
import { useSlowNotice } from '~/composables/useSlowNotice.ts'
import { speak } from '../../helpers/real-words.ts'

const { notices } = vi.hoisted(() => ({ notices: { warning: vi.fn(), dismiss: vi.fn() } }))
vi.mock('~/composables/useNotifications.ts', () => ({ useNotifications: () => notices }))

it('says that the network is slow once in a tab, and takes it back when it is good again or gone', async () => {
  speak('en')
  const [quality, isOnline] = [ref<'good' | 'slow'>('good'), ref(true)]
  effectScope().run(() => useSlowNotice({ quality: computed(() => quality.value), isOnline }))
  quality.value = 'slow'
  await nextTick()
  expect(notices.warning).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ id: 'slow-network' }))
  isOnline.value = false
  await nextTick()
  expect(notices.dismiss).toHaveBeenCalledExactlyOnceWith('slow-network')
  isOnline.value = true
  await nextTick()
  quality.value = 'good'
  await nextTick()
  expect([notices.warning.mock.calls.length, notices.dismiss.mock.calls.length]).toEqual([1, 2])
})
