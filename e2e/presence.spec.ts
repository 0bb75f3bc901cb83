import type { Locator, Page, TestInfo } from '@playwright/test'
import type { BoardWindow, MatterOnBoard } from './fixtures.ts'
import { expect, test } from './fixtures.ts'

/** Wide enough that all columns of the default board are on the screen. */
const WALL = { viewport: { width: 2300, height: 1100 } }
/** A page that polls hears of it with its next poll, and of what it missed with the next list. */
const SOON = { timeout: 20_000 }

const usesSockets = ({ project }: TestInfo) => project.name !== 'polling'
const bar = (page: Page) => page.locator('[data-presence-bar]')
const panel = (page: Page) => page.getByRole('complementary', { name: 'Matter', exact: true })
const row = (page: Page, { id }: { id: string }) => page.locator(`[data-present-member="${id}"]`)
const switchOf = (page: Page, name: string) => page.getByRole('switch', { name })

async function isHere(page: Page, count: number, options: { timeout: number } = SOON): Promise<void> {
  await expect(bar(page)).toHaveAttribute('data-present', String(count), options)
}

/** On a way with sockets, once news come by one. */
async function settled(testInfo: TestInfo, ...windows: BoardWindow[]): Promise<void> {
  if (usesSockets(testInfo))
    await Promise.all(windows.map(({ page }) => expect(page.locator('[data-via="socket"]')).toBeAttached(SOON)))
}

async function open({ page, link }: BoardWindow, matter: MatterOnBoard): Promise<void> {
  await link(matter).click()
  await expect(panel(page)).toBeVisible()
}

