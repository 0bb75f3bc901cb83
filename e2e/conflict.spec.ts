import type { Page } from '@playwright/test'
import type { BoardWindow, MatterOnBoard } from './fixtures.ts'
import { dragTo, expect, hydrated, test } from './fixtures.ts'
import { holdNews } from './support/hold-news.ts'

/** A colleague sees a change within the base interval, and a little for the way. */
const SOON = { timeout: 8_000 }
/** Wide enough that all columns of the default board are on the screen. */
const WALL = { viewport: { width: 2300, height: 1100 } }

const panel = (page: Page) => page.getByRole('complementary', { name: 'Matter', exact: true })
const titleOf = (page: Page, title: string) => panel(page).getByRole('button', { name: `Title: ${title}. Edit` })
const markOn = ({ card }: BoardWindow, matter: MatterOnBoard) => card(matter).getByRole('button', { name: /your change met a newer one/ })

async function openMatter({ page }: BoardWindow, matter: MatterOnBoard): Promise<void> {
  await page.goto(`/boards/${matter.boardId}/matters/${matter.id}`)
  await hydrated(page)
}

async function retitle(page: Page, title: string): Promise<void> {
  await panel(page).getByRole('button', { name: /^Title: / }).click()
  await panel(page).getByRole('textbox', { name: 'Title', exact: true }).fill(title)
  await page.keyboard.press('Enter')
}

test.describe('two people write one title', () => {
  test.beforeEach(() => test.slow())

  async function clash(mine: BoardWindow, theirs: BoardWindow, matter: MatterOnBoard): Promise<void> {
    await openMatter(mine, matter)
    await openMatter(theirs, matter)
    const letNews = await holdNews(mine.page)
    await retitle(theirs.page, 'Theirs')
    await expect(titleOf(theirs.page, 'Theirs')).toBeVisible()
    await expect(theirs.page.locator('[data-connection="live"]')).toBeVisible(SOON)
    await retitle(mine.page, 'Mine')
    // The notice comes by itself; the dialog doesn't.
    await expect(mine.page.getByRole('button', { name: 'Compare' }).first()).toBeVisible(SOON)
    await expect(mine.dialog).toHaveCount(0)
    await letNews()
    await expect(titleOf(mine.page, 'Theirs')).toBeVisible(SOON)
    await markOn(mine, matter).click()
    await expect(mine.dialog).toContainText('Mine')
    await expect(mine.dialog).toContainText('Theirs')
    await expect(mine.dialog).toContainText(matter.title)
  }

  for (const [choice, result] of [['Keep mine', 'Mine'], ['Take theirs', 'Theirs']] as const) {
    test(`[X3] the second is shown both, and "${choice}" counts for everyone`, async ({ openBoardAs, createMatter }) => {
      const matter = await createMatter({ title: 'Before' })
      const [mine, theirs] = [await openBoardAs('partner', WALL), await openBoardAs('partner2', WALL)]
      await clash(mine, theirs, matter)
      await mine.dialog.getByRole('button', { name: choice }).click()
      await expect(mine.dialog).toHaveCount(0)
      await expect(titleOf(mine.page, result)).toBeVisible(SOON)
      await expect(titleOf(theirs.page, result)).toBeVisible(SOON)
      await expect(markOn(mine, matter)).toHaveCount(0)
    })
  }

  test('[X3] the second puts both together, after a reload too', async ({ openBoardAs, createMatter }) => {
    const matter = await createMatter({ title: 'Before' })
    const [mine, theirs] = [await openBoardAs('partner', WALL), await openBoardAs('partner2', WALL)]
    await clash(mine, theirs, matter)
    await mine.page.keyboard.press('Escape')
    await expect(mine.dialog).toHaveCount(0)
    await mine.page.reload()
    await hydrated(mine.page)
    await markOn(mine, matter).click()
    await mine.dialog.getByRole('radio', { name: 'Put both together' }).check()
    await mine.dialog.getByRole('textbox').fill('Mine and theirs')
    await expect(mine.dialog.getByRole('radio', { name: 'As written below' })).toBeChecked()
    await mine.dialog.getByRole('button', { name: 'Apply' }).click()
    await expect(mine.dialog).toHaveCount(0)
    await expect(titleOf(theirs.page, 'Mine and theirs')).toBeVisible(SOON)
    await expect(markOn(mine, matter)).toHaveCount(0)
  })

  test('[X3] a third edit while the dialog is open asks again', async ({ openBoardAs, createMatter }) => {
    const matter = await createMatter({ title: 'Before' })
    const [mine, theirs] = [await openBoardAs('partner', WALL), await openBoardAs('partner2', WALL)]
    await clash(mine, theirs, matter)
    await retitle(theirs.page, 'Theirs, later')
    await expect(mine.dialog.getByRole('button', { name: 'I have seen it' })).toBeVisible(SOON)
    await expect(mine.dialog.getByRole('button', { name: 'Keep mine' })).toBeDisabled()
    await mine.dialog.getByRole('button', { name: 'I have seen it' }).click()
    await expect(mine.dialog).toContainText('Theirs, later')
    await mine.dialog.getByRole('button', { name: 'Keep mine' }).click()
    await expect(titleOf(theirs.page, 'Mine')).toBeVisible(SOON)
  })
})

