import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, hydrated, test } from './fixtures.ts'

/** A Trello export written for this test: two open lists, an archived one, comments and a checklist. */
function trelloFile(name: string) {
  const id = (n: number) => `63792cd2${n.toString(16).padStart(16, '0')}`
  const board = {
    id: id(Math.floor(Math.random() * 1e9)),
    name,
    lists: [{ id: id(2), name: 'Doing', pos: 2, closed: false }, { id: id(1), name: 'To do', pos: 1, closed: false }, { id: id(3), name: 'Old', pos: 3, closed: true }],
    cards: [
      { id: id(11), name: 'Lease of the corner shop', idList: id(1), pos: 1, closed: false, idMembers: ['m1'] },
      { id: id(12), name: 'Will of Mr Abe', idList: id(2), pos: 1, closed: false, due: '2026-12-01T03:00:00.000Z' },
      { id: id(13), name: 'Put away', idList: id(2), pos: 2, closed: true },
    ],
    members: [{ id: 'm1', fullName: 'Somebody Else' }],
    checklists: [{ id: id(21), idCard: id(11), name: 'Checklist', checkItems: [{ id: id(22), name: 'Sign', state: 'incomplete' }] }],
    actions: [{ id: id(31), type: 'commentCard', date: '2026-01-01T00:00:00Z', data: { text: 'Called the landlord', card: { id: id(11) } } }],
  }
  return { name: `${name}.json`, mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(board)) }
}

function csvFile(name: string, rows: string[]) {
  return { name: `${name}.csv`, mimeType: 'text/csv', buffer: Buffer.from(rows.join('\r\n')) }
}

async function choose(page: Page, file: ReturnType<typeof csvFile>): Promise<void> {
  await page.locator('input[type=file]').setInputFiles(file)
}

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.target.join(' ')}`)).toEqual([])
}

test.describe('importing', () => {
  test('a partner brings a Trello board over, sees each row, repeats it and takes it back', async ({ openBoardAs }, { workerIndex }) => {
    const { page } = await openBoardAs('partner', { path: '/import' })
    const file = trelloFile(`Moved cases ${workerIndex}-${Date.now()}`)
    await choose(page, file)
    await expect(page.locator('[data-count=matters]')).toContainText('3')
    await expect(page.locator('[data-count=columns]')).toContainText('1 archived')
    await expect(page.locator('[data-count=comments]')).toHaveText('1')
    await page.getByRole('button', { name: 'Import 3 matters' }).click()
    await expect(page.getByRole('heading', { name: 'The import is done' })).toBeFocused()
    await expect(page.locator('[data-row-result=created]')).toHaveCount(3)
    const result = page.url()

    await page.getByRole('link', { name: 'Open the board' }).click()
    await expect(page.locator('section[data-column=to-do]').getByText('Lease of the corner shop')).toBeVisible()
    await expect(page.getByText('Put away')).toBeHidden()

    await page.goto('/import')
    await hydrated(page)
    await choose(page, file)
    await expect(page.getByRole('button', { name: 'Nothing to import' })).toBeDisabled()
    await expect(page.locator('[data-result=skipped]')).toContainText('3')

    await page.goto(result)
    await hydrated(page)
    await page.getByRole('button', { name: 'Take it back' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Take it back' }).click()
    await expect(page.getByRole('heading', { name: 'The import was taken back' })).toBeVisible()
    await expect(page.getByRole('link', { name: 'Open the board' })).toBeHidden()
  })

  test('a table is mapped: what its columns mean, how it writes dates, and who is who', async ({ openBoardAs, memberOf }, { workerIndex }) => {
    const { page } = await openBoardAs('partner', { path: '/import' })
    const associate = await memberOf('associate')
    const name = `Table ${workerIndex}-${Date.now()}`
    await choose(page, csvFile(name, [
      'name;stage;who;when;remark', `${name} lease;Draft;AB;03/04/2026;first`, `${name} will;Done;AB;05/06/2026;second`, ';Draft;AB;05/06/2026;third',
    ]))
    await expect(page.getByText('separated by semicolon')).toBeVisible()
    await expect(page.getByText('Row 4: has no title')).toBeVisible()
    await page.getByRole('combobox', { name: '“who” becomes' }).or(page.getByRole('button', { name: '“who” becomes' })).click()
    await page.getByRole('option', { name: 'Responsible lawyer' }).click()
    await page.getByRole('combobox', { name: '“when” becomes' }).or(page.getByRole('button', { name: '“when” becomes' })).click()
    await page.getByRole('option', { name: 'Deadline' }).click()
    await expect(page.getByRole('button', { name: 'Import 2 matters' })).toBeDisabled()
    await page.getByLabel('Dates in “when”').click()
    await page.getByRole('option', { name: 'Day first' }).click()
    await page.getByRole('combobox', { name: '“AB” is' }).or(page.getByRole('button', { name: '“AB” is' })).click()
    await page.getByRole('option', { name: associate.name }).click()
    await page.getByRole('button', { name: 'Import 2 matters' }).click()
    await expect(page.getByRole('heading', { name: 'The import is done' })).toBeVisible()
    await expect(page.locator('[data-row-result=failed]')).toContainText('has no title')
    await page.getByRole('link', { name: `${name} lease` }).click()
    const panel = page.getByRole('dialog').or(page.getByRole('complementary'))
    await expect(panel.getByText(associate.name).first()).toBeVisible()
  })

  test('a file that is no import is refused with its reason, and nothing is kept of it', async ({ openBoardAs }) => {
    const { page, request } = await openBoardAs('partner2', { path: '/import' })
    const before = await (await request.get('/api/imports')).json() as { imports: unknown[] }
    await choose(page, { name: 'lines.json', mimeType: 'application/json', buffer: Buffer.from('{"id":1}\n{"id":2}\n') })
    await expect(page.getByRole('alert')).toContainText('one JSON object on each line')
    await choose(page, { name: 'book.xlsx', mimeType: 'application/octet-stream', buffer: Buffer.from([0x50, 0x4B, 3, 4, 0, 0]) })
    await expect(page.getByRole('alert')).toContainText('Save it as CSV')
    expect(await (await request.get('/api/imports')).json()).toEqual(before)
  })

  test('is open to partners and administrators only', async ({ openBoardAs }) => {
    const { page, request } = await openBoardAs('associate', { path: '/import' })
    await expect(page.getByRole('heading', { name: 'Imports aren\'t open to you' })).toBeVisible()
    const answer = await request.post('/api/imports?name=a.csv', { data: 'title,x\na,b', headers: { 'content-type': 'text/csv' } })
    expect([answer.status(), (await answer.json() as { code: string }).code]).toEqual([403, 'FORBIDDEN'])
  })

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`has no accessibility fault in ${colorScheme}, and fits a phone`, async ({ openBoardAs }, { workerIndex }) => {
      const { page } = await openBoardAs('partner', { path: '/import', colorScheme, viewport: { width: 360, height: 740 } })
      await expectAccessible(page)
      await choose(page, csvFile(`Phone ${colorScheme} ${workerIndex}-${Date.now()}`, ['title,status,due,owner', 'A rather long title of a matter,Open,2026-12-24,Nobody Known']))
      await expect(page.getByRole('button', { name: 'Import one matter' })).toBeVisible()
      await expectAccessible(page)
      await page.getByRole('button', { name: 'Import one matter' }).click()
      await expect(page.getByRole('heading', { name: 'The import is done' })).toBeVisible()
      await expect(page.locator('[data-row-result=created]')).toBeVisible()
      await expectAccessible(page)
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
    })
  }
})
