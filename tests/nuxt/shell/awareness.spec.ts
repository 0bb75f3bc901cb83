import { mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { flushPromises } from '@vue/test-utils'
import { readBody, setResponseStatus } from 'h3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import type { FirmAwareness } from '#shared/protocol/personal.ts'
import AwarenessSection from '~/components/admin/AwarenessSection.vue'
import ConfirmHost from '~/components/shell/ConfirmHost.vue'
import MaintenanceBanner from '~/components/shell/MaintenanceBanner.vue'
import { useSessionStore } from '~/stores/session.ts'
import { NOW } from '../../helpers/builders.ts'

const { personal } = vi.hoisted(() => {
  const nothing = async () => {}
  const firm: unknown = { presence: true, notices: 'all', maintenance: null }
  const told = { preferences: {}, follows: new Set(), onNotifications: () => () => {} }
  return { personal: { ...told, firm, now: () => 0, refresh: nothing, noteChange: () => {}, hear: nothing, own: () => null } }
})
vi.mock('~/stores/personal.ts', async () => {
  const { reactive } = await import('vue')
  return { usePersonalStore: () => reactive(personal) }
})

const OPEN: FirmAwareness = { presence: true, notices: 'all', maintenance: null }
const put = vi.fn<(body: Record<string, unknown>) => { status: number, body: object }>()
registerEndpoint('/api/firm/awareness', { method: 'PUT', handler: async (event) => {
  const { status, body } = put(await readBody(event))
  setResponseStatus(event, status)
  return body
} })

let clock = NOW
const firm = shallowRef<FirmAwareness>(OPEN)
const mounted: { unmount: () => void }[] = []
beforeEach(() => {
  vi.clearAllMocks()
  clock = NOW
  firm.value = OPEN
  Object.assign(personal, { now: () => clock, firm, noteChange: () => {}, refresh: async () => {} })
  useState('maintenance-now').value = NOW
  useState('maintenance-hidden').value = null
  useSessionStore().timeZone = 'Asia/Tokyo'
  put.mockImplementation((patch) => {
    firm.value = { ...firm.value, ...patch }
    return { status: 200, body: firm.value }
  })
})
afterEach(() => {
  mounted.splice(0).forEach(({ unmount }) => unmount())
  vi.useRealTimers()
})

async function mount(component: Parameters<typeof h>[0]) {
  const page = await mountSuspended(defineComponent(() => () => [h(component as never), h(ConfirmHost)]), { attachTo: document.body })
  mounted.push(page)
  return page
}

const MINUTE = 60_000
const maintenance = { startsAt: NOW + 14 * MINUTE, minutes: 30, text: 'A new version.' }

describe('the countdown to a maintenance', () => {
  it('moves each minute, each second of the last one, says until when it lasts, and goes', async () => {
    vi.useFakeTimers({ now: NOW, toFake: ['setTimeout', 'clearTimeout'] })
    firm.value = { ...OPEN, maintenance }
    const page = await mount(MaintenanceBanner)
    const words = () => page.find('[data-maintenance]').exists() ? page.get('[data-maintenance]').text() : null
    const pass = async (ms: number) => {
      clock += ms
      await vi.advanceTimersByTimeAsync(ms)
    }
    expect(words()).toBe('The board will be unavailable in 14 min, for about 30 min. A new version.')
    const spoken = page.get('[role="status"]').text()
    expect(spoken).toBe('The board will be unavailable in 14 min, for about 30 min. A new version.')
    await pass(MINUTE)
    expect(words()).toContain('in 13 min')
    expect(page.get('[role="status"]').text()).toBe(spoken)
    await pass(12 * MINUTE)
    expect(words()).toContain('in 60 s')
    await pass(1_000)
    expect(words()).toContain('in 59 s')
    await pass(59_000)
    expect(words()).toBe('The board is unavailable until about 12:44. A new version.')
    expect(page.get('[role="status"]').text()).toContain('until about 12:44')
    await pass(30 * MINUTE)
    expect([words(), page.get('[role="status"]').text()]).toEqual([null, ''])
  })

  it('that is far away names the day, and can be put away until it is near or another is announced', async () => {
    firm.value = { ...OPEN, maintenance: { ...maintenance, startsAt: NOW + 50 * 60 * MINUTE } }
    const page = await mount(MaintenanceBanner)
    expect(page.get('[data-maintenance]').text()).toContain('The board will be unavailable from Nov 23, 2026, 14:00')
    await page.get('button').trigger('click')
    expect(page.find('[data-maintenance]').exists()).toBe(false)
    firm.value = { ...OPEN, maintenance: { ...maintenance, startsAt: NOW + 20 * 60 * MINUTE } }
    await flushPromises()
    expect(page.get('[data-maintenance]').text()).toContain('in 20 h')
  })
})

describe('the administration of awareness', () => {
  const button = (page: Awaited<ReturnType<typeof mount>>, label: string) =>
    [...page.element.ownerDocument.querySelectorAll('button')].filter(each => each.textContent?.trim() === label).at(-1)!
  const press = async (page: Awaited<ReturnType<typeof mount>>, label: string) => {
    button(page, label).click()
    await flushPromises()
  }

  it('turns presence off, and brings notices back a step at a time', async () => {
    firm.value = { ...OPEN, notices: 'system' }
    const page = await mount(AwarenessSection)
    await page.get('[role="switch"]').trigger('click')
    await vi.waitFor(() => expect(put).toHaveBeenCalledWith({ presence: false }))
    await vi.waitFor(() => expect(page.get('[role="switch"]').attributes('aria-checked')).toBe('false'))
    await press(page, 'Bring back: What is about the person')
    await vi.waitFor(() => expect(put).toHaveBeenLastCalledWith({ notices: 'personal' }))
    await vi.waitFor(() => expect(button(page, 'Bring back: Everything')).toBeTruthy())
  })

  it('shows what was saved also where the page asks just then, and is answered as of before', async () => {
    let isAskedAgain = false
    let kept = OPEN
    Object.assign(personal, {
      noteChange: () => isAskedAgain = true,
      async refresh() {
        firm.value = isAskedAgain ? kept : OPEN
      },
    })
    put.mockImplementation((patch) => {
      kept = { ...kept, ...patch }
      return { status: 200, body: kept }
    })
    const page = await mount(AwarenessSection)
    await page.get('[role="switch"]').trigger('click')
    await vi.waitFor(() => expect(page.text()).toContain('Saved.'))
    expect(page.get('[role="switch"]').attributes('aria-checked')).toBe('false')
  })

  it('announces a maintenance by the firm\'s clock, and says why not', async () => {
    const page = await mount(AwarenessSection)
    await press(page, 'Announce maintenance')
    const [day, time] = [page.get<HTMLInputElement>('input[type="date"]'), page.get<HTMLInputElement>('input[type="time"]')]
    expect([day.element.value, time.element.value]).toEqual(['2026-11-21', '12:15'])
    await time.setValue('18:30')
    await page.get('textarea').setValue(' A new version. ')
    put.mockReturnValueOnce({ status: 422, body: { code: 'VALIDATION', message: '', field: 'maintenance.startsAt' } })
    await page.get('form').trigger('submit')
    await vi.waitFor(() => expect(page.get('[role="alert"]').text()).toBe('That would be over already.'))
    await page.get('form').trigger('submit')
    await vi.waitFor(() => expect(put).toHaveBeenLastCalledWith({ maintenance: { startsAt: Date.parse('2026-11-21T09:30:00Z'), minutes: 30, text: 'A new version.' } }))
    await vi.waitFor(() => expect(page.get('[data-maintenance-announced]').text()).toContain('18:30 to 19:00'))
    await press(page, 'Call it off')
    await vi.waitFor(() => expect(document.querySelector('[role="dialog"]')).not.toBeNull())
    await press(page, 'Call it off')
    await vi.waitFor(() => expect(put).toHaveBeenLastCalledWith({ maintenance: null }))
    await vi.waitFor(() => expect(page.find('[data-maintenance-announced]').exists()).toBe(false))
  })
})
