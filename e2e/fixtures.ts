import type { APIRequestContext, BrowserContext, BrowserContextOptions, Locator, Page } from '@playwright/test'
import { test as base, expect } from '@playwright/test'

export { expect }

/** Accounts of the demo firm. */
export type Account = 'partner' | 'partner2' | 'associate' | 'paralegal' | 'clerk' | 'client' | 'admin'

export interface MatterOnBoard {
  id: string
  boardId: string
  caseNumber: string
  title: string
}

/** One person's window on the board. */
export interface BoardWindow {
  page: Page
  context: BrowserContext
  /** Requests with this person's session. */
  request: APIRequestContext
  column: (key: string) => Locator
  card: (matter: Pick<MatterOnBoard, 'id'>) => Locator
  /** The part of a card that opens it and takes the focus. */
  link: (matter: Pick<MatterOnBoard, 'id'>) => Locator
  /** Everything the live region has said since the page came alive. */
  heard: () => Promise<string>
  dialog: Locator
  /** Waits until the card stands in a column. */
  expectIn: (matter: Pick<MatterOnBoard, 'id'>, columnKey: string, options?: { timeout?: number }) => Promise<void>
}

interface Fixtures {
  /** Signs a demo account in, in a browser context of its own, and opens the test's board; `path` opens another page. */
  openBoardAs: (account: Account, options?: BrowserContextOptions & { path?: string }) => Promise<BoardWindow>
  /**
   * A board of this test's own, with the default workflow: tests run side by side on one server, and what one
   * does would be spoken, counted and refused on the board of another.
   */
  ownBoard: () => Promise<string>
  /** Makes a matter on the test's board, as `partner`. */
  createMatter: (fields?: Record<string, unknown>) => Promise<MatterOnBoard>
  /** A member of the demo firm by account. */
  memberOf: (account: Account) => Promise<{ id: string, name: string }>
}

const PASSWORD = 'demo-password'

export async function signIn(request: APIRequestContext, account: Account): Promise<void> {
  const answer = await request.post('/api/auth/login', { data: { email: `${account}@demo.test`, password: PASSWORD } })
  expect(answer.ok(), `${account} signs in`).toBe(true)
}

/** Waits until the page that the server rendered is alive: before that a press goes nowhere. */
export async function hydrated(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const nuxt = (window as unknown as { useNuxtApp?: () => { isHydrating?: boolean } }).useNuxtApp?.()
    return nuxt !== undefined && nuxt.isHydrating === false
  })
}

/** Waits until the page has fetched ahead what it asks for only when it is first used: without a network it couldn't any more. */
export async function fetchedAhead(page: Page): Promise<void> {
  await page.evaluate(async () => {
    // Whoever waits for a page with nothing to do is called in turn: the page itself came first.
    await new Promise<void>(resolve => requestIdleCallback(() => resolve()))
    const fetched = new Set<string>()
    const isMissing = ({ href }: HTMLLinkElement) => !fetched.has(href)
    await new Promise<void>(resolve => new PerformanceObserver((resources) => {
      resources.getEntries().forEach(({ name }) => fetched.add(name))
      if (![...document.querySelectorAll<HTMLLinkElement>('link[rel="modulepreload"], link[rel="prefetch"], link[rel="stylesheet"]')].some(isMissing))
        resolve()
    }).observe({ type: 'resource', buffered: true }))
  })
}

/** Writes down what the live region says: the next sentence, of whatever test, replaces the one before. */
async function listen(page: Page): Promise<void> {
  await page.evaluate(() => {
    const heard: string[] = []
    Object.assign(window, { heard })
    const region = document.querySelector('[data-testid="live-region"]')
    if (region)
      new MutationObserver(() => heard.push(region.textContent?.trim() ?? '')).observe(region, { childList: true, characterData: true, subtree: true })
  })
}

export const test = base.extend<Fixtures>({
  openBoardAs: async ({ browser, baseURL, contextOptions, ownBoard }, use) => {
    const contexts: BrowserContext[] = []
    await use(async (account, { path, ...options } = {}) => {
      const context = await browser.newContext({ baseURL, locale: 'en-GB', timezoneId: 'Asia/Tokyo', ...contextOptions, ...options })
      contexts.push(context)
      await signIn(context.request, account)
      const page = await context.newPage()
      await page.goto(path ?? `/boards/${await ownBoard()}`)
      await hydrated(page)
      await listen(page)
      return boardWindow(page)
    })
    await Promise.all(contexts.map(context => context.close()))
  },

  ownBoard: async ({ playwright, baseURL }, use, testInfo) => {
    let made: Promise<string> | null = null
    async function make(): Promise<string> {
      const request = await playwright.request.newContext({ baseURL })
      await signIn(request, 'admin')
      const answer = await request.post('/api/boards', { data: { name: testInfo.title.slice(0, 100), workflow: 'default' } })
      expect(answer.ok(), await answer.text()).toBe(true)
      const { id } = await answer.json() as { id: string }
      await request.dispose()
      return id
    }
    await use(() => made ??= make())
  },

  createMatter: async ({ playwright, baseURL, ownBoard }, use, testInfo) => {
    const request = await playwright.request.newContext({ baseURL })
    let count = 0
    await use(async (fields = {}) => {
      if (count === 0)
        await signIn(request, 'partner')
      count += 1
      const answer = await request.post('/api/matters', {
        data: { board: await ownBoard(), column: 'in-progress', position: 0, title: `${testInfo.title} ${testInfo.workerIndex}.${count}`.slice(0, 200), clientName: 'Playwright K.K.', ...fields },
      })
      expect(answer.ok(), await answer.text()).toBe(true)
      const { matter } = await answer.json() as { matter: MatterOnBoard }
      return matter
    })
    await request.dispose()
  },

  memberOf: async ({ playwright, baseURL }, use) => {
    await use(async (account) => {
      const request = await playwright.request.newContext({ baseURL })
      await signIn(request, account)
      const { member } = await (await request.get('/api/auth/me')).json() as { member: { id: string, name: string } }
      await request.dispose()
      return member
    })
  },
})

export function boardWindow(page: Page): BoardWindow {
  const card: BoardWindow['card'] = ({ id }) => page.locator(`li[data-matter-id="${id}"]`)
  return {
    page,
    context: page.context(),
    request: page.context().request,
    column: key => page.locator(`section[data-column="${key}"]`),
    card,
    link: matter => card(matter).locator('h3 a'),
    heard: () => page.evaluate(() => (window as unknown as { heard: string[] }).heard.join('\n')),
    dialog: page.getByRole('dialog'),
    expectIn: (matter, columnKey, options) => expect(card(matter)).toHaveAttribute('data-column', columnKey, options),
  }
}

/** Holds a card with the mouse, moves it over a place in small steps, and lets go there. */
export async function dragTo(from: Locator, to: Locator, { drop = true, offset = { x: 0, y: 0 } } = {}): Promise<void> {
  const page = from.page()
  const [start, end] = [await middleOf(from), await middleOf(to)]
  await page.mouse.move(start.x, start.y)
  await page.mouse.down()
  await page.mouse.move(start.x + 8, start.y + 8)
  await page.mouse.move(end.x + offset.x, end.y + offset.y, { steps: 8 })
  if (drop)
    await page.mouse.up()
}

async function middleOf(locator: Locator): Promise<{ x: number, y: number }> {
  await locator.scrollIntoViewIfNeeded()
  const box = await locator.boundingBox()
  expect(box, 'it is on the screen').not.toBeNull()
  return { x: box!.x + box!.width / 2, y: box!.y + Math.min(box!.height / 2, 300) }
}
