import AxeBuilder from '@axe-core/playwright'
import type { Locator, Page, Request } from '@playwright/test'
import type { Account, BoardWindow, MatterOnBoard } from './fixtures.ts'
import { dragTo, expect, hydrated, test as base } from './fixtures.ts'
import { lookAgain } from './support/hold-news.ts'

/** A page asks again within the interval; how long the answer takes is the network's and the machine's. */
const WITHIN_AN_INTERVAL = { timeout: 11_000 }
const WIDE = { viewport: { width: 1440, height: 900 } }

const test = base.extend<{
  openAssignmentsAs: (account: Account, options?: object) => Promise<BoardWindow>
  /** A matter of the test's board that nobody has taken on yet. */
  createWaiting: (title: string, fields?: Record<string, unknown>) => Promise<MatterOnBoard>
}>({
  openAssignmentsAs: async ({ openBoardAs, ownBoard }, use) => {
    await use(async (account, options = WIDE) => await openBoardAs(account, { ...options, path: `/boards/${await ownBoard()}/assignments` }))
  },
  createWaiting: async ({ createMatter }, use) => {
    await use(async (title, fields = {}) => await createMatter({ title, column: 'intake', assignments: [], ...fields }))
  },
})

const waiting = (page: Page) => page.getByRole('region', { name: 'Without a lawyer' })
const cardOf = (page: Page, title: string) => waiting(page).getByRole('article').filter({ hasText: title })
const cardButton = (page: Page, title: string) => waiting(page).getByRole('button', { name: title })
const rowOf = (page: Page, name: string): Locator => page.locator('[data-assign-member]').filter({ has: page.getByRole('heading', { name }) })
const isAsking = (request: Request) => request.url().includes('/assignments?days=')

/** The page has asked once more, and has the answer. */
async function nextRound(page: Page): Promise<void> {
  const asked = await page.waitForRequest(isAsking, WITHIN_AN_INTERVAL)
  await asked.response()
}

const drawer = (page: Page) => page.locator('[data-assignment-drawer]')

test('a partner drags a matter to an associate, and a colleague sees it without a reload, what they look at kept', async ({ openAssignmentsAs, createWaiting, memberOf }) => {
  await createWaiting('Lease that came in')
  await createWaiting('Merger that came in')
  const { name } = await memberOf('associate')
  const [mine, theirs] = [await openAssignmentsAs('partner'), await openAssignmentsAs('partner2')]
  await cardButton(theirs.page, 'Merger that came in').click()
  await expect(drawer(theirs.page)).toContainText('No lawyer yet')
  await expect(rowOf(mine.page, name)).toContainText('0 open')

  await dragTo(cardOf(mine.page, 'Lease that came in'), rowOf(mine.page, name).getByRole('heading'))
  await expect(cardOf(mine.page, 'Lease that came in')).toHaveCount(0)
  await expect(rowOf(mine.page, name)).toContainText('1 open')
  await expect(mine.page.getByText(`${name} is on`).first()).toBeVisible()

  await nextRound(theirs.page)
  await expect(cardOf(theirs.page, 'Lease that came in')).toHaveCount(0)
  await expect(rowOf(theirs.page, name)).toContainText('1 open')
  await expect(drawer(theirs.page)).toContainText('Merger that came in')
  await expect(cardButton(theirs.page, 'Merger that came in')).toHaveAttribute('aria-pressed', 'true')
})

test('a matter is lifted, taken to a colleague and assigned by keyboard, and that can be taken back', async ({ openAssignmentsAs, createWaiting }) => {
  const matter = await createWaiting('Lease that came in')
  const { page, heard } = await openAssignmentsAs('partner')
  await cardButton(page, 'Lease that came in').focus()
  await page.keyboard.press('Space')
  await page.keyboard.press('ArrowDown')
  const over = page.locator('[data-assign-member].ring-2')
  await expect(over).toHaveCount(1)
  const name = await over.getByRole('heading').innerText()
  await page.keyboard.press('Escape')
  await expect(over).toHaveCount(0)
  await expect(cardButton(page, 'Lease that came in')).toBeFocused()
  await page.keyboard.press('Space')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Space')
  await expect(cardOf(page, 'Lease that came in')).toHaveCount(0)
  await expect(rowOf(page, name)).toContainText('1 open')
  await expect(page.getByText(`${name} is on ${matter.caseNumber}`).first()).toBeVisible()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(cardOf(page, 'Lease that came in')).toBeVisible()
  await expect(rowOf(page, name)).toContainText('0 open')
  expect(await heard()).toMatch(new RegExp(`${matter.caseNumber} lifted[\\s\\S]*Cancelled`))
  // The notice says it: twice would be once too often.
  expect(await heard()).not.toContain(`${name} is on`)
})

