import type { Page } from '@playwright/test'
import type { BoardWindow } from './fixtures.ts'
import { expect, hydrated, test } from './fixtures.ts'

test.use({ serviceWorkers: 'allow' })

/** Wide enough that all columns of the default board are on the screen. */
const WALL = { viewport: { width: 2300, height: 1100 } }
/** A colleague sees a change within the base interval, and a little for the way. */
const SOON = { timeout: 8_000 }

const panel = (page: Page) => page.getByRole('complementary', { name: 'Matter', exact: true })

/** Waits until the device has the built files, and the board's rows. */
async function keptOnDevice(page: Page): Promise<void> {
  await page.evaluate(() => navigator.serviceWorker.ready)
  await page.waitForFunction(() => navigator.serviceWorker.controller)
  await expect.poll(() => kept(page, 'rows')).toBeGreaterThan(0)
}

/** Waits until so many changes would outlive the page: they show before the device has them. */
async function expectStored(page: Page, changes: number): Promise<void> {
  await expect.poll(() => kept(page, 'outbox')).toBe(changes)
}

/** How many rows of boards, or changes that wait, this browser keeps. */
async function kept(page: Page, storeName: 'rows' | 'outbox'): Promise<number> {
  return await page.evaluate(async (storeName) => {
    const counts = (await indexedDB.databases()).map(({ name }) => new Promise<number>((resolve) => {
      const opening = indexedDB.open(name!)
      opening.onsuccess = () => {
        const database = opening.result
        const asked = database.objectStoreNames.contains(storeName) ? database.transaction(storeName).objectStore(storeName).count() : null
        const done = (count: number) => (database.close(), resolve(count))
        if (asked)
          asked.onsuccess = () => done(asked.result)
        else
          done(0)
      }
      opening.onerror = () => resolve(0)
    }))
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0)
  }, storeName)
}

/** Everything in the browser's caches: address and content. */
async function cached(page: Page): Promise<{ path: string, body: string }[]> {
  return await page.evaluate(async () => {
    const caches = await Promise.all((await window.caches.keys()).map(name => window.caches.open(name)))
    const entries = await Promise.all(caches.map(async cache => await Promise.all((await cache.keys()).map(async request => ({
      path: new URL(request.url).pathname,
      body: await (await cache.match(request))!.text(),
    })))))
    return entries.flat()
  })
}

async function expectWaiting(page: Page, words: string): Promise<void> {
  await page.locator('[data-connection]').click()
  await expect(page.getByText(words)).toBeVisible()
  await page.keyboard.press('Escape')
}

/** Changes that the page sends from now on, and what came of them. */
function watchSent(page: Page): string[] {
  const sent: string[] = []
  const note = (what: string, url: string) => url.endsWith('/api/kanban/mutations') && sent.push(`${what} at ${new Date().toISOString()}`)
  page.on('request', request => note(`${request.method()} ${request.postData()}`, request.url()))
  page.on('requestfinished', request => note('answered', request.url()))
  page.on('requestfailed', request => note(`failed ${request.failure()?.errorText}`, request.url()))
  return sent
}

async function openOffline({ page }: BoardWindow, path: string): Promise<void> {
  await page.goto(path)
  await hydrated(page)
}

