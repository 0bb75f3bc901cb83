import type { Page } from '@playwright/test'
import { dragTo, expect, hydrated, test } from './fixtures.ts'

/** Wide enough that all columns of the default board are on the screen. */
const WALL = { viewport: { width: 2300, height: 1100 } }
/** A colleague sees a change within the base interval, and a little for the way. */
const SOON = { timeout: 8_000 }
/** So long rests a card at the edge of a phone before the board turns: a little longer than it takes, and shorter than twice. */
const TURN_MS = 800

test('a move by one is seen by the other, in words too', async ({ openBoardAs, createMatter }) => {
  const matter = await createMatter()
  const [partner, paralegal] = [await openBoardAs('partner', WALL), await openBoardAs('paralegal', WALL)]
  await partner.expectIn(matter, 'in-progress')
  // The server doesn't hear of it before it was seen.
  const seen = Promise.withResolvers<null>()
  await partner.page.route('**/api/kanban/mutations', async (route) => {
    await seen.promise
    await route.continue()
  })
  await partner.card(matter).dragTo(partner.column('waiting-client'))
  await partner.expectIn(matter, 'waiting-client')
  seen.resolve(null)
  await expect(partner.page.getByText(`${matter.caseNumber} moved to Waiting for client`).first()).toBeVisible()
  await paralegal.expectIn(matter, 'waiting-client', SOON)
  await expect.poll(paralegal.heard).toContain(`moved ${matter.caseNumber} to Waiting for client.`)
  expect(new URL(partner.page.url()).pathname, 'a drag is no click').toMatch(/^\/boards\/[^/]+$/)
})

test('a card lands between the cards where it is dropped', async ({ openBoardAs, createMatter }) => {
  const [first, second, third] = [await createMatter({ column: 'ready-filing' }), await createMatter({ column: 'ready-filing' }), await createMatter()]
  const { page, card, column, expectIn } = await openBoardAs('partner', WALL)
  const saved = page.waitForResponse('**/api/kanban/mutations')
  await dragTo(card(third), card(first), { offset: { x: 0, y: -20 } })
  await expectIn(third, 'ready-filing')
  const ids = await column('ready-filing').locator('li[data-matter-id]').evaluateAll(cards => cards.map(element => (element as HTMLElement).dataset.matterId))
  expect(ids.filter(id => [first.id, second.id, third.id].includes(id!))).toEqual([second.id, third.id, first.id])
  await saved
  await page.reload()
  await expectIn(third, 'ready-filing')
})

test('a refused move comes back with the reason and the columns that are open', async ({ openBoardAs, createMatter }) => {
  const matter = await createMatter()
  const { page, card, column, expectIn } = await openBoardAs('partner', WALL)
  await dragTo(card(matter), column('intake'), { drop: false })
  await expect(column('intake')).toHaveAttribute('data-drop-state', 'refused')
  await expect(column('intake')).toContainText('The workflow doesn\'t lead here')
  await expect(column('review')).not.toHaveAttribute('data-drop-state', 'refused')
  await page.mouse.up()
  await expect(page.getByText(/You can move it to: .*Waiting for client/).first()).toBeVisible()
  await expectIn(matter, 'in-progress')
})

test('whoever isn\'t assigned is told so', async ({ openBoardAs, createMatter }) => {
  const matter = await createMatter()
  const { page, card, column, expectIn } = await openBoardAs('paralegal', WALL)
  await card(matter).dragTo(column('waiting-client'))
  await expect(page.getByText('Only people assigned to this matter can do that.').first()).toBeVisible()
  await expectIn(matter, 'in-progress')
})

test('closing asks for an outcome, a reason and a word on open court deadlines', async ({ openBoardAs, createMatter }) => {
  const deadline = { id: crypto.randomUUID(), kind: 'HEARING', date: '2099-01-15', source: 'COURT' }
  const matter = await createMatter({ priority: 'URGENT', deadlines: [deadline] })
  const { page, card, column, dialog, expectIn } = await openBoardAs('partner', WALL)
  await card(matter).dragTo(column('closed'))
  await expect(dialog).toContainText('One deadline set by a court')
  await dialog.getByRole('button', { name: 'Close the matter' }).click()
  await expect(dialog).toContainText('Write a short reason.')
  await expectIn(matter, 'in-progress')
  await dialog.getByRole('combobox').click()
  await page.getByRole('option', { name: 'Settled' }).click()
  await dialog.getByRole('textbox').fill('The parties agreed')
  await dialog.getByRole('checkbox').check()
  await dialog.getByRole('button', { name: 'Close the matter' }).click()
  await expectIn(matter, 'closed')
  await expect(card(matter)).toContainText('Settled')
})