test('[X2] two people move one card: the second is shown both places, and the first one stands', async ({ openBoardAs, createMatter }) => {
  const matter = await createMatter({ column: 'in-progress' })
  const [mine, theirs] = [await openBoardAs('partner', WALL), await openBoardAs('partner2', WALL)]
  const letNews = await holdNews(mine.page)
  await dragTo(theirs.card(matter), theirs.column('waiting-client'))
  await theirs.expectIn(matter, 'waiting-client')
  await expect.poll(async () => (await (await theirs.request.get(`/api/matters/${matter.id}`)).json() as { matter: { fieldVersions: object } }).matter.fieldVersions).toHaveProperty('columnId')
  await dragTo(mine.card(matter), mine.column('review'))
  await expect(mine.page.getByRole('button', { name: 'Compare' }).first()).toBeVisible(SOON)
  await letNews()
  await mine.expectIn(matter, 'waiting-client', SOON)
  await markOn(mine, matter).click()
  await expect(mine.dialog.locator('[data-stops] li')).toHaveCount(3)
  for (const column of ['In progress', 'Waiting for client', 'Review'])
    await expect(mine.dialog.locator('[data-stops]')).toContainText(column)
  await mine.dialog.getByRole('button', { name: 'Take theirs' }).click()
  await expect(mine.dialog).toHaveCount(0)
  await mine.expectIn(matter, 'waiting-client')
})

test('[X2] two people change different fields: both go in, and a quiet note says so', async ({ openBoardAs, createMatter, memberOf }) => {
  const matter = await createMatter()
  const colleague = await memberOf('partner2')
  const [mine, theirs] = [await openBoardAs('partner', WALL), await openBoardAs('partner2', WALL)]
  await openMatter(mine, matter)
  const letNews = await holdNews(mine.page)
  expect((await theirs.request.patch(`/api/matters/${matter.id}`, { data: { clientName: 'Another client' } })).ok()).toBe(true)
  await retitle(mine.page, 'Mine, merged')
  await letNews()
  await expect(titleOf(mine.page, 'Mine, merged')).toBeVisible(SOON)
  await expect(panel(mine.page).getByRole('button', { name: 'Client: Another client. Edit' })).toBeVisible(SOON)
  await expect(panel(mine.page).getByText(new RegExp(`Your change went in. Meanwhile ${colleague.name} changed`))).toBeVisible(SOON)
  await expect(mine.dialog).toHaveCount(0)
  await expect(theirs.card(matter)).toContainText('Mine, merged', SOON)
})

test('a move that the server refuses is back in its place within a second, with the reason', async ({ openBoardAs, createMatter, memberOf }) => {
  const [partner, paralegal] = [await memberOf('partner'), await memberOf('paralegal')]
  const matter = await createMatter({ assignments: [{ memberId: partner.id, role: 'PRIMARY_LAWYER' }, { memberId: paralegal.id, role: 'PARALEGAL' }] })
  const [mine, theirs] = [await openBoardAs('paralegal', WALL), await openBoardAs('partner', WALL)]
  await holdNews(mine.page)
  const unassigned = await theirs.request.patch(`/api/matters/${matter.id}`, { data: { assignments: { remove: [paralegal.id] } } })
  expect(unassigned.ok(), await unassigned.text()).toBe(true)
  // The answer waits until the move was seen: it comes too soon for eyes.
  const seen = Promise.withResolvers<null>()
  await mine.page.route('**/api/kanban/mutations', async (route) => {
    await seen.promise
    await route.continue()
  })
  await dragTo(mine.card(matter), mine.column('waiting-client'))
  await mine.expectIn(matter, 'waiting-client')
  // By the page's own clock, from the answer on: how long it takes to look from here is no time of the board's.
  await mine.page.evaluate((id) => {
    const backAt = new Promise<number>(resolve => new MutationObserver(() => {
      if (document.querySelector<HTMLElement>(`li[data-matter-id="${id}"]`)?.dataset.column === 'in-progress')
        resolve(performance.now())
    }).observe(document.body, { subtree: true, childList: true, attributes: true }))
    Object.assign(window, { backAt })
  }, matter.id)
  seen.resolve(null)
  const tookMs = await mine.page.evaluate(async () => {
    const backAt = await (window as unknown as { backAt: Promise<number> }).backAt
    const answers = performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('/api/kanban/mutations'))
    return backAt - (answers.at(-1) as PerformanceResourceTiming).responseEnd
  })
  expect(tookMs).toBeLessThan(1_000)
  await expect(mine.page.getByText(/assigned/).first()).toBeVisible()
})
