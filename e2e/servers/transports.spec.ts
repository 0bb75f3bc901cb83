import { request as requests } from '@playwright/test'
import type { BoardWindow, MatterOnBoard } from '../fixtures.ts'
import { expect, signIn } from '../fixtures.ts'
import { watchSockets } from '../support/colleague.ts'
import { test } from '../support/server-fixtures.ts'

const live = (window: BoardWindow, via: 'socket' | 'polling') => window.page.locator(`[data-connection="live"][data-via="${via}"]`)

async function setMode(url: string, settings: { mode: string | null, share: number }): Promise<void> {
  const admin = await requests.newContext({ baseURL: url })
  await signIn(admin, 'admin')
  const answer = await admin.put('/api/transport', { data: settings })
  expect(answer.ok(), await answer.text()).toBe(true)
  await admin.dispose()
}

/** Matters as the page shows them: column by matter. */
const shown = (window: BoardWindow, matters: MatterOnBoard[]) => Promise.all(matters.map(matter => window.card(matter).getAttribute('data-column')))

test('[T1] the firm\'s way changes during a stream of moves, and every move arrives once', async ({ server, colleague, openHere }) => {
  test.slow()
  const matters = await Promise.all(Array.from({ length: 6 }, (_, n) => colleague.create({ title: `Stream ${n}` })))
  const mine = await openHere()
  const sockets = watchSockets(mine.page)
  // Where each card was, one stay after another.
  await mine.page.evaluate(() => {
    const stays: Record<string, string[]> = {}
    Object.assign(window, { stays })
    const look = () => document.querySelectorAll('li[data-matter-id]').forEach((card) => {
      const [id, column] = [card.getAttribute('data-matter-id')!, card.getAttribute('data-column')!]
      const known = stays[id] ??= []
      if (known.at(-1) !== column)
        known.push(column)
    })
    look()
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-column'] })
  })
  await expect(live(mine, 'socket')).toBeVisible()

  const turns = ['review', 'waiting-client', 'review', 'ready-filing', 'in-progress', 'review']
  for (const [turn, column] of turns.entries()) {
    if (turn === 1)
      await setMode(server.url, { mode: 'polling', share: 100 })
    if (turn === 3)
      await setMode(server.url, { mode: 'websocket', share: 100 })
    for (const matter of matters)
      await colleague.move(matter, column)
    await expect(async () => expect(await shown(mine, matters)).toEqual(matters.map(() => column))).toPass({ timeout: 15_000 })
  }
  await expect(live(mine, 'socket')).toBeVisible({ timeout: 15_000 })
  // Every move was seen, and none twice: told again, it would bring a card back to where it was.
  const stays = await mine.page.evaluate(() => (window as unknown as { stays: Record<string, string[]> }).stays)
  for (const { id } of matters)
    expect(stays[id]).toEqual(['in-progress', ...turns])
  await expect.poll(() => sockets.open()).toBe(1)
})

test('[T2] behind a proxy that refuses upgrades the board is live by polling at once, and says so', async ({ office, colleague, openHere }) => {
  const matter = await colleague.create()
  office.refuseUpgrades(true)
  const mine = await openHere('partner', office.url)
  await expect(live(mine, 'polling')).toBeVisible({ timeout: 2_000 })
  await colleague.move(matter, 'review')
  await mine.expectIn(matter, 'review', { timeout: 8_000 })
  await mine.page.locator('[data-connection]').click()
  await expect(mine.page.getByRole('dialog')).toContainText(/network (here )?blocks/i)
  expect(office.upgraded).toBe(0)
})

test('[T4] a server that was killed and comes back is caught up with on a socket within two seconds, without a reload', async ({ server, colleague, openHere }) => {
  test.slow()
  const [early, late] = [await colleague.create({ title: 'Before the crash' }), await colleague.create({ title: 'After the crash' })]
  const mine = await openHere()
  await expect(live(mine, 'socket')).toBeVisible()
  await mine.page.evaluate(() => Object.assign(window, { isSamePage: true }))
  await colleague.move(early, 'review')
  await mine.expectIn(early, 'review')
  await server.stop('SIGKILL')
  await expect(mine.page.locator('[data-connection="delayed"]')).toBeVisible({ timeout: 15_000 })

  await server.start()
  const from = Date.now()
  await colleague.move(late, 'waiting-client')
  await mine.expectIn(late, 'waiting-client', { timeout: 2_000 })
  await expect(live(mine, 'socket')).toBeVisible({ timeout: Math.max(1, 2_000 - (Date.now() - from)) })
  expect(await mine.page.evaluate(() => 'isSamePage' in window)).toBe(true)
})