test('an associate asks a partner to close, who finds it filled in', async ({ openBoardAs, createMatter, memberOf }) => {
  const { id } = await memberOf('associate')
  const matter = await createMatter({ priority: 'URGENT', assignments: [{ memberId: id, role: 'PRIMARY_LAWYER' }] })
  const associate = await openBoardAs('associate', WALL)
  await associate.card(matter).dragTo(associate.column('closed'))
  await expect(associate.dialog).toContainText('Only a partner moves a matter to')
  await associate.dialog.getByRole('combobox').click()
  await associate.page.getByRole('option', { name: 'Won' }).click()
  await associate.dialog.getByRole('textbox').fill('Judgment is final')
  await associate.dialog.getByRole('button', { name: 'Ask a partner' }).click()
  await expect(associate.card(matter)).toContainText('Close requested: Won')
  await associate.expectIn(matter, 'in-progress')

  const partner = await openBoardAs('partner', WALL)
  await expect(partner.card(matter)).toContainText('Close requested: Won')
  await partner.card(matter).dragTo(partner.column('closed'))
  await expect(partner.dialog.getByRole('textbox')).toHaveValue('Judgment is final')
  await partner.dialog.getByRole('button', { name: 'Close the matter' }).click()
  await partner.expectIn(matter, 'closed')
})

test('the keyboard alone lifts, steps, drops and cancels, each step spoken', async ({ openBoardAs, createMatter }) => {
  const matter = await createMatter()
  const { page, link, card, heard, expectIn } = await openBoardAs('partner')
  await link(matter).focus()
  await page.keyboard.press('Space')
  await expect.poll(heard).toContain(`${matter.caseNumber} lifted from In progress, place`)
  await page.keyboard.press('ArrowRight')
  await expect.poll(heard).toMatch(/Review, (place \d+ of|not possible)/)
  await page.keyboard.press('Escape')
  await expect.poll(heard).toContain(`Cancelled. ${matter.caseNumber} stays in In progress.`)
  await page.keyboard.press('Space')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await expectIn(matter, 'waiting-client')
  await expect.poll(heard).toContain(`${matter.caseNumber} dropped in Waiting for client, place`)
  await expect(link(matter)).toBeFocused()
  await expect(card(matter)).toBeInViewport()
})

test('the menu moves what can\'t be dragged', async ({ openBoardAs, createMatter }) => {
  const matter = await createMatter()
  const { page, card, link, expectIn } = await openBoardAs('partner')
  await link(matter).focus()
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('Enter')
  const menu = page.getByRole('menu')
  await expect(menu.getByRole('menuitem', { name: /Intake/ })).toBeDisabled()
  await expect(menu.getByRole('menuitem', { name: /Intake/ })).toContainText('The workflow doesn\'t lead here')
  await menu.getByRole('menuitem', { name: 'Waiting for client' }).click()
  await expectIn(matter, 'waiting-client')
  await expect(card(matter)).toBeInViewport()
})

test('a move is taken back, by the toast and by the keys', async ({ openBoardAs, createMatter }) => {
  const matter = await createMatter()
  const { page, card, column, expectIn } = await openBoardAs('partner', WALL)
  await card(matter).dragTo(column('waiting-client'))
  await expectIn(matter, 'waiting-client')
  await page.getByRole('button', { name: 'Undo', exact: true }).click()
  await expectIn(matter, 'in-progress')
  await expect(page.getByText(`${matter.caseNumber} is back in In progress`).first()).toBeVisible()
  await card(matter).dragTo(column('waiting-client'))
  await expectIn(matter, 'waiting-client')
  await expect(page.getByText(`${matter.caseNumber} moved to Waiting for client`).first()).toBeVisible()
  await page.keyboard.press('Control+z')
  await expectIn(matter, 'in-progress')
})

test('scroll, focus and the open panel stay while a colleague works', async ({ openBoardAs, createMatter }) => {
  const [mine, theirs] = [await createMatter({ column: 'waiting-client' }), await createMatter({ column: 'waiting-client' })]
  const reader = await openBoardAs('paralegal', { viewport: { width: 1000, height: 700 } })
  const place = () => reader.page.getByTestId('board').evaluate(board => board.scrollLeft)
  await reader.link(mine).click()
  await expect(reader.page).toHaveURL(new RegExp(`/matters/${mine.id}`))
  const panel = reader.page.getByRole('complementary')
  await expect(panel).toContainText(mine.caseNumber)
  const before = await place()

  const partner = await openBoardAs('partner', WALL)
  await partner.card(theirs).dragTo(partner.column('in-progress'))
  await reader.expectIn(theirs, 'in-progress', SOON)
  await expect(panel).toContainText(mine.caseNumber)
  await expect(reader.page).toHaveURL(new RegExp(`/matters/${mine.id}`))
  await expect(reader.link(mine)).toHaveAttribute('aria-current', 'true')
  expect(await place()).toBe(before)
  expect(before).toBeGreaterThan(0)
  await reader.page.keyboard.press('Escape')
  await expect(reader.page).not.toHaveURL(/matters/)
  expect(await place()).toBeGreaterThan(0)
})

