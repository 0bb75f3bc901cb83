import type { Page } from '@playwright/test'
import type { Account, BoardWindow, MatterOnBoard } from './fixtures.ts'
import { expect, hydrated, signIn, test as base } from './fixtures.ts'

/** An associate of this test's own: other tests assign the demo firm's people, who would be told of it here. */
const test = base.extend<{ newcomer: { id: string, account: Account } }>({
  newcomer: async ({ playwright, baseURL }, use) => {
    const request = await playwright.request.newContext({ baseURL })
    await signIn(request, 'admin')
    const account = `newcomer-${crypto.randomUUID()}`
    const answer = await request.post('/api/members', { data: { name: 'Nora Newcomer', email: `${account}@demo.test`, role: 'ASSOCIATE', password: 'demo-password' } })
    expect(answer.ok(), await answer.text()).toBe(true)
    const { id } = await answer.json() as { id: string }
    await request.dispose()
    await use({ id, account: account as Account })
  },
})

/** Wide enough that all columns of the default board are on the screen. */
const WALL = { viewport: { width: 2300, height: 1100 } }
/** A poll and what follows it. */
const SOON = { timeout: 10_000 }

const bell = (page: Page) => page.getByTestId('bell')
const centre = (page: Page) => page.getByTestId('notifications')
const rowsOf = (page: Page) => centre(page).locator('[data-notification]')
const notices = (page: Page) => page.locator('[data-slot="viewport"] li[data-slot="base"]')
const unread = (page: Page, count: number) => expect(bell(page)).toHaveAttribute('aria-label', count === 0 ? /none unread/ : count === 1 ? /one unread/ : new RegExp(`${count} unread`), SOON)

/** Waits until the page of somebody who has no notifications was told so: what it hears first is no news, and shows no notice. */
async function heardOfNone(page: Page): Promise<void> {
  await bell(page).click()
  await expect(centre(page).getByText('No notifications yet')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(centre(page)).toHaveCount(0)
}

/** Counts the notices that a page shows from now on, however short. */
async function countNotices(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const seen: string[] = []
    Object.assign(window, { seen })
    const known = new WeakSet<Node>()
    new MutationObserver(() => document.querySelectorAll('[data-slot="viewport"] li[data-slot="base"]').forEach((notice) => {
      if (!known.has(notice))
        seen.push(notice.textContent ?? '')
      known.add(notice)
    })).observe(document.body, { childList: true, subtree: true })
  })
  return () => page.evaluate(() => (window as unknown as { seen: string[] }).seen)
}

async function secondTab({ context, page }: BoardWindow): Promise<Page> {
  const other = await context.newPage()
  await other.goto(page.url())
  await hydrated(other)
  return other
}

async function assign({ request }: BoardWindow, { id }: MatterOnBoard, memberId: string, role = 'SECONDARY_LAWYER'): Promise<void> {
  const answer = await request.patch(`/api/matters/${id}`, { data: { assignments: { put: [{ memberId, role }] } } })
  expect(answer.ok(), await answer.text()).toBe(true)
}

test('an assignment is told once in all tabs, and read in one it is read in the other', async ({ openBoardAs, createMatter, newcomer }) => {
  const matter = await createMatter({ title: 'Told once' })
  const theirs = await openBoardAs(newcomer.account, WALL)
  const { page } = theirs
  const other = await secondTab(theirs)
  const [seenHere, seenThere] = [await countNotices(page), await countNotices(other)]
  const mine = await openBoardAs('partner', WALL)
  const seenByMe = await countNotices(mine.page)
  await heardOfNone(page)
  await heardOfNone(other)
  await assign(mine, matter, newcomer.id)

  await Promise.all([unread(page, 1), unread(other, 1)])
  const told = async () => [...await seenHere(), ...await seenThere()].filter(text => text.includes('assigned you'))
  await expect.poll(told, SOON).toHaveLength(1)
  expect((await told())[0]).toContain(`${matter.caseNumber} · Told once`)

  // A tab that nobody looks at says it by its title.
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
  })
  await expect(page).toHaveTitle(/^\(1\) .+ · Aster Board$/)
  await page.evaluate(() => {
    Reflect.deleteProperty(document, 'visibilityState')
    document.dispatchEvent(new Event('visibilitychange'))
  })
  await expect(page).toHaveTitle(/^[^(].* · Aster Board$/)

  await bell(other).click()
  await expect(rowsOf(other)).toHaveCount(1)
  await rowsOf(other).getByRole('link').click()
  await expect(other).toHaveURL(new RegExp(`/matters/${matter.id}`))
  await Promise.all([unread(page, 0), unread(other, 0)])
  await expect(notices(page).filter({ hasText: 'assigned you' })).toHaveCount(0)
  expect(await told()).toHaveLength(1)
  // Whoever did it is told nothing.
  expect((await seenByMe()).filter(text => text.includes('assigned'))).toEqual([])
  await bell(mine.page).click()
  await expect(rowsOf(mine.page).filter({ hasText: 'Told once' })).toHaveCount(0)
})

