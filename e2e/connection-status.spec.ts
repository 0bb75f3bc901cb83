import type { Page, WebSocketRoute } from '@playwright/test'
import { expect, fetchedAhead, hydrated, test } from './fixtures.ts'

const MINUTE = 60_000
/** Everything that goes to the server, and no built file. */
const API = '**/api/**'

const badge = (page: Page) => page.locator('[data-connection]')

/** A way to the server that can be cut, for requests and sockets alike. The page is loaded anew, because only sockets that open from now on can be. */
async function holdLink(page: Page): Promise<{ cut: () => Promise<void>, mend: () => Promise<void> }> {
  const sockets = new Set<WebSocketRoute>()
  let isCut = false
  await page.routeWebSocket('**/api/kanban/ws', (socket) => {
    if (isCut)
      return void socket.close()
    sockets.add(socket)
    socket.connectToServer()
  })
  // Timers that ran before would go by the machine's time.
  await page.clock.install()
  await page.reload()
  await hydrated(page)
  await expect(badge(page)).toHaveAttribute('data-connection', 'live')
  await fetchedAhead(page)
  return {
    async cut() {
      isCut = true
      await page.route(API, route => route.abort())
      await Promise.all([...sockets].map(socket => socket.close()))
    },
    async mend() {
      isCut = false
      await page.unroute(API)
    },
  }
}

test('a board without word of the server for five minutes says so, and asks before what is hard to take back', async ({ openBoardAs, createMatter }) => {
  const matter = await createMatter()
  const { page, link } = await openBoardAs('partner')
  const { cut, mend } = await holdLink(page)
  await link(matter).click()
  const panel = page.getByRole('complementary', { name: 'Matter', exact: true })
  await expect(panel).toBeVisible()
  await cut()
  await page.clock.runFor(30_000)
  await expect(badge(page)).toHaveAttribute('data-connection', 'delayed')
  await expect(page.locator('[data-stale-banner]')).toBeHidden()

  await page.clock.fastForward(5 * MINUTE)
  await page.clock.runFor(5_000)
  await expect(page.locator('[data-stale-banner]')).toContainText('This board may be out of date.')
  await expect(page.locator('[data-stale-banner]').getByRole('button', { name: 'Sync now' })).toBeVisible()

  await panel.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: /Delete/ }).click()
  await page.clock.runFor(1_000)
  const question = page.getByRole('dialog', { name: 'This board may be out of date' })
  await expect(question).toBeVisible()
  await question.getByRole('button', { name: 'Cancel' }).click()
  await page.clock.runFor(1_000)
  await expect(question).toBeHidden()
  await expect(link(matter)).toBeVisible()

  await mend()
  await page.locator('[data-stale-banner]').getByRole('button', { name: 'Sync now' }).click()
  await page.clock.runFor(5_000)
  await expect(page.locator('[data-stale-banner]')).toBeHidden()
  await expect(badge(page)).toHaveAttribute('data-connection', 'live')
})

test('the next try is counted down, can be had at once, and the server\'s return is told once', async ({ openBoardAs }) => {
  const { page } = await openBoardAs('partner')
  const { cut, mend } = await holdLink(page)
  await cut()
  await page.clock.runFor(10_000)
  await expect(badge(page)).toHaveAttribute('data-connection', 'delayed')
  // Long enough that its end is worth a word.
  await page.clock.runFor(30_000)
  await badge(page).click()
  await page.clock.runFor(500)
  await expect(page.locator('[data-next-try]')).toHaveText(/Next try in \d+ seconds?|Trying again now/)

  await mend()
  await page.getByRole('button', { name: 'Retry' }).click()
  // It goes by itself, so that it is looked for first.
  await expect(page.getByText(/^Back online after \d+ (sec|min)$/).first()).toBeVisible()
  await expect(badge(page)).toHaveAttribute('data-connection', 'live')
  await expect(page.locator('[data-next-try]')).toBeHidden()
})

