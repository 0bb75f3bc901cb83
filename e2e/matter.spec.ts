import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import type { MatterOnBoard } from './fixtures.ts'
import { expect, hydrated, test } from './fixtures.ts'

/** A colleague sees a change within the base interval, and a little for the way. */
const SOON = { timeout: 8_000 }

const panel = (page: Page) => page.getByRole('complementary', { name: 'Matter', exact: true })
const field = (page: Page, label: string) => panel(page).getByRole('textbox', { name: label, exact: true })

const pathOf = (matter: Pick<MatterOnBoard, 'id' | 'boardId'>) => `/boards/${matter.boardId}/matters/${matter.id}`

async function edit(page: Page, label: string, value: string): Promise<void> {
  await panel(page).getByRole('button', { name: new RegExp(`^${label}: `) }).click()
  await field(page, label).fill(value)
}

test('a matter is created from the form and opens beside the board', async ({ openBoardAs }) => {
  const { page, column } = await openBoardAs('partner')
  await page.getByRole('link', { name: 'New matter' }).click()
  const form = page.getByRole('form', { name: 'New matter' })
  await form.getByRole('button', { name: 'Create the matter' }).click()
  await expect(form.getByText('Give the matter a title.')).toBeVisible()
  const title = `Shop lease, second floor ${Date.now()}`
  await form.getByRole('textbox', { name: 'Title' }).fill(title)
  await form.getByRole('textbox', { name: 'Client', exact: true }).fill('Hoshino Foods')
  await page.reload()
  await hydrated(page)
  await expect(form.getByRole('textbox', { name: 'Title' }), 'what was typed outlives a reload').toHaveValue(title)
  await form.getByRole('button', { name: 'Create the matter' }).click()
  await expect(panel(page).getByRole('button', { name: `Title: ${title}. Edit` })).toBeVisible()
  await expect(page).toHaveURL(/\/matters\/[0-9a-f-]{36}$/)
  await expect(column('intake').getByText(title)).toBeVisible()
})

test('who is no lawyer chooses one, and may go on working on the matter', async ({ openBoardAs, memberOf }) => {
  const lawyer = await memberOf('associate')
  const { page } = await openBoardAs('paralegal')
  await page.getByRole('link', { name: 'New matter' }).click()
  const form = page.getByRole('form', { name: 'New matter' })
  await form.getByRole('textbox', { name: 'Title' }).fill('Filed by a paralegal')
  await form.getByRole('button', { name: 'Create the matter' }).click()
  await expect(form.getByText('Choose the lawyer who leads the matter.')).toBeVisible()
  await form.getByRole('button', { name: 'Primary lawyer' }).click()
  await page.getByRole('option', { name: lawyer.name }).click()
  await form.getByRole('button', { name: 'Create the matter' }).click()
  await edit(page, 'Title', 'Filed and corrected by a paralegal')
  await field(page, 'Title').press('Enter')
  await expect(panel(page).getByRole('button', { name: 'Title: Filed and corrected by a paralegal. Edit' })).toBeVisible()
})

test('two people edit: other fields merge, the same field asks', async ({ openBoardAs, createMatter, memberOf }) => {
  const matter = await createMatter()
  const ben = await memberOf('partner2')
  const [mine, theirs] = [await openBoardAs('partner'), await openBoardAs('partner2')]
  await mine.page.goto(pathOf(matter))
  await hydrated(mine.page)
  await theirs.link(matter).click()

  await edit(mine.page, 'Title', 'Mine, not saved yet')
  await edit(theirs.page, 'Court', 'Tokyo District Court')
  await field(theirs.page, 'Court').press('Enter')
  await expect(panel(mine.page).getByRole('button', { name: 'Court: Tokyo District Court. Edit' })).toBeVisible(SOON)
  await expect(field(mine.page, 'Title')).toHaveValue('Mine, not saved yet')
  await expect(field(mine.page, 'Title')).toBeFocused()

  await edit(theirs.page, 'Title', 'Theirs')
  await field(theirs.page, 'Title').press('Enter')
  await expect(panel(mine.page).getByText(`${ben.name} changed this to`)).toBeVisible(SOON)
  await expect(field(mine.page, 'Title')).toHaveValue('Mine, not saved yet')
  await panel(mine.page).getByRole('button', { name: 'Keep mine' }).click()
  await field(mine.page, 'Title').press('Enter')
  await expect(panel(theirs.page).getByRole('button', { name: 'Title: Mine, not saved yet. Edit' })).toBeVisible(SOON)
})

