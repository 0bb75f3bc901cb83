import type { Locator, Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'

const SOON = { timeout: 20_000 }

const feed = (page: Page) => page.getByRole('complementary', { name: 'Activity' })
const stepsOf = (page: Page, matter: { id: string }): Locator => feed(page).locator(`[data-step-matter="${matter.id}"]`)

test('a colleague\'s move appears in the feed by itself, and leads to its matter', async ({ openBoardAs, createMatter }) => {
  const matter = await createMatter()
  const [mine, theirs] = [await openBoardAs('partner'), await openBoardAs('partner2')]
  await mine.page.keyboard.press('a')
  await expect(feed(mine.page).getByRole('heading', { name: 'Activity' })).toBeFocused()
  await expect(stepsOf(mine.page, matter).getByText('opened the matter')).toBeVisible()

  const answer = await theirs.request.post(`/api/matters/${matter.id}/move`, { data: { column: 'review' } })
  expect(answer.ok(), await answer.text()).toBe(true)
  await expect(stepsOf(mine.page, matter).first()).toContainText('moved it from In progress to Review', SOON)
  await expect(stepsOf(mine.page, matter).first()).toContainText('Robert Hayes')

  await stepsOf(mine.page, matter).first().getByRole('link').click()
  await expect(mine.page).toHaveURL(new RegExp(`/matters/${matter.id}$`))
  await mine.page.goBack()
  await expect(stepsOf(mine.page, matter)).toHaveCount(2)
  await mine.page.keyboard.press('Escape')
  await expect(feed(mine.page)).toBeHidden()
  await expect(mine.page.getByRole('button', { name: 'Activity of the board' })).toBeFocused()
})

test('the feed says what happened while its reader was away, once', async ({ openBoardAs, createMatter }) => {
  const matter = await createMatter()
  const [mine, theirs] = [await openBoardAs('partner'), await openBoardAs('partner2')]
  // They were here, and look away.
  await mine.page.goto('about:blank')
  await expect.poll(async () => (await (await mine.request.get(`/api/boards/${matter.boardId}/activity`)).json() as { lastVisit: number | null }).lastVisit).not.toBeNull()
  for (const title of ['While they were away', 'And once more'])
    expect((await theirs.request.patch(`/api/matters/${matter.id}`, { data: { title } })).ok()).toBe(true)

  const read = mine.page.waitForResponse(/\/visit$/)
  await mine.page.goto(`/boards/${matter.boardId}/activity`)
  const away = feed(mine.page).locator('[data-activity-away]')
  await expect(away).toContainText('2 changes by one person since')
  await expect(feed(mine.page).locator('[data-activity-divider]')).toBeVisible()
  await expect(feed(mine.page).locator('li').nth(0)).toContainText('And once more')

  // Once it was read, it is told no more; and who comes back at once wasn't away.
  await read
  await mine.page.goto(`/boards/${matter.boardId}/activity`)
  await expect(stepsOf(mine.page, matter)).not.toHaveCount(0)
  await expect(away).toHaveCount(0)
  await expect(feed(mine.page).locator('[data-activity-divider]')).toHaveCount(0)
})

test('[W3] a matter behind a wall never appears in a paralegal\'s feed, and leaves an open one', async ({ openBoardAs, createMatter }) => {
  const [open, walled] = [await createMatter(), await createMatter()]
  const [mine, theirs] = [await openBoardAs('partner'), await openBoardAs('paralegal')]
  const answers: string[] = []
  theirs.page.on('response', response => /\/activity\b/.test(response.url()) && response.request().resourceType() === 'fetch' && void response.text().then(text => answers.push(text), () => {}))
  await theirs.page.keyboard.press('a')
  await expect(stepsOf(theirs.page, walled)).toHaveCount(1)

  const { id } = await (await mine.request.get('/api/auth/me')).json().then(({ member }: { member: { id: string } }) => member)
  const sealed = await mine.request.patch(`/api/matters/${walled.id}`, {
    data: { confidentiality: 'SEALED', assignments: { put: [{ memberId: id, role: 'PRIMARY_LAWYER' }] } },
  })
  expect(sealed.ok(), await sealed.text()).toBe(true)
  await expect(stepsOf(theirs.page, walled)).toHaveCount(0, SOON)
  answers.length = 0
  expect((await mine.request.patch(`/api/matters/${walled.id}`, { data: { title: 'Behind the wall' } })).ok()).toBe(true)
  expect((await mine.request.patch(`/api/matters/${open.id}`, { data: { title: 'Before the wall' } })).ok()).toBe(true)
  await expect(stepsOf(theirs.page, open)).toHaveCount(2, SOON)
  await expect(stepsOf(theirs.page, walled)).toHaveCount(0)
  expect(answers.join('\n')).not.toContain(walled.id)
  const read = await theirs.request.get(`/api/boards/${open.boardId}/activity?matter=${walled.id}`)
  expect(await read.json()).toMatchObject({ activity: [] })
})

test('the feed shows one person, one kind and one matter alone', async ({ openBoardAs, createMatter }) => {
  const [one, two] = [await createMatter(), await createMatter()]
  const [mine, theirs] = [await openBoardAs('partner'), await openBoardAs('partner2')]
  expect((await theirs.request.post(`/api/matters/${one.id}/move`, { data: { column: 'review' } })).ok()).toBe(true)
  expect((await theirs.request.post(`/api/matters/${two.id}/comments`, { data: { body: 'Nobody reads this in a feed' } })).ok()).toBe(true)
  await mine.page.getByRole('button', { name: 'Activity of the board' }).click()
  const steps = feed(mine.page).locator('[data-step]')
  await expect(steps).toHaveCount(4)
  await expect(feed(mine.page)).not.toContainText('Nobody reads this')

  await feed(mine.page).getByLabel('Kind').click()
  await mine.page.getByRole('option', { name: 'Comments' }).click()
  await expect(steps).toHaveCount(1)
  await expect(steps).toContainText('wrote a comment')
  await feed(mine.page).getByLabel('Kind').click()
  await mine.page.getByRole('option', { name: 'Everything' }).click()
  await feed(mine.page).getByLabel('Person').click()
  await mine.page.getByRole('option', { name: 'Robert Hayes' }).click()
  await expect(steps).toHaveCount(2)
  await stepsOf(mine.page, one).getByRole('button', { name: `Only ${one.caseNumber}` }).click()
  await expect(steps).toHaveCount(1)
  await expect(steps).toContainText('moved it')
})