test('a slow network is told, once, and no longer when it is quick again', async ({ openBoardAs }) => {
  const { page, context } = await openBoardAs('partner')
  await expect(badge(page)).toHaveAttribute('data-connection', 'live')
  // It goes by itself, and comes when the network is slow, which it may be on a busy machine already.
  const told = page.getByText('Your network is slow.').first().waitFor()
  const network = await context.newCDPSession(page)
  await network.send('Network.enable')
  const emulate = (latency: number) => network.send('Network.emulateNetworkConditions', { offline: false, latency, downloadThroughput: -1, uploadThroughput: -1 })
  await emulate(450)
  await badge(page).click()
  await page.getByRole('button', { name: 'Details' }).click()
  const measure = page.getByRole('button', { name: 'Measure now' })
  const figure = page.locator('[data-figure="network"]')
  await expect(async () => {
    await measure.click()
    await expect(figure).toContainText('Slow', { timeout: 1_500 })
  }).toPass({ timeout: 20_000 })
  await told

  await emulate(0)
  await expect(async () => {
    await measure.click()
    await expect(figure).toContainText('Good', { timeout: 500 })
  }).toPass({ timeout: 20_000 })
  await expect(page.getByText('Your network is slow.')).toHaveCount(0)
})

test('the figures open from the indicator, and are copied without a name', async ({ openBoardAs, createMatter, memberOf }) => {
  const matter = await createMatter()
  const { page, context } = await openBoardAs('partner')
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await badge(page).click()
  await page.getByRole('button', { name: 'Details' }).click()
  const panel = page.getByRole('dialog', { name: 'Connection details' })
  await expect(panel.locator('[data-figure="roundTrip"]')).toContainText(/\d+ ms/, { timeout: 15_000 })
  await expect(panel.locator('[data-figure="uptime"]')).toContainText('100%')
  await panel.getByText('As a table').click()
  await expect(panel.getByRole('table')).toContainText('Round trip (ms)')
  await panel.getByRole('button', { name: 'Copy for support' }).click()
  const copied = () => page.evaluate(() => navigator.clipboard.readText())
  await expect.poll(copied).toMatch(/^Aster Board: protocol \d+/)
  const text = await copied()
  expect(text).toMatch(/Round trip p50 \/ p95: \d+ ms/)
  for (const secret of [matter.title, matter.caseNumber, matter.id, matter.boardId, (await memberOf('partner')).name, (await memberOf('associate')).name])
    expect(text).not.toContain(secret)
  await page.keyboard.press('Escape')
  await expect(panel).toBeHidden()
})

test('off asks nothing at all until it is asked to', async ({ openBoardAs, createMatter }) => {
  const { boardId } = await createMatter()
  const { page, request } = await openBoardAs('clerk')
  const before = await request.patch('/api/auth/me', { data: { transport: 'off' } })
  expect(before.ok()).toBe(true)
  await page.goto('about:blank')
  await page.clock.install()
  // A page asks once for what is its member's own, and fetches the board's parts.
  const own = page.waitForResponse(/\/api\/personal/)
  await page.goto(`/boards/${boardId}`)
  await hydrated(page)
  await expect(badge(page)).toHaveAttribute('data-connection', 'off')
  await own
  await fetchedAhead(page)
  const asked: string[] = []
  page.on('request', asking => asked.push(`${asking.method()} ${asking.url()}`))
  page.on('websocket', socket => asked.push(`socket ${socket.url()}`))
  for (let minute = 0; minute < 15; minute++)
    await page.clock.runFor(MINUTE)
  expect(asked).toEqual([])
  await expect(page.locator('[data-stale-banner]')).toBeHidden()

  await page.locator('[data-refresh-board]').click()
  await expect.poll(() => asked.filter(line => line.includes('/api/kanban/updates'))).toHaveLength(1)
  expect((await request.patch('/api/auth/me', { data: { transport: null } })).ok()).toBe(true)
})
