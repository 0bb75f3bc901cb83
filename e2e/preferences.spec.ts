import { randomUUID } from 'node:crypto'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from '@playwright/test'
import AxeBuilder from '@axe-core/playwright'
import { expect, hydrated, signIn, test as base } from './fixtures.ts'

const PASSWORD = 'a-long-enough-password-7'

interface Person {
  /** Opens a page in a browser of its own, as another device of the same member. */
  open: (path: string, options?: BrowserContextOptions) => Promise<Page>
  context: BrowserContext
}

/** Preferences are an account's, and tests run side by side: each has a member of its own. */
const test = base.extend<{ person: Person }>({
  person: async ({ browser, playwright, baseURL }, use) => {
    const email = `${randomUUID()}@firm.example`
    const admin = await playwright.request.newContext({ baseURL })
    await signIn(admin, 'admin')
    const made = await admin.post('/api/members', { data: { name: 'Sora Preference', email, role: 'ASSOCIATE', password: PASSWORD } })
    expect(made.ok(), await made.text()).toBe(true)
    await admin.dispose()
    const contexts: BrowserContext[] = []
    const enter = async (options: BrowserContextOptions = {}) => {
      const context = await contextOf(browser, { baseURL, locale: 'en-GB', timezoneId: 'Asia/Tokyo', ...options })
      contexts.push(context)
      expect((await context.request.post('/api/auth/login', { data: { email, password: PASSWORD } })).ok()).toBe(true)
      return context
    }
    const context = await enter()
    await use({
      context,
      async open(path, options) {
        const page = await (await enter(options)).newPage()
        page.setDefaultTimeout(15_000)
        await page.goto(path)
        await hydrated(page)
        return page
      },
    })
    await Promise.all(contexts.map(one => one.close()))
  },
})

const contextOf = (browser: Browser, options: BrowserContextOptions) => browser.newContext(options)
const choose = (page: Page, preference: string, name: string) => page.locator(`[data-preference="${preference}"]`).getByRole('radio', { name }).click()
const root = (page: Page) => page.locator('html')

test('[N2] [N3] a choice in one browser shows in another of the same member, without a reload', async ({ person, ownBoard }) => {
  const board = await person.open(`/boards/${await ownBoard()}`)
  const settings = await person.open('/preferences')
  await expect(root(board)).toHaveAttribute('data-density', 'comfortable')
  await choose(settings, 'density', 'Compact')
  await expect(settings.getByText('Saved', { exact: true })).toBeVisible()
  await expect(root(board)).toHaveAttribute('data-density', 'compact')
  await choose(settings, 'theme', 'Dark')
  await expect(root(settings)).toHaveClass(/dark/)
  await expect(root(board)).toHaveClass(/dark/)
})

test('[T3] the board asks as often as its reader chose', async ({ person, ownBoard }) => {
  expect((await person.context.request.patch('/api/auth/me', { data: { transport: 'polling' } })).ok()).toBe(true)
  const page = await person.open('/preferences')
  await page.locator('[data-preference="interval"]').click()
  await page.getByRole('option', { name: '2 seconds' }).click()
  await expect(page.getByText('Saved', { exact: true })).toBeVisible()
  await page.clock.install()
  await page.goto(`/boards/${await ownBoard()}`)
  await hydrated(page)
  // Beyond the half minute after a change, in which every board is asked each 2 s.
  await page.clock.fastForward(40_000)
  const asked: number[] = []
  page.on('request', request => new URL(request.url()).pathname === '/api/kanban/updates' && asked.push(Date.now()))
  // The usual 5 s come a tenth early at most, and what somebody's look brings on comes in an instant: two pauses between the two are the reader's choice.
  const isChosen = (pause: number) => pause > 1_500 && pause < 4_000
  const pauses = () => asked.slice(1).map((at, index) => at - asked[index]!)
  await expect.poll(() => pauses().some((pause, index, all) => index > 0 && isChosen(pause) && isChosen(all[index - 1]!)), { timeout: 40_000 }).toBe(true)
})

test('theme and density hold over a reload and on a device that never saw them, from the first frame', async ({ person, ownBoard }) => {
  const saved = await person.context.request.patch('/api/preferences', { data: { theme: 'dark', density: 'compact' } })
  expect(saved.ok(), await saved.text()).toBe(true)
  const page = await person.open('/preferences', { colorScheme: 'light' })
  await page.addInitScript(() => {
    const looks: string[] = []
    Object.assign(window, { looks })
    new MutationObserver(() => looks.push(document.documentElement.className)).observe(document, { subtree: true, attributes: true, attributeFilter: ['class'] })
  })
  for (const path of ['/preferences', `/boards/${await ownBoard()}`]) {
    await page.goto(path)
    await hydrated(page)
    await expect(root(page)).toHaveClass(/dark/)
    await expect(root(page)).toHaveAttribute('data-density', 'compact')
    const looks = await page.evaluate(() => (window as unknown as { looks: string[] }).looks)
    expect(looks.filter(look => /\blight\b/.test(look))).toEqual([])
  }
})

test('a refused change is taken back, and says so', async ({ person }) => {
  const page = await person.open('/preferences')
  await page.route('**/api/preferences', route => route.abort())
  const invisible = page.getByRole('switch', { name: 'Invisible' })
  await invisible.click()
  await expect(page.getByRole('alert')).toContainText('couldn\'t be saved')
  await expect(invisible).not.toBeChecked()
})

test('desktop notices say honestly that the browser blocks them', async ({ person }) => {
  const page = await person.open('/preferences')
  await page.evaluate(() => {
    Object.defineProperty(Notification, 'permission', { value: 'denied', configurable: true })
  })
  const desktop = page.getByRole('switch', { name: 'Desktop notifications' })
  await desktop.click()
  await expect(page.getByText('This browser blocks notifications')).toBeVisible()
  await expect(desktop).not.toBeChecked()
})

test('a muted matter is listed by name, and heard of again once it is unmuted', async ({ person, createMatter }) => {
  const matter = await createMatter()
  expect((await person.context.request.patch('/api/preferences', { data: { mutedMatters: [matter.id] } })).ok()).toBe(true)
  const page = await person.open('/preferences')
  await page.getByRole('button', { name: `Unmute ${matter.title}` }).click()
  await expect(page.getByText('Nothing is muted')).toBeVisible()
  // The list shows the choice at once; the server has it a moment later.
  await expect.poll(async () => {
    const { preferences } = await (await person.context.request.get('/api/personal')).json() as { preferences: { mutedMatters: string[] } }
    return preferences.mutedMatters
  }).toEqual([])
})

test('the page is reached from the account menu, fits a phone, and has no accessibility fault', async ({ person, ownBoard }) => {
  const page = await person.open(`/boards/${await ownBoard()}`, { viewport: { width: 360, height: 740 } })
  await page.getByRole('button', { name: /Sora Preference/ }).click()
  await page.getByRole('menuitem', { name: 'Preferences' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Preferences' })).toBeVisible()
  await expect(page.getByRole('menu')).toHaveCount(0)
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html) }))).toEqual([])
})

test('the page speaks Japanese, and takes the language along to the next device', async ({ person }) => {
  const page = await person.open('/preferences')
  await choose(page, 'language', '日本語')
  await expect(page.getByRole('heading', { level: 1, name: '個人設定' })).toBeVisible()
  await expect(page.getByText('保存しました')).toBeVisible()
  await page.reload()
  await expect(page.getByRole('heading', { level: 1, name: '個人設定' })).toBeVisible()
  const { member } = await (await person.context.request.get('/api/auth/me')).json() as { member: { locale: string } }
  expect(member.locale).toBe('ja')
})
