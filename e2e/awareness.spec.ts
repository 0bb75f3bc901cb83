import type { Page } from '@playwright/test'
import type { BoardWindow, MatterOnBoard } from './fixtures.ts'
import { expect, hydrated, test } from './fixtures.ts'

const SOON = { timeout: 20_000 }

const panel = (page: Page) => page.getByRole('complementary', { name: 'Matter' })

async function openMatter({ page }: BoardWindow, { id, boardId }: MatterOnBoard): Promise<void> {
  await page.goto(`/boards/${boardId}/matters/${id}`)
  await hydrated(page)
}

test('a mention is chosen by its first letters, reaches the one who is meant, and is shown by name', async ({ openBoardAs, createMatter }) => {
  const matter = await createMatter()
  const [mine, theirs] = [await openBoardAs('partner'), await openBoardAs('partner2')]
  await openMatter(mine, matter)
  const box = panel(mine.page).getByRole('textbox', { name: 'Write a comment' })
  await box.click()
  await box.pressSequentially('Please check this, @rob')
  const list = mine.page.getByRole('listbox', { name: 'Mention somebody' })
  await expect(list.getByRole('option')).toHaveText(/Robert Hayes/)
  await box.press('Escape')
  await expect(list).toBeHidden()
  await expect(panel(mine.page), 'the panel stays').toBeVisible()
  await box.press('Backspace')
  await box.press('Enter')
  await expect(box).toHaveValue('Please check this, @Robert Hayes ')
  await expect(list).toBeHidden()
  await box.press('Control+Enter')
  await expect(panel(mine.page).locator('.mention')).toHaveText('@Robert Hayes')
  await expect(panel(mine.page).locator('.mention-me')).toHaveCount(0)

  await expect.poll(async () => {
    const { notifications } = await (await theirs.request.get('/api/notifications')).json() as { notifications: { type: string, matter: { id: string } | null }[] }
    return notifications.filter(({ type, matter: about }) => type === 'mentioned' && about?.id === matter.id).length
  }, SOON).toBe(1)
  await openMatter(theirs, matter)
  await expect(panel(theirs.page).locator('.mention-me')).toHaveText('@Robert Hayes')
  await expect(panel(theirs.page).locator('a[href^="member:"]')).toHaveCount(0)

  // Editing shows the name again, and not what it is made of.
  await panel(mine.page).getByRole('button', { name: 'Edit the comment' }).click()
  await expect(panel(mine.page).getByRole('textbox', { name: 'Edit the comment' })).toHaveValue('Please check this, @Robert Hayes')
})

test('who doesn\'t see a matter isn\'t offered for a mention, nor is a client', async ({ openBoardAs, createMatter }) => {
  const matter = await createMatter({ confidentiality: 'RESTRICTED' })
  const mine = await openBoardAs('partner')
  await openMatter(mine, matter)
  const box = panel(mine.page).getByRole('textbox', { name: 'Write a comment' })
  await box.click()
  await box.pressSequentially('@')
  const list = mine.page.getByRole('listbox', { name: 'Mention somebody' })
  await expect(list.getByText('Robert Hayes')).toBeVisible()
  await expect(list.getByText('中村 優衣')).toHaveCount(0)
  await expect(list.getByText('Naomi Fujita')).toHaveCount(0)
})

test('a matter is followed and muted, on every page of its reader', async ({ openBoardAs, createMatter }) => {
  const matter = await createMatter()
  const mine = await openBoardAs('partner2')
  await openMatter(mine, matter)
  await panel(mine.page).getByRole('button', { name: 'Follow: be told' }).click()
  await expect(panel(mine.page).getByRole('button', { name: 'Following:' })).toBeVisible()
  // What the page shows is kept, although it is left at once.
  await mine.page.reload()
  await hydrated(mine.page)
  await expect(panel(mine.page).getByRole('button', { name: 'Following:' })).toBeVisible()

  await panel(mine.page).getByRole('button', { name: 'More actions' }).click()
  await mine.page.getByRole('menuitemcheckbox', { name: 'Mute this matter' }).click()
  await expect(panel(mine.page).getByRole('button', { name: 'Muted:' })).toBeVisible()
  await mine.page.reload()
  await hydrated(mine.page)
  await panel(mine.page).getByRole('button', { name: 'Muted:' }).click()
  await expect(panel(mine.page).getByRole('button', { name: 'Following:' })).toBeVisible()
})