test('[B4] a server that is told to end tells its sockets when to come back, and ends', async ({ server, openHere }) => {
  const windows = [await openHere(), await openHere(), await openHere()]
  const watched = windows.map(({ page }) => watchSockets(page))
  // Watched from the first socket on.
  await Promise.all(windows.map(({ page }) => page.reload()))
  for (const window of windows)
    await expect(live(window, 'socket')).toBeVisible()
  const took = await server.stop('SIGTERM')
  expect(took).toBeLessThan(15_000)
  const byes = () => watched.map(({ sentTo }) => sentTo().map(frame => JSON.parse(frame) as { t: string, code?: string, after?: number }).find(({ t }) => t === 'bye'))
  // The browsers tell of it in their own time.
  await expect.poll(byes).toEqual(windows.map(() => expect.objectContaining({ code: 'drain' })))
  // Two of three may draw the same millisecond of ten seconds.
  expect(new Set(byes().map(bye => bye!.after)).size, 'they come back at different times').toBeGreaterThan(1)
})

test('[S3] a socket on which everything gets lost is noticed, and polling carries on', async ({ office, colleague, openHere }) => {
  test.setTimeout(90_000)
  const matter = await colleague.create()
  const mine = await openHere('partner', office.url)
  await expect(live(mine, 'socket')).toBeVisible()
  office.dropSilently()
  const from = Date.now()
  await colleague.move(matter, 'review')
  await mine.expectIn(matter, 'review', { timeout: 45_000 })
  expect(Date.now() - from).toBeLessThan(45_000)
  await expect(live(mine, 'socket')).toBeVisible({ timeout: 15_000 })
})

test('[B3] a cut of all sockets loses nothing', async ({ office, colleague, openHere }) => {
  const matter = await colleague.create()
  const mine = await openHere('partner', office.url)
  await expect(live(mine, 'socket')).toBeVisible()
  office.cut()
  await colleague.move(matter, 'review')
  await mine.expectIn(matter, 'review', { timeout: 5_000 })
  await expect(live(mine, 'socket')).toBeVisible({ timeout: 10_000 })
})

test('with sockets off the server refuses them, and a member can turn live updates off for good', async ({ server, colleague, openHere }) => {
  await setMode(server.url, { mode: 'polling', share: 100 })
  const matter = await colleague.create()
  const mine = await openHere()
  await expect(live(mine, 'polling')).toBeVisible()
  const ticket = await mine.request.post('/api/kanban/ticket')
  expect(ticket.status()).toBe(403)
  expect(await ticket.json()).toMatchObject({ code: 'SOCKETS_OFF' })

  const answer = await mine.request.patch('/api/auth/me', { data: { transport: 'off' } })
  expect(answer.ok(), await answer.text()).toBe(true)
  await expect(mine.page.locator('[data-connection="off"]')).toBeVisible({ timeout: 10_000 })
  const asked: string[] = []
  // Parts of the page that it loads ahead ask for nothing.
  mine.page.on('request', request => new URL(request.url()).pathname.startsWith('/api/') && asked.push(request.url()))
  // While a colleague's page asks again and again, this one asks nothing.
  const theirs = await openHere('associate')
  const polls: string[] = []
  theirs.page.on('request', request => request.url().includes('/api/kanban/updates') && polls.push(request.url()))
  await colleague.move(matter, 'review')
  await theirs.expectIn(matter, 'review')
  await expect.poll(() => polls.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(3)
  expect(asked).toEqual([])
  await mine.expectIn(matter, 'in-progress')
  await mine.page.getByRole('button', { name: 'Refresh', exact: false }).first().click()
  await mine.expectIn(matter, 'review')
})

test.describe('priority', () => {
  test.use({ settings: { NUXT_PUBLIC_REALTIME_TRANSPORT: 'priority' } })

  test('what is assigned to the reader comes by the socket at once', async ({ colleague, openHere }) => {
    const mine = await openHere()
    const me = await (await mine.request.get('/api/auth/me')).json() as { member: { id: string } }
    const urgent = await colleague.create({ title: 'Mine', assignments: [{ memberId: me.member.id, role: 'PRIMARY_LAWYER' }] })
    await expect(live(mine, 'socket')).toBeVisible()
    await expect(mine.card(urgent)).toBeVisible()
    const sockets = watchSockets(mine.page)
    await mine.page.reload()
    await expect(live(mine, 'socket')).toBeVisible()
    await colleague.move(urgent, 'review')
    await mine.expectIn(urgent, 'review')
    await expect.poll(() => sockets.sentTo().some(frame => frame.startsWith('{"t":"d"') && frame.includes(urgent.id))).toBe(true)
  })
})
