import { mockNuxtImport, mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { setResponseStatus } from 'h3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { flushPromises } from '@vue/test-utils'
import App from '~/app.vue'
import NewVersion from '~/components/shell/NewVersion.vue'
import OutdatedPage from '~/components/shell/OutdatedPage.vue'
import session from '~/middleware/session.global.ts'
import AdminPage from '~/pages/admin.vue'
import ImportPage from '~/pages/import.vue'
import LoginPage from '~/pages/login.vue'
import { useReleaseStore } from '~/stores/release.ts'
import { useSessionStore } from '~/stores/session.ts'
import { createKeptSession } from '~/utils/device/kept-session.ts'
import type { MeAnswer } from '#shared/protocol/messages.ts'
import { BOARD_ID, OWN, PEOPLE } from '../../helpers/builders.ts'

const { navigateTo, reloadNuxtApp } = vi.hoisted(() => ({ navigateTo: vi.fn(to => to), reloadNuxtApp: vi.fn() }))
mockNuxtImport('navigateTo', () => navigateTo)
mockNuxtImport('reloadNuxtApp', () => reloadNuxtApp)

/** Whether something answers behind the proxy. */
let isAway = true

function serve(path: string, answer: object): void {
  registerEndpoint(path, (event) => {
    if (isAway)
      setResponseStatus(event, 503)
    return isAway ? 'Service unavailable' : answer
  })
}

const me: MeAnswer = { member: { ...PEOPLE.admin, email: 'admin@demo.test', locale: null, transport: null }, transport: 'hybrid', boards: [{ id: BOARD_ID, name: 'Matters', isDefault: true }], timeZone: 'Asia/Tokyo', ...OWN }
serve('/api/auth/me', me)
serve('/api/health', { status: 'ok', demo: false })
serve('/api/members', { members: [] })
serve('/api/boards', { boards: [] })
serve('/api/transport', { mode: null, share: 100, flag: 'hybrid', sockets: 0, members: { hybrid: 1, websocket: 0, priority: 0, polling: 0, off: 0 } })
serve('/api/imports', { imports: [], timeZone: 'Asia/Tokyo' })

const mounted: { unmount: () => void }[] = []

beforeEach(() => {
  isAway = true
  vi.clearAllMocks()
  clearNuxtData()
  localStorage.clear()
  const store = useSessionStore()
  store.member = null
  store.boards = []
})

afterEach(() => {
  mounted.splice(0).forEach(({ unmount }) => unmount())
  useReleaseStore().dismiss()
})

async function show(...args: Parameters<typeof mountSuspended>) {
  const page = await mountSuspended(...args)
  mounted.push(page)
  return page
}

const press = async (page: Awaited<ReturnType<typeof show>>, name: string) => {
  await page.findAll('button').find(button => button.text() === name)!.trigger('click')
}

describe('the door, while the server can\'t be reached', () => {
  const enter = (path: string) => session({ path, fullPath: path, query: {} } as never, {} as never)

  it('knows who was here', async () => {
    createKeptSession().keep(me)
    expect(await enter('/boards/7')).toBeUndefined()
    expect(useSessionStore().me.id).toBe(PEOPLE.admin.id)
    expect(await enter('/login')).toBe('/')
  })

  it('leads who isn\'t known to the sign-in page', async () => {
    expect(await enter('/boards/7')).toEqual({ path: '/login', query: { redirect: '/boards/7' } })
  })
})

describe('a page that needs the network', () => {
  it.each([['administration', AdminPage, 'Members'], ['import', ImportPage, 'Earlier imports']] as const)('%s says so, and comes when there is one', async (_, Page, words) => {
    Object.assign(useSessionStore(), me)
    const page = await show(Page)
    expect(page.get('h1').text()).toBe('This page needs the network')
    expect(page.text()).not.toContain(words)
    isAway = false
    await press(page, 'Try again')
    await expect.poll(() => page.text()).toContain(words)
    expect(page.text()).not.toContain('needs the network')
  })

  it('signing in says so, until there is one', async () => {
    const page = await show(LoginPage)
    expect(page.text()).toContain('Signing in needs the network.')
    isAway = false
    window.dispatchEvent(new Event('offline'))
    await flushPromises()
    window.dispatchEvent(new Event('online'))
    await expect.poll(() => page.text()).not.toContain('needs the network')
  })
})

describe('a newer build', () => {
  it('is told of, and loads when the person wants it', async () => {
    await show(App, { attachTo: document.body })
    useReleaseStore().announce()
    await expect.poll(() => document.body.textContent).toContain('A new version is ready')
    expect(reloadNuxtApp).not.toHaveBeenCalled()
    ;[...document.body.querySelectorAll('button')].find(button => button.textContent?.trim() === 'Reload')!.click()
    await expect.poll(() => reloadNuxtApp.mock.calls).toEqual([[{ force: true }]])
    await expect.poll(() => useReleaseStore().news).toBeNull()
  })

  it('isn\'t offered for a part that only needs a connection', async () => {
    await show(App, { attachTo: document.body })
    useReleaseStore().miss(false)
    await expect.poll(() => document.body.textContent).toContain('This part isn\'t on this device')
    expect([...document.body.querySelectorAll('button')].some(button => button.textContent?.trim() === 'Reload')).toBe(false)
  })
})

describe('a page that the server no longer understands', () => {
  it.each([
    [0, 'This page is older than the server. Reload to go on.'],
    [1, 'One change that waits is kept.'],
    [3, '3 changes that wait are kept.'],
  ])('[K1] says so, and what becomes of %i changes', async (waiting, words) => {
    const banner = await show(OutdatedPage, { props: { waiting } })
    expect(banner.get('[role="alert"]').text()).toContain(words)
    expect(banner.text().includes('kept')).toBe(waiting > 0)
  })

  it('[K1] loads anew when asked to', async () => {
    const banner = await show(OutdatedPage, { props: { waiting: 0 } })
    await banner.get('button').trigger('click')
    await expect.poll(() => reloadNuxtApp.mock.calls).toEqual([[{ force: true }]])
  })
})

it('has nothing to say about a page that is the newest', async () => {
  expect((await show(NewVersion)).text()).toBe('')
})
