import type { Page } from '@playwright/test'
import type { MatterOnBoard } from './fixtures.ts'
import { dragTo, expect, hydrated, test } from './fixtures.ts'

/** Wide enough that all columns of the default board are on the screen. */
const WALL = { viewport: { width: 2300, height: 1100 } }
const SOON = { timeout: 8_000 }

const panel = (page: Page) => page.getByRole('complementary', { name: 'Matter', exact: true })
const cardIn = (page: Page, { id }: MatterOnBoard) => page.locator(`li[data-matter-id="${id}"]`)

test('[M1] two tabs of one member share what waits and what can be taken back', async ({ openBoardAs, createMatter }) => {
  const matter = await createMatter({ column: 'in-progress', title: 'Two tabs' })
  const { page, context, card, column, expectIn, request } = await openBoardAs('partner', WALL)
  const other = await context.newPage()
  await other.goto(page.url())
  await hydrated(other)
  // Without the server: the one tells the other.
  let letOut = () => {}
  const isSeen = new Promise<void>(resolve => letOut = resolve)
  await context.route('**/api/kanban/mutations', route => isSeen.then(() => route.continue()))
  await dragTo(card(matter), column('waiting-client'))
  await expectIn(matter, 'waiting-client')
  await expect(cardIn(other, matter)).toHaveAttribute('data-column', 'waiting-client')
  letOut()
  await context.unrouteAll({ behavior: 'wait' })
  await other.bringToFront()
  await other.keyboard.press('Control+z')
  await expect(cardIn(other, matter)).toHaveAttribute('data-column', 'in-progress')
  await expectIn(matter, 'in-progress', SOON)

  await other.locator(`li[data-matter-id="${matter.id}"] h3 a`).click()
  await panel(other).getByRole('button', { name: /^Title: / }).click()
  await panel(other).getByRole('textbox', { name: 'Title', exact: true }).fill('Changed in the second tab')
  await other.keyboard.press('Enter')
  await expect(card(matter)).toContainText('Changed in the second tab', SOON)
  await page.bringToFront()
  await page.keyboard.press('Control+z')
  await expect(cardIn(other, matter)).toContainText('Two tabs', SOON)
  // The tabs show it at once; the server has it a moment later.
  await expect.poll(async () => {
    const { activity } = await (await request.get(`/api/matters/${matter.id}/activity`)).json() as { activity: { kind: string, undo: boolean }[] }
    return activity.map(({ kind, undo }) => `${kind}${undo ? ' back' : ''}`).reverse()
  }, SOON).toEqual(['created', 'moved', 'moved back', 'edited', 'edited back'])
})

test('[C6] a matter that leaves its reader leaves the open panel, the draft and the device', async ({ openBoardAs, createMatter, memberOf }) => {
  const partner = await memberOf('partner')
  const matter = await createMatter({ title: 'Behind a wall soon', assignments: [{ memberId: partner.id, role: 'PRIMARY_LAWYER' }] })
  const { page, link, card } = await openBoardAs('clerk', WALL)
  const theirs = await openBoardAs('partner', WALL)
  await link(matter).click()
  await expect(panel(page)).toContainText('Behind a wall soon')
  const walled = await theirs.request.patch(`/api/matters/${matter.id}`, { data: { confidentiality: 'SEALED' } })
  expect(walled.ok(), await walled.text()).toBe(true)
  await expect(card(matter)).toHaveCount(0, SOON)
  await expect(page.getByText('Behind a wall soon')).toHaveCount(0)
  const kept = () => page.evaluate(async () => {
    const databases = await Promise.all((await indexedDB.databases()).map(({ name }) => new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open(name!)
      opening.onsuccess = () => resolve(opening.result)
      opening.onerror = () => reject(opening.error!)
    })))
    const stores = databases.flatMap(database => [...database.objectStoreNames].map(store => new Promise<unknown[]>((resolve, reject) => {
      const asking = database.transaction(store).objectStore(store).getAll()
      asking.onsuccess = () => resolve(asking.result)
      asking.onerror = () => reject(asking.error!)
    })))
    const content = JSON.stringify(await Promise.all(stores))
    databases.forEach(database => database.close())
    return content
  })
  await expect.poll(kept).not.toContain('Behind a wall soon')
})
