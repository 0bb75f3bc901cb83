import type { Page } from '@playwright/test'
import { expect, fetchedAhead, hydrated, test } from './fixtures.ts'

/** Wide enough that all columns of the default board are on the screen. */
const WALL = { viewport: { width: 2300, height: 1100 } }
/** A colleague sees a change within the base interval, and a little for the way. */
const SOON = { timeout: 8_000 }

const panel = (page: Page) => page.getByRole('complementary', { name: 'Matter', exact: true })
const expired = (page: Page) => page.getByRole('alert').filter({ hasText: 'Your session has ended' })

async function signInAgain(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Sign in again' }).click()
  await page.getByLabel('Email').fill('partner@demo.test')
  await page.getByLabel('Password', { exact: true }).fill('demo-password')
  const answered = page.waitForResponse('**/api/auth/login')
  await page.keyboard.press('Enter')
  expect((await answered).ok()).toBe(true)
}

test('work without a connection is sent once when it is back', async ({ openBoardAs, createMatter }) => {
  const matter = await createMatter({ column: 'ready-filing' })
  const [mine, theirs] = [await openBoardAs('partner', WALL), await openBoardAs('partner2', WALL)]
  await fetchedAhead(mine.page)
  await mine.context.setOffline(true)
  await expect(mine.page.locator('[data-connection="offline"]')).toBeVisible()

  await mine.link(matter).click()
  await panel(mine.page).getByRole('button', { name: /^Title: / }).click()
  await panel(mine.page).getByRole('textbox', { name: 'Title', exact: true }).fill('Renamed on a train')
  await mine.page.keyboard.press('Enter')
  await panel(mine.page).getByRole('textbox', { name: 'Write a comment' }).fill('Written on a train')
  await mine.page.keyboard.press('Control+Enter')
  await expect(panel(mine.page).getByText('Waits for the connection')).toBeVisible()
  await panel(mine.page).getByRole('button', { name: 'Close', exact: false }).first().click()
  await mine.card(matter).dragTo(mine.column('in-progress'))
  await mine.expectIn(matter, 'in-progress')
  await theirs.expectIn(matter, 'ready-filing')

  await mine.context.setOffline(false)
  await expect(mine.page.locator('[data-connection="live"]')).toBeVisible()
  await theirs.expectIn(matter, 'in-progress', SOON)
  await expect(theirs.card(matter)).toContainText('Renamed on a train')
  await expect.poll(async () => {
    const { comments } = await (await theirs.request.get(`/api/matters/${matter.id}/comments`)).json() as { comments: { body: string }[] }
    return comments.map(({ body }) => body)
  }, SOON).toEqual(['Written on a train'])
})

test('a session that ends leaves what was typed, and goes on in every tab after signing in', async ({ openBoardAs, createMatter, playwright, baseURL }) => {
  const matter = await createMatter()
  const { page, context, link } = await openBoardAs('partner')
  const other = await context.newPage()
  await other.goto('/kanban')
  await hydrated(other)
  await link(matter).click()
  await panel(page).getByRole('textbox', { name: 'Write a comment' }).fill('Typed before the end')
  // As an administrator's new password would end it: the page still has its cookie.
  const [cookie] = (await context.cookies()).filter(({ name }) => name === 'aster-session')
  const refused = page.waitForResponse(answer => answer.status() === 401)
  const elsewhere = await playwright.request.newContext({ baseURL, extraHTTPHeaders: { cookie: `${cookie!.name}=${cookie!.value}` } })
  expect((await elsewhere.post('/api/auth/logout')).ok()).toBe(true)
  await elsewhere.dispose()
  await refused
  await expect(expired(page)).toBeVisible()
  await expect(page.locator('[data-connection="stale"]')).toBeVisible()
  await panel(page).getByRole('textbox', { name: 'Write a comment' }).fill('Typed before the end and after')
  await signInAgain(page)
  // The page to sign in on has the way back in its address.
  await expect(page).toHaveURL(new RegExp(`^[^?]*/matters/${matter.id}$`))
  await expect(panel(page).getByRole('textbox', { name: 'Write a comment' })).toHaveValue('Typed before the end and after')
  await expect(expired(page)).toBeHidden()
  await expect(expired(other)).toBeHidden()
})

test('signing out in one tab leaves nothing on the others', async ({ openBoardAs }) => {
  const { page, context } = await openBoardAs('partner', { path: '/kanban' })
  const other = await context.newPage()
  await other.goto('/kanban')
  await hydrated(other)
  await page.getByRole('button', { name: /Account of/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(page).toHaveURL(/\/login/)
  await expect(other).toHaveURL(/\/login/)
  await expect(other.locator('[data-matter-id]')).toHaveCount(0)
})

test('a panel over the board keeps the keyboard out of what it covers', async ({ openBoardAs, createMatter }) => {
  const matter = await createMatter({ column: 'intake' })
  const { page, link } = await openBoardAs('partner', { viewport: { width: 900, height: 800 } })
  await link(matter).click()
  await expect(panel(page)).toBeVisible()
  for (let step = 0; step < 40; step++) {
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.closest('[data-testid="board"], [role="search"], header:not(aside *)') === null)).toBe(true)
  }
  await page.locator('[data-panel-scrim]').click({ position: { x: 20, y: 400 } })
  await expect(panel(page)).toBeHidden()
  await expect(link(matter)).toBeFocused()
})

test('filters stand in the address, and the back button takes a choice back', async ({ openBoardAs, createMatter }) => {
  const matter = await createMatter({ tags: ['back-button'] })
  await createMatter({ deadlines: [{ id: crypto.randomUUID(), kind: 'HEARING', date: '2020-01-15' }] })
  const { page, card, request } = await openBoardAs('partner')
  await page.getByRole('button', { name: /^Overdue/ }).click()
  await expect(page).toHaveURL(/due=overdue/)
  await expect(card(matter)).toHaveCount(0)
  const colleague = await openBoardAs('partner2', { path: page.url() })
  await expect(colleague.page.getByRole('button', { name: /^Overdue/ })).toHaveAttribute('aria-pressed', 'true')
  await page.goBack()
  await expect(page).not.toHaveURL(/due=/)
  await expect(card(matter)).toBeVisible()

  const { matter: { caseNumber } } = await (await request.get(`/api/matters/${matter.id}`)).json() as { matter: { caseNumber: string } }
  await page.keyboard.press('/')
  await page.keyboard.type(caseNumber.replace(/\d/g, digit => String.fromCharCode(digit.charCodeAt(0) + 0xFEE0)))
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(`/matters/${matter.id}`))
})
