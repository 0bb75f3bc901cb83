import { mountSuspended } from '@nuxt/test-utils/runtime'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { defineComponent, h, nextTick } from 'vue'
import { useToast } from '#imports'
import Toaster from '@nuxt/ui/components/Toaster.vue'
import { useNotifications } from '~/composables/useNotifications.ts'

let notices: ReturnType<typeof useNotifications>
let toast: ReturnType<typeof useToast>
let page: { unmount: () => void }
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  page = await mountSuspended(defineComponent(() => {
    notices = useNotifications()
    toast = useToast()
    return () => h(Toaster)
  }), { attachTo: document.body })
})
afterEach(() => {
  notices.dismiss('one')
  toast.clear()
  vi.advanceTimersByTime(1_000)
  page.unmount()
  vi.useRealTimers()
})

const titles = () => toast.toasts.value.filter(({ open }) => open).map(({ title }) => title)
const closeButton = () => document.querySelector<HTMLElement>('button[aria-label="Close"]')

/** A named notice, as it stands on the page. */
async function show(title: string): Promise<void> {
  notices.info({ id: 'one', title })
  await vi.waitFor(() => expect(document.body.textContent).toContain(title))
}

it('leaves nothing of the notice whose place another one takes', async () => {
  const onClose = vi.fn()
  notices.success({ id: 'one', title: 'Done', description: 'So', duration: 1_000, actions: [{ label: 'Undo' }], onClick: vi.fn(), onClose })
  await vi.waitFor(() => expect(toast.toasts.value).toMatchObject([{ title: 'Done', actions: [{ label: 'Undo' }] }]))
  notices.error({ id: 'one', title: 'Refused' })
  const [shown] = toast.toasts.value
  expect(shown).toMatchObject({ title: 'Refused', color: 'error', type: 'foreground' })
  expect([shown!.description, shown!.actions, shown!.onClick]).toEqual([undefined, undefined, undefined])
  await nextTick()
  closeButton()!.click()
  await vi.waitFor(() => expect(titles()).toEqual([]))
  expect(onClose).not.toHaveBeenCalled()
})

it('shows what takes a place as long as if it had come alone', async () => {
  await show('First')
  vi.advanceTimersByTime(4_000)
  await show('Second')
  vi.advanceTimersByTime(4_000)
  expect(titles()).toEqual(['Second'])
  await show('Third')
  vi.advanceTimersByTime(4_000)
  expect(titles()).toEqual(['Third'])
  vi.advanceTimersByTime(1_100)
  expect(titles()).toEqual([])
})

it.each([
  ['taken away', () => notices.dismiss('one')],
  ['closed by hand', () => closeButton()!.click()],
])('keeps a notice that comes while the one of its name still goes (%s)', async (_, close) => {
  await show('First')
  close()
  await show('Second')
  expect(titles()).toEqual(['Second'])
  vi.advanceTimersByTime(1_000)
  expect(titles()).toEqual(['Second'])
  notices.info({ id: 'one', title: 'Third' })
  expect(titles()).toEqual(['Third'])
  notices.dismiss('one')
  expect(titles()).toEqual([])
})
