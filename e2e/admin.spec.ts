import { expect, hydrated, test } from './fixtures.ts'

test('an administrator adds a member, who signs in and sees the board', async ({ openBoardAs, browser, baseURL }) => {
  const { page } = await openBoardAs('admin', { path: '/admin' })
  const email = `new-${Date.now()}@firm.test`
  await page.getByRole('button', { name: 'Add member' }).click()
  const dialog = page.getByRole('dialog', { name: 'New member' })
  await dialog.getByLabel('Name').fill('Nina Novak')
  await dialog.getByLabel('Email').fill(email)
  await dialog.getByLabel('Password').fill('short')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog.getByText('Use at least 12 characters')).toBeVisible()
  await dialog.getByLabel('Password').fill('a long enough password')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByRole('row', { name: email })).toContainText('Nina Novak')

  const context = await browser.newContext({ baseURL })
  const theirs = await context.newPage()
  await theirs.goto('/kanban')
  await hydrated(theirs)
  await theirs.getByLabel('Email').fill(email)
  await theirs.getByLabel('Password', { exact: true }).fill('a long enough password')
  await theirs.getByRole('button', { name: 'Sign in' }).click()
  await expect(theirs.locator('[data-column="intake"]').first()).toBeVisible()
  await context.close()
})

test('an administrator adds a board and limits one of its columns', async ({ openBoardAs }) => {
  const { page } = await openBoardAs('admin', { path: '/admin' })
  const name = `Board ${Date.now()}`
  await page.getByRole('button', { name: 'Add board' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill(name)
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
  const columns = page.getByRole('table', { name: `Columns of ${name}` })
  await columns.getByRole('button', { name: 'Edit Intake' }).click()
  const dialog = page.getByRole('dialog', { name: 'Edit column' })
  await dialog.getByRole('switch', { name: 'Limit the number of matters' }).click()
  await dialog.getByRole('spinbutton').fill('7')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(columns.getByRole('row', { name: 'Intake' })).toContainText('7, shown')
})

test('a partner is told that the administration is not theirs', async ({ openBoardAs }) => {
  const { page } = await openBoardAs('partner', { path: '/admin' })
  await expect(page.getByRole('heading', { name: 'This page is for administrators' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Add member' })).toHaveCount(0)
})
