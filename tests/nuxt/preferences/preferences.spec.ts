import { mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { readBody, setResponseStatus } from 'h3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Member } from '#shared/kanban/member.ts'
import type { FirmAwareness } from '#shared/protocol/personal.ts'
import type { PreferencesPatch } from '#shared/protocol/personal-requests.ts'
import { patchPreferences } from '#shared/protocol/preferences-patch.ts'
import type { Preferences } from '#shared/protocol/preferences.ts'
import { DEFAULT_PREFERENCES } from '#shared/protocol/preferences.ts'
import { useLiveRegion } from '~/composables/useLiveRegion.ts'
import PreferencesPage from '~/pages/preferences.vue'
import { useSessionStore } from '~/stores/session.ts'
import { BOARD_ID, OWN, PEOPLE } from '../../helpers/builders.ts'

let kept: Preferences
const patch = vi.fn<(body: PreferencesPatch) => number>()
registerEndpoint('/api/preferences', { method: 'PATCH', handler: async (event) => {
  const body = await readBody<PreferencesPatch>(event)
  const status = patch(body)
  setResponseStatus(event, status)
  if (status !== 200)
    return { code: 'UNAVAILABLE', message: '' }
  kept = patchPreferences(kept, body)
  return kept
} })
registerEndpoint('/api/auth/me', { method: 'PATCH', handler: (event) => {
  setResponseStatus(event, 503)
  return { code: 'UNAVAILABLE', message: '' }
} })
registerEndpoint('/api/auth/me', { method: 'GET', handler: (event) => {
  const { member, boards, timeZone, firm } = useSessionStore()
  setResponseStatus(event, member ? 200 : 401)
  return member && { member, boards, timeZone, firm, preferences: kept, transport: member?.transport ?? 'hybrid' }
} })
const MUTED = '01900000-0000-7000-8000-0000000000aa'
const HIDDEN = '01900000-0000-7000-8000-0000000000ab'
registerEndpoint('/api/preferences/muted', () => ({ matters: [{ id: MUTED, boardId: BOARD_ID, caseNumber: '2026-CV-0001', title: 'Hoshino v. Tanaka' }] }))

const mounted: { unmount: () => void }[] = []
beforeEach(() => {
  kept = { ...DEFAULT_PREFERENCES }
  patch.mockReset().mockReturnValue(200)
})
afterEach(async () => {
  mounted.splice(0).forEach(({ unmount }) => unmount())
  vi.unstubAllGlobals()
  await useNuxtApp().$i18n.setLocale('en')
})

type Board = { id: string, name: string, isDefault: boolean }
interface Situation { boards?: Board[], preferences?: Partial<Preferences>, firm?: Partial<FirmAwareness>, person?: Member }

const LITIGATION = { id: BOARD_ID, name: 'Litigation', isDefault: true }
const ADVICE = { id: '01900000-0000-7000-8000-0000000000ac', name: 'Advice', isDefault: false }
async function open({ boards = [LITIGATION], preferences = {}, firm = {}, person = PEOPLE.partner }: Situation = {}) {
  kept = { ...kept, ...preferences }
  const member = { ...person, email: '', locale: null, transport: null }
  Object.assign(useSessionStore(), {
    member, lastMember: member, transport: 'hybrid', preferences: kept, firm: { ...OWN.firm, ...firm }, timeZone: 'Asia/Tokyo',
    boards,
  })
  const page = await mountSuspended(PreferencesPage, { attachTo: document.body })
  mounted.push(page)
  const toggle = (name: string) => page.get(`[data-preference="${name}"][role="switch"]`)
  return { page, toggle }
}

describe('the page of preferences', () => {
  it('[N3] saves a choice at once, and says so quietly', async () => {
    const { page, toggle } = await open()
    await toggle('followed').trigger('click')
    await vi.waitFor(() => expect(page.text()).toContain('Saved'))
    expect(patch).toHaveBeenCalledExactlyOnceWith({ add: { mutedTypes: ['followed'] } })
    expect(toggle('followed').attributes('aria-checked')).toBe('false')
  })
  it('[N3] takes back what was refused, and says why', async () => {
    patch.mockReturnValue(503)
    const { page, toggle } = await open()
    await toggle('cursors').trigger('click')
    await vi.waitFor(() => expect(page.get('[role="alert"]').text()).toContain('couldn\'t be saved'))
    expect(toggle('cursors').attributes('aria-checked')).toBe('false')
  })
  it('has the voice in which a notice that grows is said', async () => {
    const { page } = await open()
    useLiveRegion().say('Ben moved 2 matters that you follow')
    await vi.waitFor(() => expect(page.find('[data-testid="live-region"]').text()).toBe('Ben moved 2 matters that you follow'))
  })
  it('takes back a language that the account couldn\'t be given', async () => {
    const { page } = await open()
    const japanese = page.get('[data-preference="language"] [role="radio"][value="ja"]')
    await japanese.trigger('click')
    await vi.waitFor(() => expect(page.find('[role="alert"]').exists()).toBe(true))
    await vi.waitFor(() => expect(page.get('[role="alert"]').text()).toContain('couldn\'t be saved'))
    expect(useNuxtApp().$i18n.locale.value).toBe('en')
    expect(japanese.attributes('aria-checked')).toBe('false')
  })
  it('[N2] shows the way and the language that were chosen on another device', async () => {
    const { page } = await open()
    const session = useSessionStore()
    const radio = (preference: string, value: string) => page.get(`[data-preference="${preference}"] [role="radio"][value="${value}"]`)
    expect(radio('transport', 'firm').attributes('aria-checked')).toBe('true')
    session.takeOwn({ account: { locale: 'ja', transport: 'polling' } })
    await vi.waitFor(() => expect(radio('transport', 'polling').attributes('aria-checked')).toBe('true'))
    await vi.waitFor(() => expect(radio('language', 'ja').attributes('aria-checked')).toBe('true'))
    expect(useNuxtApp().$i18n.locale.value).toBe('ja')
    session.takeOwn({ account: { locale: 'en', transport: null } })
    await vi.waitFor(() => expect(useNuxtApp().$i18n.locale.value).toBe('en'))
  })
  it('keeps quiet hours only when both times are there', async () => {
    const { page, toggle } = await open()
    await toggle('quiet').trigger('click')
    await vi.waitFor(() => expect(patch).toHaveBeenCalledWith({ quietHours: { from: '19:00', to: '08:00' } }))
    const from = await vi.waitFor(() => page.get<HTMLElement>('[data-quiet="from"], [data-quiet="from"] input'))
    const input = from.element instanceof HTMLInputElement ? from : from.get('input')
    await input.setValue('')
    await input.trigger('change')
    expect(patch).toHaveBeenCalledOnce()
    await input.setValue('21:30')
    await input.trigger('change')
    await vi.waitFor(() => expect(patch).toHaveBeenLastCalledWith({ quietHours: { from: '21:30', to: '08:00' } }))
  })
  it('lists what is muted by name, and what can\'t be seen any more without one', async () => {
    const { page } = await open({ preferences: { mutedMatters: [MUTED, HIDDEN], mutedBoards: [BOARD_ID] } })
    const list = await vi.waitFor(() => page.get('[data-muted]'))
    expect(list.text()).toContain('Litigation')
    await vi.waitFor(() => expect(list.text()).toContain('Hoshino v. Tanaka'))
    expect(list.text()).toContain('One that you can\'t see any more')
    await list.get('button[aria-label="Unmute Hoshino v. Tanaka"]').trigger('click')
    await vi.waitFor(() => expect(patch).toHaveBeenCalledWith({ remove: { mutedMatters: [MUTED], mutedBoards: [] } }))
  })
  it('mutes a board, and offers those only that aren\'t', async () => {
    const { page } = await open({ boards: [LITIGATION, ADVICE] })
    await page.get('[data-mute-board]').trigger('keydown', { key: 'Enter' })
    const items = () => [...document.querySelectorAll<HTMLElement>('[role="menuitem"]')]
    await vi.waitFor(() => expect(items().map(({ textContent }) => textContent.trim())).toEqual(['Litigation', 'Advice']))
    items()[0]!.click()
    await vi.waitFor(() => expect(patch).toHaveBeenCalledExactlyOnceWith({ add: { mutedBoards: [BOARD_ID] } }))
    await vi.waitFor(() => expect(page.get('[data-muted]').text()).toContain('Litigation'))
    // What was chosen is in the list; the menu offers the next, and shows no choice.
    expect(page.get('[data-mute-board]').text()).toBe('Mute a board…')

    await page.get('[data-mute-board]').trigger('keydown', { key: 'Enter' })
    const last = await vi.waitUntil(() => document.querySelector<HTMLElement>('[role="menuitem"]'))
    last.click()
    await vi.waitFor(() => expect(page.find('[data-mute-board]').exists()).toBe(false))
    await vi.waitFor(() => expect(page.get('[data-muted]').element.parentElement).toBe(document.activeElement))
  })
  it('asks the browser before it wants desktop notices, and says where it blocks them', async () => {
    const requestPermission = vi.fn(async () => {
      FakeNotification.permission = 'denied'
    })
    const FakeNotification = { permission: 'default', requestPermission }
    vi.stubGlobal('Notification', FakeNotification)
    const { page, toggle } = await open()
    await toggle('desktop').trigger('click')
    await vi.waitFor(() => expect(page.text()).toContain('This browser blocks notifications'))
    expect(requestPermission).toHaveBeenCalledOnce()
    expect(patch).not.toHaveBeenCalled()
  })
  it('promises no desktop notices in a browser that has their name and can\'t show them', async () => {
    const requestPermission = vi.fn(async () => 'granted')
    vi.stubGlobal('Notification', { permission: 'default', requestPermission })
    const agent = vi.spyOn(navigator, 'userAgent', 'get').mockReturnValue('Mozilla/5.0 (Linux; Android 15) Chrome/142.0 Mobile Safari/537.36')
    const { page, toggle } = await open()
    await vi.waitFor(() => expect(page.text()).toContain('This browser can\'t show notifications.'))
    await toggle('desktop').trigger('click')
    expect([requestPermission.mock.calls, patch.mock.calls]).toEqual([[], []])
    agent.mockRestore()
  })
  it('[A3] offers nothing about presence where the firm has none, and to whom nobody is told of', async () => {
    const { page } = await open({ firm: { presence: false } })
    expect(page.text()).toContain('Your administrator has turned presence off')
    expect(page.find('[data-preference="invisible"]').exists()).toBe(false)
    const client = await open({ person: PEOPLE.client })
    expect(client.page.text()).not.toContain('What colleagues see of you')
  })
})