test.describe('who is on a board', () => {
  test('[A1] is seen by the others: somebody joins, somebody leaves', async ({ openBoardAs, memberOf }, testInfo) => {
    test.setTimeout(150_000)
    const [associate, paralegal] = [await memberOf('associate'), await memberOf('paralegal')]
    const first = await openBoardAs('partner', WALL)
    await isHere(first.page, 0)
    const second = await openBoardAs('associate', WALL)
    await isHere(first.page, 1)
    const third = await openBoardAs('paralegal', WALL)
    await isHere(first.page, 2)
    await isHere(second.page, 2)
    await isHere(third.page, 2)
    await bar(first.page).click()
    await expect(row(first.page, associate)).toContainText('Associate')
    await expect(row(first.page, paralegal)).toContainText('On the board')
    await settled(testInfo, second)
    await second.page.close()
    const gone = { timeout: usesSockets(testInfo) ? 10_000 : 60_000 }
    await expect(row(first.page, associate)).toHaveCount(0, gone)
    await isHere(first.page, 1)
    await expect(row(first.page, paralegal)).toBeVisible()
    // Nobody is told so in words.
    expect(await first.heard()).not.toContain(associate.name)
  })

  test('[A1] is seen where they are: at a card, in its panel, at a field, in a comment', async ({ openBoardAs, createMatter, memberOf }) => {
    test.setTimeout(120_000)
    const [partner, associate] = [await memberOf('partner'), await memberOf('associate')]
    const matter = await createMatter({
      title: 'Lease of the east wing',
      assignments: [{ memberId: partner.id, role: 'PRIMARY_LAWYER' }, { memberId: associate.id, role: 'SECONDARY_LAWYER' }],
    })
    const other = await createMatter({ title: 'Nobody looks here' })
    const [one, two] = [await openBoardAs('partner', WALL), await openBoardAs('associate', WALL)]
    await isHere(one.page, 1)
    await open(two, matter)
    await expect(one.card(matter)).toContainText(`Open by ${associate.name}`, SOON)
    await expect(one.card(other)).not.toContainText('Open by')
    await bar(one.page).click()
    await row(one.page, associate).getByRole('link', { name: `Has ${matter.caseNumber} open` }).click()
    await expect(panel(one.page).locator('[data-matter-presence]')).toContainText(`Open by ${associate.name}`)

    const words = `${associate.name} is editing this`
    await panel(two.page).getByRole('button', { name: /^Title: / }).click()
    await expect(panel(one.page).getByText(words)).toBeVisible(SOON)
    const title = panel(one.page).getByRole('button', { name: /^Title: / })
    await expect(title).toHaveAccessibleDescription(words)
    // Nothing is locked.
    await expect(title).toBeEnabled()
    await panel(two.page).getByRole('textbox', { name: 'Title', exact: true }).press('Escape')
    await expect(panel(one.page).getByText(words)).toHaveCount(0, SOON)
    await expect(panel(one.page).locator('[data-matter-presence]')).toBeVisible()

    const writing = panel(one.page).getByText(`${associate.name} is writing…`)
    // They write until it is seen: of a few letters one late poll may bring the beginning and the end together.
    await expect(async () => {
      await panel(two.page).getByRole('textbox', { name: /comment/i }).pressSequentially('Filed to ', { delay: 20 })
      await expect(writing).toBeVisible({ timeout: 2_000 })
    }).toPass(SOON)
    await expect(writing).toHaveCount(0, SOON)

    await panel(two.page).getByRole('button', { name: 'Close the panel' }).click()
    await expect(one.card(matter)).not.toContainText('Open by', SOON)
  })

  test('[A3] who is invisible is never seen by the others, also after a reload', async ({ openBoardAs, createMatter, memberOf }) => {
    test.setTimeout(150_000)
    const [associate, matter] = [await memberOf('partner2'), await createMatter({ title: 'Seen by nobody' })]
    const [one, two] = [await openBoardAs('partner', WALL), await openBoardAs('paralegal', WALL)]
    const hidden = await openBoardAs('partner2', WALL)
    await isHere(one.page, 2)
    await isHere(two.page, 2)
    await bar(hidden.page).click()
    await switchOf(hidden.page, 'Invisible').click()
    await expect(switchOf(hidden.page, 'Invisible')).toBeChecked()
    try {
      await isHere(one.page, 1)
      await isHere(two.page, 1)
      await hidden.page.reload()
      await expect(bar(hidden.page)).toHaveAccessibleName(/You are invisible/)
      // Seeing isn't being seen.
      await isHere(hidden.page, 2)
      await open(hidden, matter)
      await panel(hidden.page).getByRole('button', { name: /^Title: / }).click()
      await open(two, matter)
      // What came later is there; what was before it isn't.
      await expect(one.card(matter)).toContainText('Open by', SOON)
      await expect(one.card(matter)).not.toContainText(associate.name)
      await expect(panel(two.page).locator('[data-editing-mark]')).toHaveCount(0)
      await one.page.reload()
      await isHere(one.page, 1)
      await bar(one.page).click()
      await expect(row(one.page, associate)).toHaveCount(0)
    }
    finally {
      await hidden.request.patch('/api/preferences', { data: { presence: 'visible' } })
    }
    await isHere(one.page, 2)
  })

  test('[A4][W3] is on the board for who may not see the matter that they have open', async ({ openBoardAs, createMatter, memberOf }) => {
    test.setTimeout(120_000)
    const [partner, associate] = [await memberOf('partner'), await memberOf('associate')]
    const sealed = await createMatter({
      title: 'Known to two',
      confidentiality: 'SEALED',
      assignments: [{ memberId: partner.id, role: 'PRIMARY_LAWYER' }, { memberId: associate.id, role: 'SECONDARY_LAWYER' }],
    })
    const known = await createMatter({ title: 'Known to all' })
    const [one, two, three] = [await openBoardAs('partner', WALL), await openBoardAs('associate', WALL), await openBoardAs('paralegal', WALL)]
    await isHere(three.page, 2)
    await open(one, sealed)
    await expect(two.card(sealed)).toContainText(`Open by ${partner.name}`, SOON)
    await open(two, known)
    await expect(three.card(known)).toContainText(`Open by ${associate.name}`, SOON)
    for (const isFresh of [false, true]) {
      if (isFresh)
        await three.page.reload()
      await isHere(three.page, 2)
      await bar(three.page).click()
      await expect(row(three.page, partner)).toContainText('On the board')
      await expect(row(three.page, partner).getByRole('link')).toHaveCount(0)
      await three.page.keyboard.press('Escape')
    }
    await expect(three.page.getByText(sealed.caseNumber)).toHaveCount(0)
  })
})