test('the open panel keeps its scroll place, its selection and its typed text while the board updates', async ({ openBoardAs, createMatter }) => {
  const [matter, other] = [await createMatter({ description: 'A line.\n\n'.repeat(60) }), await createMatter()]
  const [mine, theirs] = [await openBoardAs('partner'), await openBoardAs('partner2')]
  await mine.link(matter).click()
  const body = panel(mine.page).locator('[data-panel-body]')
  const box = field(mine.page, 'Write a comment')
  // Nothing more comes in above what is typed: the description is drawn by a part that is loaded when it is needed.
  await expect(panel(mine.page).getByText('A line.', { exact: true })).toHaveCount(60)
  await expect(panel(mine.page).getByText('No comments yet')).toBeVisible()
  await box.fill('The client called about the key money.')
  await box.evaluate((element: HTMLTextAreaElement) => element.setSelectionRange(4, 10))
  const scrolled = await body.evaluate(element => element.scrollTop)
  expect(scrolled).toBeGreaterThan(100)

  for (const id of [matter.id, other.id])
    expect((await theirs.request.post(`/api/matters/${id}/move`, { data: { column: 'review' } })).ok()).toBe(true)
  await mine.expectIn(other, 'review', SOON)
  await mine.expectIn(matter, 'review', SOON)
  await expect(panel(mine.page).getByRole('button', { name: 'Column Review' })).toBeVisible()
  expect(await body.evaluate(element => element.scrollTop)).toBe(scrolled)
  await expect(box).toBeFocused()
  expect(await box.evaluate((element: HTMLTextAreaElement) => element.value.slice(element.selectionStart, element.selectionEnd))).toBe('client')

  await mine.page.keyboard.press('Escape')
  await expect(panel(mine.page)).toBeHidden()
  await expect(mine.link(matter), 'the keyboard is back on the card').toBeFocused()
  await mine.link(matter).click()
  await expect(box, 'what was typed is kept').toHaveValue('The client called about the key money.')
})

test('comments, tasks and deadlines reach the colleague', async ({ openBoardAs, createMatter }) => {
  const matter = await createMatter()
  const [mine, theirs] = [await openBoardAs('partner'), await openBoardAs('partner2')]
  for (const { page } of [mine, theirs]) {
    await page.goto(pathOf(matter))
    await hydrated(page)
  }
  await field(mine.page, 'Write a comment').fill('**Agreed** with the landlord.')
  await field(mine.page, 'Write a comment').press('Control+Enter')
  await expect(panel(theirs.page).locator('strong', { hasText: 'Agreed' })).toBeVisible(SOON)

  await field(mine.page, 'Add a task').fill('Send the draft')
  await field(mine.page, 'Add a task').press('Enter')
  await expect(panel(theirs.page).getByRole('checkbox', { name: 'Send the draft' })).toBeVisible(SOON)
  await panel(theirs.page).getByRole('checkbox', { name: 'Send the draft' }).click()
  await expect(panel(mine.page).getByRole('checkbox', { name: 'Send the draft' })).toBeChecked(SOON)

  await panel(mine.page).getByRole('button', { name: 'Add a deadline' }).click()
  const form = panel(mine.page).getByRole('form', { name: 'Add a deadline' })
  await form.getByLabel('What has to happen').fill('Answer to the complaint')
  await form.getByLabel('Date').fill('2020-01-15')
  await form.getByRole('button', { name: 'Save' }).click()
  await expect(panel(theirs.page).getByText('Overdue', { exact: true })).toBeVisible(SOON)
  await expect(panel(theirs.page).getByText('Answer to the complaint', { exact: true })).toBeVisible()

  await panel(theirs.page).getByRole('button', { name: 'History' }).click()
  await expect(panel(theirs.page).getByText('added the task Send the draft')).toBeVisible()
})