test('a card in the hand stays there while a colleague moves it', async ({ openBoardAs, createMatter }) => {
  const matter = await createMatter()
  const [partner, other] = [await openBoardAs('partner', WALL), await openBoardAs('partner2', WALL)]
  await dragTo(partner.card(matter), partner.column('review'), { drop: false })
  await other.card(matter).dragTo(other.column('waiting-client'))
  await other.expectIn(matter, 'waiting-client')
  await expect(partner.page.locator('[data-drag-ghost]')).toBeVisible()
  await partner.expectIn(matter, 'in-progress')
  await partner.page.keyboard.press('Escape')
  await partner.page.mouse.up()
  await partner.expectIn(matter, 'waiting-client', SOON)
})

test.describe('on a phone', () => {
  const phone = { viewport: { width: 390, height: 800 }, hasTouch: true, isMobile: true }

  test('a held card is dragged, a swipe scrolls', async ({ openBoardAs, createMatter }) => {
    const matter = await createMatter({ column: 'initial-review' })
    await createMatter({ column: 'in-progress' })
    const { page, card, column, expectIn } = await openBoardAs('partner', phone)
    await page.clock.install()
    await page.reload()
    await hydrated(page)
    await page.getByRole('navigation', { name: 'Columns' }).getByRole('button', { name: /Initial review/ }).tap()
    await expect(card(matter)).toBeInViewport({ ratio: 0.9 })
    await expect.poll(() => card(matter).evaluate(element => Math.round(element.getBoundingClientRect().left))).toBeLessThan(30)
    const box = (await card(matter).boundingBox())!
    const start = { x: box.x + box.width / 2, y: box.y + 40 }

    const swipe = await finger(page, start)
    await swipe.to({ x: start.x, y: start.y - 30 })
    await swipe.to({ x: start.x, y: start.y - 120 })
    await swipe.lift()
    await expectIn(matter, 'initial-review')
    await expect(page.locator('[data-drag-ghost]')).toHaveCount(0)
    expect(page.url(), 'a swipe is no tap').not.toContain('/matters/')
    await column('initial-review').locator('[data-drop-list]').evaluate(list => list.scrollTo(0, 0))

    const hold = await finger(page, start)
    await expect(page.locator('[data-drag-ghost]')).toBeVisible()
    // Held at the edge, the board turns to the next column by itself; a moment later, which doesn't come here, it would turn to the one after.
    await page.clock.pauseAt(Date.now() + 1_000)
    await hold.to({ x: 386, y: start.y })
    await page.clock.runFor(TURN_MS)
    await expect.poll(() => column('in-progress').evaluate(section => Math.abs(section.getBoundingClientRect().left))).toBeLessThan(20)
    await hold.to({ x: 200, y: start.y })
    await expect(column('in-progress').locator('[data-drop-mark]')).toBeAttached()
    await hold.lift()
    await expectIn(matter, 'in-progress')
  })

  test('shows one column at a time', async ({ openBoardAs }) => {
    const { page, column } = await openBoardAs('partner', phone)
    await expect(column('intake')).toBeInViewport({ ratio: 0.9 })
    await expect(column('in-progress')).not.toBeInViewport()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  })

  test('everything in the header can be pressed where it stands, and the other pages are with the boards', async ({ openBoardAs }) => {
    const { page } = await openBoardAs('partner', { ...phone, viewport: { width: 360, height: 740 } })
    await openBoardAs('associate')
    await expect(page.locator('[data-presence-bar]')).toHaveAttribute('data-present', '1', SOON)
    for (const part of ['[data-presence-bar]', '[data-connection]', '[data-testid="bell"]'])
      await page.locator(part).click({ trial: true })
    await page.getByRole('navigation', { name: 'Main navigation' }).getByRole('button', { name: /switch board/ }).click()
    await page.getByRole('menuitem', { name: 'Import' }).click()
    await expect(page).toHaveURL(/\/import$/)
  })
})

interface Finger {
  to: (point: { x: number, y: number }) => Promise<void>
  lift: () => Promise<void>
}

/** Puts a finger on the screen as the browser has them: synthetic pointer events know nothing of scrolling. */
async function finger(page: Page, start: { x: number, y: number }): Promise<Finger> {
  const session = await page.context().newCDPSession(page)
  const send = (type: 'touchStart' | 'touchMove' | 'touchEnd', touchPoints: { x: number, y: number }[]) =>
    session.send('Input.dispatchTouchEvent', { type, touchPoints })
  await send('touchStart', [start])
  return {
    to: async point => void await send('touchMove', [point]),
    async lift() {
      await send('touchEnd', [])
      await session.detach()
    },
  }
}