test('what was missed comes later, once, and who opens the page afterwards finds it in the centre', async ({ openBoardAs, createMatter, newcomer }) => {
  const [first, second] = [await createMatter({ title: 'Missed offline' }), await createMatter({ title: 'Missed away' })]
  const mine = await openBoardAs('partner', WALL)
  const theirs = await openBoardAs(newcomer.account, WALL)
  const { page, context } = theirs
  await heardOfNone(page)
  const seen = await countNotices(page)
  await context.setOffline(true)
  await assign(mine, first, newcomer.id)
  await bell(page).click()
  await expect(centre(page).locator('[data-offline]')).toBeVisible()
  await page.keyboard.press('Escape')
  await context.setOffline(false)
  await unread(page, 1)
  const told = async () => (await seen()).filter(text => text.includes('Missed offline'))
  await expect.poll(told, SOON).toHaveLength(1)

  await page.goto('about:blank')
  await assign(mine, second, newcomer.id)
  await page.goto(`/boards/${second.boardId}`)
  await hydrated(page)
  const seenAfter = await countNotices(page)
  await unread(page, 2)
  await bell(page).click()
  await expect(rowsOf(page).first()).toContainText('Missed away')
  expect((await seenAfter()).filter(text => text.includes('assigned you'))).toEqual([])
})

test('a muted matter stays mute, on a new page, too', async ({ openBoardAs, createMatter, newcomer }) => {
  const [muted, loud] = [await createMatter({ title: 'Mute me' }), await createMatter({ title: 'Still loud' })]
  const mine = await openBoardAs('partner', WALL)
  const theirs = await openBoardAs(newcomer.account, WALL)
  const { page } = theirs
  await heardOfNone(page)
  await assign(mine, muted, newcomer.id)
  await unread(page, 1)
  const notice = notices(page).filter({ hasText: 'Mute me' })
  await notice.getByRole('button', { name: 'Mute this matter' }).click(SOON)
  await expect(notices(page).filter({ hasText: `${muted.caseNumber} is muted` })).toBeVisible()
  await page.reload()
  await hydrated(page)
  await unread(page, 1)
  const seen = await countNotices(page)
  await assign(mine, muted, newcomer.id, 'CONSULTANT')
  await assign(mine, loud, newcomer.id)
  await unread(page, 2)
  await expect(notices(page).filter({ hasText: 'Still loud' })).toBeVisible(SOON)
  expect((await seen()).filter(text => text.includes('Mute me'))).toEqual([])
  await bell(page).click()
  await expect(rowsOf(page)).toHaveCount(2)
  await rowsOf(page).filter({ hasText: 'Mute me' }).getByRole('button').click()
  await page.getByRole('menuitem', { name: 'Unmute this matter' }).click()
  await expect.poll(async () => {
    const { preferences } = await (await theirs.request.get('/api/personal')).json() as { preferences: { mutedMatters: string[] } }
    return preferences.mutedMatters
  }).toEqual([])
})

test('what a colleague does on the open board is told together, with the way there, and not of what is open', async ({ openBoardAs, createMatter, newcomer }) => {
  const matters = [await createMatter({ title: 'One' }), await createMatter({ title: 'Two' }), await createMatter({ title: 'Three' }), await createMatter({ title: 'Open here' })]
  const { page, card, link } = await openBoardAs(newcomer.account, WALL)
  const colleague = await openBoardAs('partner2', WALL)
  await Promise.all(matters.map(matter => expect(card(matter)).toBeVisible()))
  await link(matters[3]!).click()
  await expect(page.getByRole('complementary', { name: 'Matter', exact: true })).toBeVisible()
  // What takes longer than the notice gathers isn't told together.
  await Promise.all(matters.map(async ({ id }) => {
    const answer = await colleague.request.post(`/api/matters/${id}/move`, { data: { column: 'review', position: 0 } })
    expect(answer.ok(), await answer.text()).toBe(true)
  }))
  const notice = notices(page).filter({ has: page.locator('[data-board-work]') })
  await expect(notice).toContainText(/moved 3 matters/, { timeout: 20_000 })
  // It stays while somebody points at it.
  await notice.hover()
  await expect(notice.getByRole('link')).toHaveCount(3)
  await expect(notice).not.toContainText('Open here')
  await expect(notices(colleague.page).locator('[data-board-work]')).toHaveCount(0)
  await notice.getByRole('link', { name: / · Two$/ }).click()
  await expect(page).toHaveURL(new RegExp(`/matters/${matters[1]!.id}`))
  await expect(notice).toHaveCount(0)
})

test('the centre goes by keyboard', async ({ openBoardAs, createMatter, newcomer }) => {
  const matters = [await createMatter({ title: 'First' }), await createMatter({ title: 'Second' })]
  const mine = await openBoardAs('partner', WALL)
  const theirs = await openBoardAs(newcomer.account, WALL)
  for (const matter of matters)
    await assign(mine, matter, newcomer.id)
  const { page } = theirs
  await unread(page, 2)
  await bell(page).focus()
  await page.keyboard.press('Enter')
  await expect(rowsOf(page)).toHaveCount(2)
  await page.keyboard.press('Escape')
  await expect(centre(page)).toHaveCount(0)
  await expect(bell(page)).toBeFocused()
  await page.keyboard.press('Enter')
  await rowsOf(page).first().getByRole('link').focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(`/matters/${matters[0]!.id}`))
  await unread(page, 1)
})