test('a colleague is assigned, made the primary lawyer, and another taken off', async ({ openBoardAs, createMatter, memberOf }) => {
  const matter = await createMatter()
  const [associate, clerk] = [await memberOf('associate'), await memberOf('clerk')]
  const { page, link } = await openBoardAs('partner')
  await link(matter).click()
  for (const { name } of [associate, clerk]) {
    await panel(page).getByRole('button', { name: 'Add a colleague' }).click()
    await page.getByRole('option', { name }).click()
  }
  await panel(page).getByRole('combobox', { name: `Role of ${associate.name}` }).click()
  await page.getByRole('option', { name: 'Primary lawyer' }).click()
  await panel(page).getByRole('button', { name: `Take ${clerk.name} off the matter` }).click()
  await expect(panel(page).getByRole('button', { name: `Take ${clerk.name} off the matter` })).toBeHidden()
  await expect(panel(page).getByRole('listitem').filter({ hasText: associate.name })).toContainText('Primary lawyer')
})

test('a matter is put on hold, released, closed with an outcome and deleted', async ({ openBoardAs, createMatter }) => {
  const matter = await createMatter({ priority: 'URGENT' })
  const [mine, theirs] = [await openBoardAs('partner'), await openBoardAs('partner2')]
  await mine.link(matter).click()
  await theirs.link(matter).click()
  const act = async (name: RegExp | string) => {
    await panel(mine.page).getByRole('button', { name: 'More actions' }).click()
    await mine.page.getByRole('menuitem', { name }).click()
  }
  await act('Put on hold…')
  await mine.dialog.getByRole('textbox').fill('Fee unpaid')
  await mine.dialog.getByRole('button', { name: 'Put on hold' }).click()
  await expect(panel(mine.page).getByText('Fee unpaid')).toBeVisible()
  await panel(mine.page).getByRole('button', { name: 'Release the hold' }).click()
  await expect(panel(mine.page).getByText('Fee unpaid')).toBeHidden()

  await act('Close…')
  await mine.dialog.getByRole('combobox').click()
  await mine.page.getByRole('option', { name: 'Settled' }).click()
  await mine.dialog.getByRole('textbox').fill('Paid in full')
  await mine.dialog.getByRole('button', { name: 'Close the matter' }).click()
  await mine.expectIn(matter, 'closed')
  await expect(panel(mine.page).getByText('Settled').first()).toBeVisible()

  await act('Delete…')
  await mine.dialog.getByRole('button', { name: 'Delete the matter' }).click()
  await expect(panel(mine.page)).toBeHidden()
  await expect(theirs.page.getByRole('heading', { name: 'This matter is no longer available' })).toBeVisible(SOON)
})

test('an associate asks to close, and a partner approves', async ({ openBoardAs, createMatter, memberOf }) => {
  const { id } = await memberOf('associate')
  const matter = await createMatter({ priority: 'URGENT', assignments: [{ memberId: id, role: 'PRIMARY_LAWYER' }] })
  const [associate, partner] = [await openBoardAs('associate'), await openBoardAs('partner')]
  await associate.link(matter).click()
  await partner.link(matter).click()
  await panel(associate.page).getByRole('button', { name: 'More actions' }).click()
  await associate.page.getByRole('menuitem', { name: 'Ask a partner to close…' }).click()
  await associate.dialog.getByRole('combobox').click()
  await associate.page.getByRole('option', { name: 'Won' }).click()
  await associate.dialog.getByRole('textbox').fill('Judgment is final')
  await associate.dialog.getByRole('button', { name: /Ask/ }).click()
  await expect(panel(partner.page).getByText('Judgment is final')).toBeVisible(SOON)
  await panel(partner.page).getByRole('button', { name: 'Close the matter…' }).click()
  await partner.dialog.getByRole('button', { name: 'Close the matter' }).click()
  await partner.expectIn(matter, 'closed')
  await associate.expectIn(matter, 'closed', SOON)
})

test('an address asked for while signed out comes back after sign-in', async ({ page, createMatter }) => {
  const matter = await createMatter({ title: 'Asked for while signed out' })
  await page.goto(pathOf(matter))
  await hydrated(page)
  await page.getByLabel('Email').fill('partner@demo.test')
  await page.getByLabel('Password', { exact: true }).fill('demo-password')
  await page.keyboard.press('Enter')
  await expect(panel(page).getByRole('button', { name: 'Title: Asked for while signed out. Edit' })).toBeVisible()
  await expect(page).toHaveURL(new RegExp(`/matters/${matter.id}$`))
})