test('work without a network outlives a reload, and is applied once when it is back', async ({ openBoardAs, createMatter }) => {
  const matter = await createMatter({ column: 'ready-filing' })
  const [mine, theirs] = [await openBoardAs('partner', WALL), await openBoardAs('partner2', WALL)]
  await keptOnDevice(mine.page)
  const sent = watchSent(mine.page)
  await mine.context.setOffline(true)
  await expect(mine.page.locator('[data-connection="offline"]')).toBeVisible()

  await mine.card(matter).dragTo(mine.column('in-progress'))
  await mine.expectIn(matter, 'in-progress')
  await mine.link(matter).click()
  await panel(mine.page).getByRole('button', { name: /^Title: / }).click()
  await panel(mine.page).getByRole('textbox', { name: 'Title', exact: true }).fill('Renamed in a tunnel')
  await mine.page.keyboard.press('Enter')
  await panel(mine.page).getByRole('textbox', { name: 'Write a comment' }).fill('Written in a tunnel')
  await mine.page.keyboard.press('Control+Enter')
  await expect(panel(mine.page).getByText('Written in a tunnel')).toBeVisible()
  await expectWaiting(mine.page, '3 changes wait to be sent')

  await expectStored(mine.page, 3)
  await mine.page.reload()
  await hydrated(mine.page)
  await expect(mine.page.locator('[data-connection="offline"]')).toBeVisible()
  await mine.expectIn(matter, 'in-progress')
  await expect(mine.card(matter)).toContainText('Renamed in a tunnel')
  await expect(panel(mine.page).getByText('Written in a tunnel')).toBeVisible()
  await expectWaiting(mine.page, '3 changes wait to be sent')
  expect(sent, 'nothing is sent without a network').toEqual([])
  await theirs.expectIn(matter, 'ready-filing')

  await mine.context.setOffline(false)
  await theirs.expectIn(matter, 'in-progress', SOON)
  await expect(theirs.card(matter)).toContainText('Renamed in a tunnel', SOON)
  await expect(mine.page.locator('[data-connection="live"]')).toBeVisible(SOON)
  await expect.poll(async () => {
    const { comments } = await (await theirs.request.get(`/api/matters/${matter.id}/comments`)).json() as { comments: { body: string }[] }
    return comments.map(({ body }) => body)
  }, SOON).toEqual(['Written in a tunnel'])
  await expect.poll(async () => {
    const { activity } = await (await theirs.request.get(`/api/matters/${matter.id}/activity`)).json() as { activity: { kind: string }[] }
    return activity.map(({ kind }) => kind).sort()
  }).toEqual(['commentAdded', 'created', 'edited', 'moved'])
})

test('who comes back reads what became of their changes and what others did, and a refused text is there to take along', async ({ openBoardAs, createMatter, memberOf }) => {
  const [partner, paralegal] = [await memberOf('partner'), await memberOf('paralegal')]
  const assignments = [{ memberId: partner.id, role: 'PRIMARY_LAWYER' }, { memberId: paralegal.id, role: 'PARALEGAL' }]
  const [kept, lost] = [await createMatter({ assignments }), await createMatter({ assignments })]
  const [mine, theirs] = [await openBoardAs('paralegal', WALL), await openBoardAs('partner', WALL)]
  await keptOnDevice(mine.page)
  await mine.context.setOffline(true)
  for (const [matter, text] of [[kept, 'Written where there was no network'], [lost, 'Written without a right to it']] as const) {
    await mine.link(matter).click()
    await panel(mine.page).getByRole('button', { name: /^Title: / }).click()
    await panel(mine.page).getByRole('textbox', { name: 'Title', exact: true }).fill(text)
    await mine.page.keyboard.press('Enter')
    await expect(mine.card(matter)).toContainText(text)
  }
  await expectStored(mine.page, 2)
  await mine.page.reload()
  await hydrated(mine.page)
  await expect(mine.card(lost)).toContainText('Written without a right to it')
  const unassigned = await theirs.request.patch(`/api/matters/${lost.id}`, { data: { assignments: { remove: [paralegal.id] } } })
  expect(unassigned.ok(), await unassigned.text()).toBe(true)

  await mine.context.setOffline(false)
  await mine.page.getByTestId('away').click()
  await expect(mine.dialog.locator('[data-end="in"]')).toContainText(kept.caseNumber)
  await expect(mine.dialog.locator('[data-end="refused"]')).toContainText(lost.caseNumber)
  await expect(mine.dialog.locator('[data-end="refused"]')).toContainText('Written without a right to it')
  await mine.page.keyboard.press('Escape')
  await expect(mine.card(kept)).toContainText('Written where there was no network')
  await expect(mine.card(lost)).toContainText(lost.title)
  await expect(theirs.card(kept)).toContainText('Written where there was no network', SOON)
})

