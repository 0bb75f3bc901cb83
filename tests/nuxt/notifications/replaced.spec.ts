import { mountSuspended } from '@nuxt/test-utils/runtime'
import { expect, it, vi } from 'vitest'
import { defineComponent } from 'vue'
import { useToast } from '#imports'
import { useNotifications } from '~/composables/useNotifications.ts'

it('leaves nothing of the notice whose place another one takes', async () => {
  let notices!: ReturnType<typeof useNotifications>
  let toast!: ReturnType<typeof useToast>
  await mountSuspended(defineComponent(() => {
    notices = useNotifications()
    toast = useToast()
    return () => null
  }))
  notices.success({ id: 'one', title: 'Done', description: 'So', duration: 9_000, actions: [{ label: 'Undo' }], onClick: vi.fn(), onClose: vi.fn() })
  await vi.waitFor(() => expect(toast.toasts.value).toMatchObject([{ title: 'Done', actions: [{ label: 'Undo' }] }]))
  notices.error({ id: 'one', title: 'Refused' })
  const [shown] = toast.toasts.value
  expect(shown).toMatchObject({ title: 'Refused', color: 'error', type: 'foreground' })
  expect([shown!.description, shown!.duration, shown!.actions, shown!.onClick, shown!['onUpdate:open' as never]]).toEqual([undefined, undefined, undefined, undefined, undefined])
})