test('the drawer says who has room first, assigns in a role, and stays open', async ({ openAssignmentsAs, createWaiting, createMatter, memberOf }) => {
  const busy = await memberOf('associate')
  await createMatter({ assignments: [{ memberId: busy.id, role: 'PRIMARY_LAWYER' }] })
  await createWaiting('Lease that came in', { opposingParty: 'Shirakawa Holdings' })
  const paralegal = await memberOf('paralegal')
  const { page } = await openAssignmentsAs('partner')
  await cardButton(page, 'Lease that came in').press('Enter')
  await expect(drawer(page)).toContainText('Shirakawa Holdings')
  const rows = drawer(page).getByRole('listitem').filter({ has: page.getByRole('button', { name: /^Assign / }) })
  await expect(rows.last()).toContainText(busy.name)

  await drawer(page).getByRole('combobox').click()
  await page.getByRole('option', { name: 'Paralegal' }).click()
  await drawer(page).getByRole('button', { name: `Assign ${paralegal.name} as Paralegal` }).click()
  await expect(drawer(page).getByRole('region', { name: 'On the matter' })).toContainText(paralegal.name)
  // A helper is no lawyer: it goes on waiting.
  await expect(cardOf(page, 'Lease that came in')).toBeVisible()
  await expect(drawer(page)).toContainText('No lawyer yet')
  await page.keyboard.press('Escape')
  await expect(drawer(page)).toHaveCount(0)
  await expect(cardButton(page, 'Lease that came in')).toBeFocused()
})

test('who was slower is told who was faster, and chooses', async ({ openAssignmentsAs, createWaiting, memberOf }) => {
  const matter = await createWaiting('Lease that came in')
  const [associate, partner2] = [await memberOf('associate'), await memberOf('partner2')]
  const mine = await openAssignmentsAs('partner')
  const theirs = await openAssignmentsAs('partner2')
  // The faster one is not seen here before the own choice was made.
  await mine.page.route('**/assignments?days=*', route => route.abort())
  await dragTo(cardOf(theirs.page, 'Lease that came in'), rowOf(theirs.page, partner2.name).getByRole('heading'))
  await expect(theirs.page.getByText(`${partner2.name} is on`).first()).toBeVisible()
  await dragTo(cardOf(mine.page, 'Lease that came in'), rowOf(mine.page, associate.name).getByRole('heading'))
  await expect(mine.dialog).toContainText(`${partner2.name} was faster`)
  await expect(mine.dialog).toContainText(matter.caseNumber)
  await mine.page.unroute('**/assignments?days=*')
  await mine.dialog.getByRole('button', { name: `Assign ${associate.name} instead` }).click()
  await expect(mine.dialog).toHaveCount(0)
  await expect(mine.page.getByText(`${associate.name} is on`).first()).toBeVisible()
  await nextRound(theirs.page)
  await expect(rowOf(theirs.page, associate.name)).toContainText('1 open')
})