test('any address opens without a network, in both languages', async ({ openBoardAs, createMatter, ownBoard, baseURL }) => {
  const matter = await createMatter({ column: 'in-progress' })
  const window = await openBoardAs('partner', WALL)
  const { page, context } = window
  await keptOnDevice(page)
  await context.setOffline(true)

  await openOffline(window, `/boards/${await ownBoard()}/matters/${matter.id}`)
  await expect(panel(page).getByRole('heading', { name: new RegExp(matter.caseNumber) })).toBeVisible()
  await expect(window.card(matter)).toContainText(matter.title)
  await openOffline(window, '/boards/01900000-0000-7000-8000-000000000000')
  await expect(page.getByRole('heading', { name: 'This board isn\'t on this device yet' })).toBeVisible()
  await openOffline(window, '/import')
  await expect(page.getByRole('heading', { name: 'This page needs the network' })).toBeVisible()
  await openOffline(window, '/')
  await expect(page).toHaveURL(/\/boards\/[\w-]+$/)
  await openOffline(window, '/login')
  await expect(page).toHaveURL(/\/boards\/[\w-]+$/)

  await context.addCookies([{ name: 'aster-locale', value: 'ja', url: baseURL! }])
  await openOffline(window, '/import')
  await expect(page.getByRole('heading', { name: 'このページには接続が必要です' })).toBeVisible()
  await context.setOffline(false)
  await page.getByRole('button', { name: '再試行' }).click()
  await expect(page.getByRole('heading', { name: 'このページには接続が必要です' })).toBeHidden()
})

test('no page with data and no answer of the API is ever in a cache', async ({ openBoardAs, createMatter, memberOf }) => {
  const matter = await createMatter({ title: 'Nothing of this in a cache', clientName: 'Uncached K.K.' })
  const { page, link } = await openBoardAs('partner', WALL)
  await keptOnDevice(page)
  await link(matter).click()
  await expect(panel(page)).toBeVisible()
  await page.reload()
  await hydrated(page)
  await page.goto('/import')
  await hydrated(page)
  await page.goto('/nowhere')

  const entries = await cached(page)
  const { name } = await memberOf('partner')
  expect(entries.length).toBeGreaterThan(50)
  expect(entries.map(({ path }) => path).filter(path => !/^\/(?:_nuxt\/|_i18n\/|shell$|favicon\.svg$)/.test(path))).toEqual([])
  expect(entries.filter(({ body }) => [matter.title, matter.caseNumber, 'Uncached K.K.', name].some(word => body.includes(word)))).toEqual([])
})

test('signing out leaves nothing on the device that somebody could read', async ({ openBoardAs, createMatter, memberOf, ownBoard }) => {
  const matter = await createMatter({ title: 'Gone with its reader' })
  const { page, context, link } = await openBoardAs('partner', WALL)
  await keptOnDevice(page)
  await link(matter).click()
  await panel(page).getByRole('textbox', { name: 'Write a comment' }).fill('Typed and never sent')
  await page.getByRole('button', { name: /Account of/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(page.getByRole('dialog')).toContainText('Something that you typed is not saved yet.')
  await page.getByRole('button', { name: 'Sign out anyway' }).click()
  await expect(page).toHaveURL(/\/login/)

  const { id, name } = await memberOf('partner')
  await expect.poll(() => page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name))).toEqual([])
  const { local, tab } = await page.evaluate(() => ({ local: JSON.stringify({ ...localStorage }), tab: JSON.stringify({ ...sessionStorage }) }))
  for (const word of [matter.title, matter.caseNumber, 'Typed and never sent', name])
    expect(local + tab).not.toContain(word)
  // The tab's own history names addresses; nothing that outlives the tab does.
  for (const word of [matter.id, id])
    expect(local).not.toContain(word)
  expect((await cached(page)).filter(({ body }) => body.includes(matter.title) || body.includes(name))).toEqual([])

  await context.setOffline(true)
  await page.goto(`/boards/${await ownBoard()}`)
  await expect(page.getByText('Signing in needs the network.')).toBeVisible()
  await expect(page.locator('[data-matter-id]')).toHaveCount(0)
})