test('[A4] a note to everyone arrives once at each, and grows with the next', async ({ openBoardAs, memberOf }) => {
  test.setTimeout(120_000)
  const { name } = await memberOf('partner')
  const one = await openBoardAs('partner', WALL)
  const others = [await openBoardAs('associate', WALL), await openBoardAs('paralegal', WALL)]
  await isHere(one.page, 2)
  await bar(one.page).click()
  const box = one.page.getByRole('textbox', { name: 'Send a note to everyone on the board' })
  await box.fill('Court closes at noon')
  await box.press('Control+Enter')
  await expect(one.page.getByText('The note was sent.').first()).toBeVisible()
  // What a notice says to who listens stands on the page a second time, unseen.
  const notices = (page: Page, text: string) => page.locator('[data-slot="description"]').filter({ hasText: text })
  for (const { page } of others) {
    await expect(page.getByText(`Note from ${name}`, { exact: true })).toBeVisible(SOON)
    await expect(notices(page, 'Court closes at noon')).toHaveCount(1)
    // It stays while somebody points at it, until the next one is here.
    await notices(page, 'Court closes at noon').hover()
  }
  await box.fill('Bring the seals')
  await box.press('Control+Enter')
  for (const { page } of others) {
    await expect(page.getByText(`2 notes from ${name}`, { exact: true })).toBeVisible(SOON)
    await expect(notices(page, 'Court closes at noon')).toHaveCount(1)
    // Beside it may stand what others do in the firm meanwhile.
    await page.getByRole('listitem').filter({ hasText: `2 notes from ${name}` }).getByRole('button', { name: 'Close', exact: true }).click()
    await expect(notices(page, 'Bring the seals')).toHaveCount(0)
  }
  await expect(one.page.getByText(/notes? from/i)).toHaveCount(0)
})

test('[A2] cursors are shown to who turned them on, and only where a socket brings them', async ({ openBoardAs, createMatter, memberOf }, testInfo) => {
  test.setTimeout(120_000)
  const [associate, matter] = [await memberOf('associate'), await createMatter({ title: 'Pointed at' })]
  const [one, two, three] = [await openBoardAs('partner', WALL), await openBoardAs('associate', WALL), await openBoardAs('paralegal', WALL)]
  await settled(testInfo, one, two, three)
  try {
    for (const { page } of [one, two]) {
      await bar(page).click()
      await switchOf(page, 'Live cursors').click()
      await expect(switchOf(page, 'Live cursors')).toBeChecked()
      if (!usesSockets(testInfo))
        await expect(page.getByText('by polling just now, which brings no cursors')).toBeVisible()
      await page.keyboard.press('Escape')
    }
    if (!usesSockets(testInfo))
      return
    const cursor = one.page.locator(`[data-cursor="${associate.id}"]`)
    const boxOf = async (place: Locator) => (await place.boundingBox({ timeout: 1_000 }))!
    // A cursor that rests goes, so it moves again until it was seen where it points.
    await expect(async () => {
      const theirs = await boxOf(two.card(matter))
      await two.page.mouse.move(theirs.x + theirs.width / 4, theirs.y + theirs.height / 2)
      await two.page.mouse.move(theirs.x + theirs.width / 2, theirs.y + theirs.height / 2)
      await expect(cursor).toContainText(associate.name, { timeout: 1_000 })
      // At the same place of the same card, wherever that is on the other screen.
      const away = async () => {
        const [shown, mine] = [await boxOf(cursor), await boxOf(one.card(matter))]
        return Math.abs(shown.x - (mine.x + mine.width / 2))
      }
      await expect.poll(away, { timeout: 3_000 }).toBeLessThan(3)
    }).toPass(SOON)
    await expect(three.page.locator('[data-cursor]')).toHaveCount(0)
    // It takes no press, and goes when its owner rests.
    await one.link(matter).click()
    await expect(panel(one.page)).toBeVisible()
    await expect(cursor).toHaveCount(0, SOON)
  }
  finally {
    for (const { request } of [one, two])
      await request.patch('/api/preferences', { data: { cursors: false } })
  }
})
