import { mockNuxtImport, mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { setResponseStatus } from 'h3'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { BoardSummary } from '#shared/protocol/messages.ts'
import AccountMenu from '~/components/shell/AccountMenu.vue'
import AppHeader from '~/components/shell/AppHeader.vue'
import session from '~/middleware/session.global.ts'
import { useSessionStore } from '~/stores/session.ts'
import { PEOPLE } from '../../helpers/builders.ts'

const { navigateTo } = vi.hoisted(() => ({ navigateTo: vi.fn(to => to) }))
mockNuxtImport('navigateTo', () => navigateTo)
const { toasts } = vi.hoisted(() => ({ toasts: [] as { title: string }[] }))
mockNuxtImport('useToast', () => () => ({ add: (toast: { title: string }) => toasts.push(toast) }))

const BOARDS: BoardSummary[] = [{ id: 'b1', name: 'Matters', isDefault: true }, { id: 'b2', name: 'Litigation', isDefault: false }]
const saved = vi.fn()
registerEndpoint('/api/auth/me', (event) => {
  if (event.method === 'PATCH')
    return saved(event)
  setResponseStatus(event, 401)
  return { code: 'UNAUTHENTICATED', message: 'no' }
})
registerEndpoint('/api/auth/logout', { method: 'POST', handler: () => ({}) })

function signIn(role: keyof typeof PEOPLE | null): void {
  const store = useSessionStore()
  store.member = role && { ...PEOPLE[role], email: `${role}@demo.test`, locale: null, transport: null }
  store.boards = role ? BOARDS : []
}

beforeEach(() => {
  navigateTo.mockClear()
  toasts.length = 0
  saved.mockReset().mockReturnValue({})
  signIn(null)
})

describe('the door', () => {
  const enter = (path: string, query: Record<string, string> = {}) => {
    const fullPath = `${path}${query.redirect ? `?redirect=${query.redirect}` : ''}`
    return session({ path, fullPath, query } as never, {} as never)
  }

  it('sends who is signed out to sign in, and remembers where they wanted to go', async () => {
    expect(await enter('/boards/7')).toEqual({ path: '/login', query: { redirect: '/boards/7' } })
    expect(await enter('/')).toEqual({ path: '/login', query: {} })
  })

  it('lets who is signed out sign in, and who is signed in pass', async () => {
    expect(await enter('/login')).toBeUndefined()
    signIn('partner')
    expect(await enter('/boards/7')).toBeUndefined()
  })

  it('sends who is signed in already to where the sign-in page would have', async () => {
    signIn('partner')
    expect(await enter('/login', { redirect: '/boards/7' })).toBe('/boards/7')
    expect(await enter('/login', { redirect: '//evil.example' })).toBe('/')
  })
})

describe('the header', () => {
  it.each([
    ['partner', '/boards/7', ['Assignments', 'Import']],
    ['partner', '/preferences', ['Import']],
    ['clerk', '/boards/7', []],
    ['admin', '/boards/7', ['Import', 'Administration']],
  ] as const)('shows a %s on %s only what they may do', async (role, route, names) => {
    signIn(role)
    const header = await mountSuspended(AppHeader, { route })
    const links = header.findAll('nav a').map(link => link.attributes('aria-label'))
    expect(links).toEqual([...names])
  })

  it('offers the boards, and the way home', async () => {
    signIn('clerk')
    const header = await mountSuspended(AppHeader, { route: '/import' })
    expect(header.get('nav button').attributes('aria-label')).toBe('Choose a board')
    expect(header.get('a').attributes('href')).toBe('/')
  })
})

describe('the account menu', () => {
  const choose = async (name: string) => {
    await expect.poll(() => [...document.body.querySelectorAll('[role^="menuitem"]')].find(item => item.textContent?.trim() === name)).toBeTruthy()
    const item = [...document.body.querySelectorAll<HTMLElement>('[role^="menuitem"]')].find(item => item.textContent?.trim() === name)!
    item.click()
  }

  it('signs out and leads to the sign-in page', async () => {
    signIn('partner')
    const menu = await mountSuspended(AccountMenu, { props: { member: useSessionStore().member }, attachTo: document.body })
    await menu.get('button').trigger('click')
    await choose('Sign out')
    await expect.poll(() => navigateTo.mock.lastCall).toEqual(['/login'])
    expect(useSessionStore().member).toBeNull()
    menu.unmount()
  })

  it('switches the language here and for the account', async () => {
    signIn('partner')
    const menu = await mountSuspended(AccountMenu, { props: { member: useSessionStore().member }, attachTo: document.body })
    await menu.get('button').trigger('click')
    await choose('日本語')
    await expect.poll(() => saved.mock.calls.length, { timeout: 10_000 }).toBe(1)
    await expect.poll(() => menu.text(), { timeout: 10_000 }).toContain('さんのアカウント')
    await useNuxtApp().$i18n.setLocale('en')
    menu.unmount()
  })

  it('takes back a language that the account couldn\'t be given, and says so', async () => {
    signIn('partner')
    saved.mockImplementationOnce((event) => {
      setResponseStatus(event, 503)
      return { code: 'UNAVAILABLE', message: '' }
    })
    const menu = await mountSuspended(AccountMenu, { props: { member: useSessionStore().member }, attachTo: document.body })
    await menu.get('button').trigger('click')
    await choose('日本語')
    await vi.waitFor(() => expect(toasts[0]?.title).toContain('The language couldn\'t be saved, and is as it was. The server can\'t answer'))
    expect(useNuxtApp().$i18n.locale.value).toBe('en')
    menu.unmount()
  })
})
