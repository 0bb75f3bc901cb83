import { mockNuxtImport, mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { readBody, setResponseStatus } from 'h3'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import LoginPage from '~/pages/login.vue'
import { useSessionStore } from '~/stores/session.ts'
import { OWN, PEOPLE } from '../../helpers/builders.ts'

const { navigateTo } = vi.hoisted(() => ({ navigateTo: vi.fn() }))
mockNuxtImport('navigateTo', () => navigateTo)

let demo: boolean
let isSignedIn: boolean
let refusal: { status: number, code: string } | null

registerEndpoint('/api/health', () => ({ status: 'ok', demo }))
registerEndpoint('/api/auth/me', (event) => {
  if (isSignedIn)
    return { member: { ...PEOPLE.partner, email: 'partner@demo.test', locale: null, transport: null }, transport: 'hybrid', boards: [], timeZone: 'Asia/Tokyo', ...OWN }
  setResponseStatus(event, 401)
  return { code: 'UNAUTHENTICATED', message: 'no' }
})
registerEndpoint('/api/auth/login', {
  method: 'POST',
  async handler(event) {
    if (refusal) {
      setResponseStatus(event, refusal.status)
      return { code: refusal.code, message: 'no' }
    }
    expect(await readBody(event)).toEqual({ email: 'partner@demo.test', password: 'demo-password' })
    isSignedIn = true
    return {}
  },
})

beforeEach(() => {
  demo = false
  refusal = null
  isSignedIn = false
  navigateTo.mockReset()
  clearNuxtData()
  useSessionStore().member = null
})

async function openPage(address = '/login') {
  const page = await mountSuspended(LoginPage, { route: address })
  const [email, password] = page.findAll('input')
  return { page, email: email!, password: password!, send: () => page.get('form').trigger('submit') }
}

describe('the sign-in page', () => {
  it('comes back to the page that was asked for', async () => {
    const { email, password, send } = await openPage('/login?redirect=/boards/7?q=lease')
    await email.setValue(' partner@demo.test ')
    await password.setValue('demo-password')
    await send()
    await expect.poll(() => navigateTo.mock.calls).toEqual([['/boards/7?q=lease', { replace: true }]])
  })

  it('never leads to another site', async () => {
    const { email, password, send } = await openPage('/login?redirect=//evil.example')
    await email.setValue('partner@demo.test')
    await password.setValue('demo-password')
    await send()
    await expect.poll(() => navigateTo.mock.calls).toEqual([['/', { replace: true }]])
  })

  it('says what is missing before it asks the server', async () => {
    const { page, send } = await openPage()
    await send()
    expect(page.text()).toContain('Enter your email.')
    expect(page.text()).toContain('Enter your password.')
    expect(navigateTo).not.toHaveBeenCalled()
  })

  it.each([
    [401, 'INVALID_CREDENTIALS', 'The email or the password isn\'t right.'],
    [429, 'TOO_MANY_ATTEMPTS', 'There were too many attempts.'],
  ])('at a %i says the words of %s', async (status, code, words) => {
    refusal = { status, code }
    const { page, email, password, send } = await openPage()
    await email.setValue('partner@demo.test')
    await password.setValue('wrong')
    await send()
    await expect.poll(() => page.find('[role="alert"]').exists() && page.get('[role="alert"]').text()).toContain(words)
    expect(password.element.value).toBe('wrong')
    expect(navigateTo).not.toHaveBeenCalled()
  })

  it('shows the password when asked', async () => {
    const { page, password } = await openPage()
    expect(password.attributes('type')).toBe('password')
    await page.get('button[aria-label="Show password"]').trigger('click')
    expect(password.attributes('type')).toBe('text')
  })

  it('offers the accounts of a demo firm, and of no other', async () => {
    expect((await openPage()).page.text()).not.toContain('Demo firm')
    clearNuxtData()
    demo = true
    const { page, email, password } = await openPage()
    await page.findAll('button').find(button => button.text().includes('partner@demo.test'))!.trigger('click')
    expect(email.element.value).toBe('partner@demo.test')
    expect(password.element.value).toBe('demo-password')
  })
})
