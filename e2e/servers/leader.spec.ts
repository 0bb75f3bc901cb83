import type { Page } from '@playwright/test'
import { expect, hydrated } from '../fixtures.ts'
import { watchSockets } from '../support/colleague.ts'
import { test as base } from '../support/server-fixtures.ts'

interface Tab {
  page: Page
  sockets: ReturnType<typeof watchSockets>
}

const test = base.extend<{ tabs: (count: number) => Promise<Tab[]> }>({
  settings: { NUXT_PUBLIC_REALTIME_TRANSPORT: 'websocket' },
  tabs: async ({ server, colleague, openHere }, use) => {
    await use(async (count) => {
      const { context, page: first } = await openHere()
      await first.close()
      const tabs: Tab[] = []
      for (let n = 0; n < count; n++) {
        const page = await context.newPage()
        tabs.push({ page, sockets: watchSockets(page) })
        await page.goto(`${server.url}/boards/${colleague.boardId}`)
        await hydrated(page)
      }
      return tabs
    })
  },
})

const openSockets = (tabs: Tab[]) => tabs.reduce((sum, { sockets }) => sum + sockets.open(), 0)
const columnIn = (page: Page, { id }: { id: string }) => page.locator(`li[data-matter-id="${id}"]`)

test('[L1] five tabs share one connection; when the leader closes, another leads within two seconds', async ({ tabs, colleague }) => {
  test.slow()
  const matter = await colleague.create()
  const five = await tabs(5)
  await expect.poll(() => openSockets(five)).toBe(1)
  await colleague.move(matter, 'review')
  for (const { page } of five)
    await expect(columnIn(page, matter)).toHaveAttribute('data-column', 'review', { timeout: 3_000 })
  expect(openSockets(five)).toBe(1)

  const leader = five.find(({ sockets }) => sockets.open() === 1)!
  const others = five.filter(tab => tab !== leader)
  await leader.page.close()
  await expect.poll(() => openSockets(others), { timeout: 2_000, intervals: [50] }).toBe(1)
  await colleague.move(matter, 'waiting-client')
  for (const { page } of others)
    await expect(columnIn(page, matter)).toHaveAttribute('data-column', 'waiting-client', { timeout: 3_000 })
})

test('[L2] a frozen leader is replaced within twelve seconds, and its thaw does no harm', async ({ tabs, colleague }) => {
  test.slow()
  const matter = await colleague.create()
  const two = await tabs(2)
  await expect.poll(() => openSockets(two)).toBe(1)
  const leader = two.find(({ sockets }) => sockets.open() === 1)!
  const [other] = two.filter(tab => tab !== leader)
  await other!.page.bringToFront()
  // As a tab that the system has put to sleep: no timer and no message gets through.
  const session = await leader.page.context().newCDPSession(leader.page)
  await session.send('Debugger.enable')
  await session.send('Debugger.pause')
  await colleague.move(matter, 'review')
  await expect(columnIn(other!.page, matter)).toHaveAttribute('data-column', 'review', { timeout: 12_000 })
  await expect.poll(() => other!.sockets.open(), { timeout: 12_000 }).toBe(1)

  await session.send('Debugger.resume')
  await colleague.move(matter, 'waiting-client')
  for (const { page } of two)
    await expect(columnIn(page, matter)).toHaveAttribute('data-column', 'waiting-client', { timeout: 8_000 })
  await expect.poll(() => openSockets(two), { timeout: 10_000 }).toBe(1)
})
