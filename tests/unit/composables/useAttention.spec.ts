import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { EffectScope } from 'vue'
import { effectScope } from 'vue'
import { useAttention } from '~/composables/useAttention.ts'
import type { FakePage } from '../../helpers/fake-page.ts'
import { createFakePage } from '../../helpers/fake-page.ts'
import type { VirtualClock } from '../../helpers/virtual-clock.ts'
import { createVirtualClock } from '../../helpers/virtual-clock.ts'

let scope: EffectScope
let page: FakePage
let clock: VirtualClock
let slept: number
const looked = vi.fn()

beforeEach(() => {
  looked.mockReset()
  page = createFakePage()
  slept = 0
  clock = createVirtualClock()
  scope = effectScope()
  scope.run(() => useAttention(looked, { window: page.window, clock: { ...clock, now: () => clock.now() + slept } }))
})
afterEach(() => scope.stop())

it('[T3] is there from the start, and tells each time that somebody looks again', () => {
  expect(looked.mock.calls).toEqual([[true]])
  for (const sign of ['focus', 'online', 'pageshow'])
    page.fire(sign)
  page.document.dispatchEvent(new Event('resume'))
  expect(looked.mock.calls).toEqual([[true], [true], [true], [true], [true]])
})

it('[T3] ends when the page is hidden, where no sign is a look', () => {
  page.hide()
  expect(looked).toHaveBeenLastCalledWith(false)
  page.fire('focus')
  page.fire('online')
  expect(looked).toHaveBeenCalledTimes(2)
  page.show()
  expect(looked).toHaveBeenLastCalledWith(true)
})

it('[T3] comes back at once when the device has slept', async () => {
  await clock.advance(60_000)
  expect(looked).toHaveBeenCalledTimes(1)
  slept = 3 * 60 * 60_000
  await clock.advance(5_000)
  expect(looked.mock.calls).toEqual([[true], [true]])
  await clock.advance(60_000)
  expect(looked).toHaveBeenCalledTimes(2)
})

it('takes the slow timers of a hidden page for no sleep', async () => {
  page.hide()
  slept = 60_000
  await clock.advance(10_000)
  expect(clock.timers).toBe(0)
  page.show()
  await clock.advance(10_000)
  expect(looked.mock.calls).toEqual([[true], [false], [true]])
})

it('leaves nothing behind, and does nothing without a page', () => {
  scope.stop()
  page.fire('focus')
  page.hide()
  expect(looked).toHaveBeenCalledTimes(1)
  expect(clock.timers).toBe(0)
  useAttention(looked, { window: undefined })
  expect(looked).toHaveBeenCalledTimes(1)
})