test('a client reads their own matters, and another one looks as if it weren\'t there', async ({ openBoardAs, createMatter, memberOf }) => {
  const { id } = await memberOf('client')
  const [own, foreign] = [await createMatter({ clientMemberIds: [id] }), await createMatter()]
  const client = await openBoardAs('client')
  await expect(client.card(foreign)).toHaveCount(0)
  await client.link(own).click()
  await expect(panel(client.page).getByText('You can read this matter, not change it.')).toBeVisible()
  await expect(panel(client.page).getByText('Comments')).toHaveCount(0)
  await expect(panel(client.page).getByRole('textbox')).toHaveCount(0)
  await client.page.goto(pathOf(foreign))
  await hydrated(client.page)
  const gone = panel(client.page).getByRole('heading', { name: 'This matter is no longer available' })
  await expect(gone).toBeVisible()
  const hidden = await panel(client.page).innerText()
  await client.page.goto(pathOf({ ...foreign, id: crypto.randomUUID() }))
  await hydrated(client.page)
  await expect(gone).toBeVisible()
  expect(await panel(client.page).innerText()).toBe(hidden)
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the panel and the form are accessible in ${colorScheme}`, async ({ openBoardAs, createMatter }) => {
    const deadline = { id: crypto.randomUUID(), kind: 'HEARING', date: '2020-01-15', source: 'COURT' }
    const matter = await createMatter({
      description: 'A [link](https://example.com) and **bold**.', priority: 'HIGH', confidentiality: 'RESTRICTED', tags: ['lease'], deadlines: [deadline],
      tasks: [{ id: crypto.randomUUID(), title: 'Call', doneAt: null }], waitingOn: 'The bank',
    })
    const { page } = await openBoardAs('partner', { colorScheme, reducedMotion: 'reduce' })
    await page.goto(pathOf(matter))
    await hydrated(page)
    await panel(page).getByRole('button', { name: 'History' }).click()
    await panel(page).getByRole('button', { name: 'Add a deadline' }).click()
    await expect(panel(page).getByText('opened the matter')).toBeVisible()
    expect((await new AxeBuilder({ page }).include('aside').analyze()).violations).toEqual([])
    await page.goto(pathOf(matter).replace(/[^/]+$/, 'new'))
    await hydrated(page)
    await page.getByRole('button', { name: 'Create the matter' }).click()
    await expect(page.getByText('Give the matter a title.')).toBeVisible()
    expect((await new AxeBuilder({ page }).include('aside').analyze()).violations).toEqual([])
  })
}

test('a matter that somebody may no longer see leaves their screen, and stays nowhere in the page that brought it', async ({ openBoardAs, createMatter, memberOf, ownBoard }) => {
  const [partner, paralegal] = [await memberOf('partner'), await memberOf('paralegal')]
  const matter = await createMatter({
    title: 'Withdrawn from view', description: 'Withdrawn with it', assignments: [{ memberId: partner.id, role: 'PRIMARY_LAWYER' }, { memberId: paralegal.id, role: 'PARALEGAL' }],
  })
  const { page } = await openBoardAs('paralegal', { path: pathOf(matter) })
  await expect(panel(page)).toContainText('Withdrawn with it')
  const theirs = await openBoardAs('partner', { path: `/boards/${await ownBoard()}` })
  const answer = await theirs.request.patch(`/api/matters/${matter.id}`, { data: { confidentiality: 'RESTRICTED', assignments: { remove: [paralegal.id] } } })
  expect(answer.ok(), await answer.text()).toBe(true)
  await expect(panel(page)).toContainText('This matter is no longer available', SOON)
  await expect.poll(() => page.evaluate(() => {
    const { payload, $pinia } = (window as unknown as { useNuxtApp: () => { payload: object, $pinia: { state: { value: object } } } }).useNuxtApp()
    return JSON.stringify([document.documentElement.outerHTML, payload, $pinia.state.value])
  })).not.toContain('Withdrawn')
})