test('a session that ended meanwhile is asked for when the network is back, and loses nothing', async ({ openBoardAs, createMatter }) => {
  const matter = await createMatter({ column: 'ready-filing' })
  const mine = await openBoardAs('partner', WALL)
  await keptOnDevice(mine.page)
  await mine.context.setOffline(true)
  await mine.page.reload()
  await hydrated(mine.page)
  await mine.card(matter).dragTo(mine.column('in-progress'))
  await mine.expectIn(matter, 'in-progress')
  await mine.context.clearCookies({ name: 'aster-session' })
  await mine.context.setOffline(false)
  await expect(mine.page.getByRole('alert').filter({ hasText: 'Your session has ended' })).toBeVisible(SOON)
  await mine.expectIn(matter, 'in-progress')
  await mine.page.getByRole('link', { name: 'Sign in again' }).click()
  await mine.page.getByLabel('Email').fill('partner@demo.test')
  await mine.page.getByLabel('Password', { exact: true }).fill('demo-password')
  await mine.page.keyboard.press('Enter')
  const theirs = await openBoardAs('partner2', WALL)
  await theirs.expectIn(matter, 'in-progress', SOON)
})

test('a newer version is offered, and comes when the person wants it', async ({ openBoardAs, createMatter }) => {
  const matter = await createMatter()
  const { page, link } = await openBoardAs('partner', WALL)
  await keptOnDevice(page)
  await link(matter).click()
  await panel(page).getByRole('textbox', { name: 'Write a comment' }).fill('Half a sen')
  // What the service worker of another build says when it takes over.
  await page.evaluate(() => navigator.serviceWorker.dispatchEvent(new MessageEvent('message', { data: { kind: 'build', build: 'the next one' } })))
  await expect(page.getByText('A new version is ready', { exact: true })).toBeVisible()
  await panel(page).getByRole('textbox', { name: 'Write a comment' }).pressSequentially('tence')
  const loaded = page.waitForEvent('load')
  await page.getByRole('button', { name: 'Reload', exact: true }).click()
  await loaded
  await hydrated(page)
  await expect(panel(page).getByRole('textbox', { name: 'Write a comment' })).toHaveValue('Half a sentence')
})

test('[K1] a page that the server no longer understands keeps what waits, and sends it once it is the new one', async ({ openBoardAs, createMatter }) => {
  const matter = await createMatter({ column: 'ready-filing' })
  const mine = await openBoardAs('partner', { ...WALL, serviceWorkers: 'block' })
  // From the change on: a page that hears it of a poll before takes none.
  let isNewer = false
  await mine.context.route('**/api/kanban/**', (route) => {
    isNewer ||= route.request().url().endsWith('/api/kanban/mutations')
    return isNewer ? route.fulfill({ status: 426, json: { code: 'UPGRADE_REQUIRED', message: 'newer pages only' } }) : route.fallback()
  })
  await mine.card(matter).dragTo(mine.column('in-progress'))
  const banner = mine.page.getByRole('alert').filter({ hasText: 'This page is older than the server.' })
  await expect(banner).toContainText('One change that waits is kept.')
  await mine.expectIn(matter, 'in-progress')
  await expect(mine.card(matter).getByRole('button')).toHaveCount(0)
  await expect(mine.page.getByRole('link', { name: 'New matter' })).toHaveCount(0)

  await expectStored(mine.page, 1)
  await mine.context.unroute('**/api/kanban/**')
  await banner.getByRole('button', { name: 'Reload' }).click()
  const theirs = await openBoardAs('partner2', WALL)
  await theirs.expectIn(matter, 'in-progress', SOON)
  await expect(banner).toBeHidden()
})
