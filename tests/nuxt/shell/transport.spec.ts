import { mockNuxtImport, mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { readBody, setResponseStatus } from 'h3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h, nextTick, shallowRef } from 'vue'
import type { TransportSettings, TransportSettingsAnswer } from '#shared/protocol/administration.ts'
import type { MeAnswer } from '#shared/protocol/messages.ts'
import TransportSection from '~/components/admin/TransportSection.vue'
import TransportSettingsForm from '~/components/admin/TransportSettings.vue'
import ConnectionIndicator from '~/components/connection/ConnectionIndicator.vue'
import AccountMenu from '~/components/shell/AccountMenu.vue'
import { provideAwayReport } from '~/composables/useAwayReport.ts'
import { provideKanban } from '~/composables/useKanban.ts'
import { useSessionStore } from '~/stores/session.ts'
import { NOW, OWN, PEOPLE } from '../../helpers/builders.ts'
import type { FakeKanban } from '../../helpers/fake-kanban.ts'
import { fakeKanban } from '../../helpers/fake-kanban.ts'

const { toasts } = vi.hoisted(() => ({ toasts: [] as { title: string }[] }))
mockNuxtImport('useToast', () => () => ({ add: (toast: { title: string }) => toasts.push(toast) }))
let kanban: FakeKanban
vi.mock('~/composables/useKanbanRealTime.ts', () => ({ useKanbanRealTime: () => kanban }))

const settings: TransportSettingsAnswer = {
  mode: null, share: 100, flag: 'hybrid', sockets: 7, members: { hybrid: 9, websocket: 0, priority: 0, polling: 2, off: 1 },
}
const put = vi.fn<(body: TransportSettings) => { status: number, body: object }>()
registerEndpoint('/api/transport', { method: 'PUT', handler: async (event) => {
  const { status, body } = put(await readBody<TransportSettings>(event))
  setResponseStatus(event, status)
  return body
} })
const get = vi.fn(() => settings)
registerEndpoint('/api/transport', { method: 'GET', handler: () => get() })
const patch = vi.fn<(body: unknown) => { status: number, body: object }>()
registerEndpoint('/api/auth/me', { method: 'PATCH', handler: async (event) => {
  const { status, body } = patch(await readBody(event))
  setResponseStatus(event, status)
  return body
} })

const member = { ...PEOPLE.partner, email: 'partner@demo.test', locale: null, transport: null }
const me = (transport: MeAnswer['member']['transport']): MeAnswer => ({ member: { ...member, transport }, transport: transport ?? 'hybrid', boards: [], timeZone: 'Asia/Tokyo', ...OWN })

const mounted: { unmount: () => void }[] = []
beforeEach(() => {
  vi.clearAllMocks()
  toasts.length = 0
  Object.assign(useSessionStore(), { member, transport: 'hybrid' })
})
afterEach(() => {
  mounted.splice(0).forEach(({ unmount }) => unmount())
  document.body.replaceChildren()
})

const byName = (name: string) => [...document.querySelectorAll<HTMLElement>('button, [role^="menuitem"]')].find(each => each.textContent?.trim() === name)

describe('how updates arrive in the firm', () => {
  async function open(answer = settings) {
    const section = await mountSuspended(TransportSection, { props: { initial: answer }, attachTo: document.body })
    mounted.push(section)
    const radio = (name: string) => section.findAll('[role="radio"]').find(each => section.get(`label[for="${each.attributes('id')}"]`).text().startsWith(name))!
    return { section, radio, save: () => section.get('form').trigger('submit') }
  }

  it('is one of five ways, each said in a sentence, with the one that is in force chosen', async () => {
    const { section, radio } = await open()
    expect(section.findAll('[role="radio"]')).toHaveLength(5)
    expect(section.text()).toContain('As the server is configured: Hybrid')
    expect(section.text()).toContain('The server opens no sockets and refuses them.')
    expect(radio('As the server').attributes('aria-checked')).toBe('true')
    expect(section.get('button[type="submit"]').attributes('disabled')).toBeDefined()
  })

  it('is shown with what is open, and the members by way, where there are any', async () => {
    const { section } = await open()
    expect(section.get('[data-transport-counts]').text()).toMatch(/Open sockets\s*7/)
    expect(section.get('[data-transport-members]').findAll('div').map(row => row.text())).toEqual(['Hybrid9', 'Polling2', 'Off1'])
  })

  it('is saved, and says that open pages follow without a reload', async () => {
    const { section, radio, save } = await open()
    put.mockImplementation(({ mode, share }) => ({ status: 200, body: { ...settings, mode, share } }))
    await radio('WebSocket').trigger('click')
    await save()
    await vi.waitFor(() => expect(section.get('[role="status"]').text()).toContain('Open pages follow'))
    expect(put).toHaveBeenCalledExactlyOnceWith({ mode: 'websocket', share: 100 })
    expect(section.get('button[type="submit"]').attributes('disabled')).toBeDefined()
    await radio('Polling').trigger('click')
    expect(section.get('[role="status"]').text()).toBe('')
  })

  it('has a share of members only where there are sockets', async () => {
    const { section, radio } = await open()
    expect(section.find('[role="slider"]').exists()).toBe(true)
    await radio('Polling').trigger('click')
    expect(section.find('[role="slider"]').exists()).toBe(false)
  })

  it('says why it wasn\'t saved, keeps what was chosen, and lets go of it', async () => {
    const { section, radio, save } = await open()
    put.mockReturnValue({ status: 403, body: { code: 'FORBIDDEN', message: '' } })
    await radio('Polling').trigger('click')
    await save()
    await vi.waitFor(() => expect(section.find('[role="alert"]').text()).toContain('Your role doesn\'t include this'))
    expect(radio('Polling').attributes('aria-checked')).toBe('true')
    byName('Discard')!.click()
    await nextTick()
    expect(radio('As the server').attributes('aria-checked')).toBe('true')
    expect(section.find('[role="alert"]').exists()).toBe(false)
  })

  it('promises nothing where the server can\'t be reached, as nobody sends it later', async () => {
    const { ApiProblem } = await import('~/composables/useApi.ts')
    const form = await mountSuspended(TransportSettingsForm, { props: { settings, busy: false, problem: new ApiProblem(0, null), saved: false } })
    mounted.push(form)
    expect(form.get('[role="alert"]').text()).toBe('The server can\'t be reached. Check your connection, then try again.')
  })

  it('leaves the focus where it was when saving failed, and takes it to the answer when it is done', async () => {
    const form = await mountSuspended(TransportSettingsForm, { props: { settings, busy: false, problem: null, saved: false }, attachTo: document.body })
    mounted.push(form)
    await form.findAll('[role="radio"]')[2]!.trigger('click')
    const save = form.get<HTMLElement>('button[type="submit"]').element
    save.focus()
    for (const [answer, focused] of [[{}, save], [{ settings: { ...settings, mode: 'websocket' as const }, saved: true }, form.get('[role="status"]').element]] as const) {
      await form.setProps({ busy: true })
      save.blur()
      await form.setProps({ busy: false, ...answer })
      await nextTick()
      expect(document.activeElement).toBe(focused)
    }
  })

  it('follows another administrator where nothing is chosen, and keeps the choice where something is', async () => {
    const form = await mountSuspended(TransportSettingsForm, { props: { settings, busy: false, problem: null, saved: false } })
    mounted.push(form)
    const checked = () => form.findAll('[role="radio"]').findIndex(each => each.attributes('aria-checked') === 'true')
    await form.setProps({ settings: { ...settings, mode: 'polling' } })
    expect(checked()).toBe(4)
    await form.findAll('[role="radio"]')[2]!.trigger('click')
    await form.setProps({ settings: { ...settings, mode: 'hybrid' } })
    expect(checked()).toBe(2)
  })
})

describe('a member\'s own choice', () => {
  async function openMenu() {
    const menu = await mountSuspended(AccountMenu, { props: { member }, attachTo: document.body })
    mounted.push(menu)
    await menu.get('button').trigger('click')
    await vi.waitFor(() => expect(byName('As the firm set it')).toBeDefined())
  }

  it('stands in the account menu, and takes effect at once', async () => {
    patch.mockReturnValue({ status: 200, body: me('polling') })
    await openMenu()
    expect(byName('As the firm set it')!.getAttribute('aria-checked')).toBe('true')
    const inMenu = [...document.querySelectorAll<HTMLElement>('[role^="menuitem"]')]
    inMenu.find(each => each.textContent?.trim() === 'Polling only')!.click()
    await vi.waitFor(() => expect(useSessionStore().transport).toBe('polling'))
    expect(patch).toHaveBeenCalledExactlyOnceWith({ transport: 'polling' })
    expect(toasts).toEqual([])
  })

  it('says why it couldn\'t be changed', async () => {
    patch.mockReturnValue({ status: 503, body: { code: 'UNAVAILABLE', message: '' } })
    await openMenu()
    byName('Off')!.click()
    await vi.waitFor(() => expect(toasts[0]?.title).toContain('couldn\'t be changed. The server can\'t answer'))
    expect(useSessionStore().transport).toBe('hybrid')
  })
})

describe('with live updates off', () => {
  const refresh = vi.fn(async () => {})

  async function open() {
    kanban = { ...fakeKanban(), status: shallowRef({ state: 'paused', reason: 'off' }) as never, refresh }
    kanban.newsWayNow.value = 'off'
    const page = await mountSuspended(defineComponent(() => {
      provideAwayReport(provideKanban('b'))
      return () => h('div', h(ConnectionIndicator))
    }), { attachTo: document.body })
    mounted.push(page)
    return page
  }

  it('the header says so, as of when the board is, and has a button to refresh it', async () => {
    const page = await open()
    expect(page.get('[data-connection="off"]').attributes('aria-label')).toBe('Connection: Live updates are off. As of 12:00')
    kanban.lastSync.value = NOW
    refresh.mockImplementationOnce(async () => {
      kanban.lastSync.value = NOW + 60_000
    })
    await page.get('[data-refresh-board]').trigger('click')
    expect(refresh).toHaveBeenCalledOnce()
    await nextTick()
    expect(page.get('[data-connection]').attributes('aria-label')).toContain('12:01')
    expect(toasts).toEqual([])
  })

  it('says when refreshing came to nothing', async () => {
    const page = await open()
    await page.get('[data-refresh-board]').trigger('click')
    await vi.waitFor(() => expect(toasts[0]?.title).toContain('server can\'t be reached'))
  })

  it('can be turned on again', async () => {
    patch.mockReturnValue({ status: 200, body: me(null) })
    const page = await open()
    await page.get('[data-connection]').trigger('click')
    await vi.waitFor(() => expect(byName('Turn live updates on')).toBeDefined())
    expect(document.body.textContent).toContain('Last refreshed 12:00')
    // One thing has one name, beside the header's button that does the same.
    expect([byName('Refresh the board'), byName('Sync now')]).toEqual([expect.anything(), undefined])
    byName('Turn live updates on')!.click()
    await vi.waitFor(() => expect(patch).toHaveBeenCalledExactlyOnceWith({ transport: null }))
  })

  it('and only then', async () => {
    const page = await open()
    kanban.newsWayNow.value = 'socket'
    await nextTick()
    expect(page.find('[data-refresh-board]').exists()).toBe(false)
  })
})