test('looking again asks within half a second, and a page without a network says as of when it is', async ({ openAssignmentsAs, createWaiting }) => {
  await createWaiting('Lease that came in')
  const { page, context } = await openAssignmentsAs('partner')
  // Time passes as it is told to, however long the machine takes.
  await page.clock.install()
  await page.clock.pauseAt(Date.now() + 1_000)
  await page.reload()
  await hydrated(page)
  await expect(cardOf(page, 'Lease that came in')).toBeVisible()
  await createWaiting('Merger that came in')
  const asked: string[] = []
  page.on('request', request => isAsking(request) && asked.push(request.url()))
  // Older than what counts as fresh, younger than the next round.
  await page.clock.runFor(6_000)
  expect(asked).toEqual([])
  await lookAgain(page)
  await page.clock.runFor(500)
  await expect.poll(() => asked).toHaveLength(1)
  await page.clock.resume()
  await expect(cardOf(page, 'Merger that came in')).toBeVisible()
  await context.setOffline(true)
  await expect(page.locator('[data-freshness="offline"]')).toContainText(/You are offline.*As of \d\d:\d\d/)
  await expect(cardOf(page, 'Merger that came in')).toBeVisible()
  await context.setOffline(false)
  await expect(page.locator('[data-freshness="fresh"]')).toBeVisible()
})

test('what is behind a wall is neither listed nor counted, and clients don\'t get in', async ({ openAssignmentsAs, createWaiting, createMatter, memberOf }) => {
  const { id, name } = await memberOf('associate')
  await createMatter({ confidentiality: 'SEALED', assignments: [{ memberId: id, role: 'PRIMARY_LAWYER' }] })
  await createWaiting('Restricted lease', { confidentiality: 'RESTRICTED' })
  const partner = await openAssignmentsAs('partner')
  await expect(rowOf(partner.page, name)).toContainText('0 open')
  await expect(cardOf(partner.page, 'Restricted lease')).toBeVisible()
  const clerk = await openAssignmentsAs('clerk')
  await expect(waiting(clerk.page)).toContainText('Every matter has its lawyer')
  const client = await openAssignmentsAs('client')
  await expect(client.page.getByRole('heading', { name: 'This isn\'t open to you' })).toBeVisible()
})

test('on a phone matters and colleagues are two tabs, dates a list, and the drawer the whole page', async ({ openAssignmentsAs, createWaiting, createMatter, memberOf }) => {
  const { id, name } = await memberOf('associate')
  const today = new Date().toLocaleDateString('sv-SE', { timeZone: 'Asia/Tokyo' })
  await createMatter({
    title: 'Trial of the year',
    assignments: [{ memberId: id, role: 'PRIMARY_LAWYER' }],
    deadlines: [{ id: crypto.randomUUID(), kind: 'TRIAL', date: today, title: 'Closing arguments', source: 'COURT' }],
  })
  await createWaiting('Lease that came in')
  const { page } = await openAssignmentsAs('partner', { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true })
  await expect(cardButton(page, 'Lease that came in')).toBeVisible()
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
  await page.getByRole('tab', { name: 'Colleagues' }).tap()
  await expect(cardButton(page, 'Lease that came in')).toBeHidden()
  await rowOf(page, name).getByRole('button', { name: `Dates of ${name}` }).tap()
  await rowOf(page, name).getByRole('button', { name: /Closing arguments/ }).tap()
  await expect(drawer(page)).toContainText('Trial of the year')
  expect(await drawer(page).boundingBox()).toMatchObject({ x: 0, width: 360 })
  await drawer(page).getByRole('button', { name: 'Close the details' }).tap()
  await page.getByRole('tab', { name: /Without a lawyer/ }).tap()
  await cardButton(page, 'Lease that came in').tap()
  await drawer(page).getByRole('button', { name: `Assign ${name} as Primary lawyer` }).tap()
  await expect(drawer(page)).toContainText(`Led by ${name}`)
})

test('the page can be used by everybody', async ({ openAssignmentsAs, createWaiting, createMatter }) => {
  await createWaiting('Lease that came in')
  await createMatter({ deadlines: [{ id: crypto.randomUUID(), kind: 'HEARING', date: new Date().toISOString().slice(0, 10), title: 'First hearing', source: 'COURT' }] })
  for (const colorScheme of ['light', 'dark'] as const) {
    const { page } = await openAssignmentsAs('partner', { ...WIDE, colorScheme })
    await expect(page.locator('[data-mark]').first()).toBeVisible()
    await cardButton(page, 'Lease that came in').click()
    await expect(drawer(page)).toContainText('Playwright K.K.')
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 200))])).toEqual([])
  }
})
