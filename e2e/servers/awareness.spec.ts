import type { Page } from '@playwright/test'
import type { BoardWindow } from '../fixtures.ts'
import { expect } from '../fixtures.ts'
import { test } from '../support/server-fixtures.ts'

/*
 * What an administrator sets for all: each test has a firm of its own, since everybody else's tests would see it.
 */

const SOON = { timeout: 20_000 }
const banner = (page: Page) => page.locator('[data-maintenance]')
const form = (page: Page) => page.locator('[data-maintenance-form]')

/** Day and time of an instant by the firm's clock, as fields take them. */
function inTokyo(at: number): { day: string, time: string } {
  const [day = '', time = ''] = new Date(at + 9 * 3_600_000).toISOString().split('T')
  return { day, time: time.slice(0, 5) }
}

async function announce(page: Page, at: number, minutes: number, text: string): Promise<void> {
  const { day, time } = inTokyo(at)
  await page.getByRole('button', { name: 'Announce maintenance' }).click()
  await form(page).getByLabel('Day').fill(day)
  await form(page).getByLabel('Time').fill(time)
  await form(page).getByRole('spinbutton').fill(String(minutes))
  await form(page).getByLabel('What people are told').fill(text)
  await form(page).getByRole('button', { name: 'Announce maintenance' }).click()
  await expect(page.locator('[data-maintenance-announced]')).toContainText(text)
}

for (const transport of ['hybrid', 'polling']) {
  test.describe(transport, () => {
    test.use({ settings: { NUXT_PUBLIC_REALTIME_TRANSPORT: transport } })

    test('a maintenance is announced, counted down before two people, put off, and called off', async ({ openHere, administration }) => {
      const [mine, theirs] = [await openHere('partner'), await openHere('paralegal')]
      await announce(administration, Date.now() + 10 * 60_000, 30, 'A new version is put in.')
      for (const { page } of [mine, theirs]) {
        await expect(banner(page)).toContainText(/The board will be unavailable in (9|10) min, for about 30 min\. A new version is put in\./, SOON)
        await expect(page.getByRole('status').filter({ hasText: 'A new version is put in.' })).toHaveCount(1)
      }
      await expect(banner(administration)).toBeVisible()
      await mine.page.reload()
      await expect(banner(mine.page)).toContainText('for about 30 min')

      await administration.getByRole('button', { name: 'Change it' }).click()
      await form(administration).getByRole('spinbutton').fill('45')
      await form(administration).getByRole('button', { name: 'Change it' }).click()
      for (const { page } of [mine, theirs])
        await expect(banner(page)).toContainText('for about 45 min', SOON)

      await administration.getByRole('button', { name: 'Call it off' }).click()
      await administration.getByRole('dialog').getByRole('button', { name: 'Call it off' }).click()
      for (const page of [administration, mine.page, theirs.page])
        await expect(banner(page)).toHaveCount(0, SOON)
    })

    test('nobody sees anybody once the firm has turned presence off, until it is on again', async ({ openHere, administration }) => {
      const [mine, theirs] = [await openHere('partner'), await openHere('partner2')]
      const present = async (window: BoardWindow) => {
        const { members } = await (await window.request.get(`/api/presence?board=${/boards\/([^/?]+)/.exec(window.page.url())![1]}`)).json() as { members: unknown[] }
        return members.length
      }
      await expect.poll(() => present(mine), SOON).toBe(1)
      const visible = administration.getByRole('switch', { name: 'Show who is here' })
      await visible.click()
      await expect(visible).not.toBeChecked()
      await expect.poll(() => present(mine), SOON).toBe(0)
      await expect.poll(() => present(theirs), SOON).toBe(0)
      await visible.click()
      await expect.poll(() => present(mine), SOON).toBe(1)
    })
  })
}

test('notices are brought back step by step', async ({ administration }) => {
  const level = (name: string) => administration.getByRole('radio', { name, exact: true })
  await expect(level('Everything')).toBeChecked()
  await level('Nothing').click()
  await expect(administration.getByText('Saved.')).toBeVisible()
  for (const name of ['Maintenance only', 'What is about the person', 'Everything']) {
    await administration.getByRole('button', { name: `Bring back: ${name}` }).click()
    await expect(level(name)).toBeChecked()
  }
  await expect(administration.getByRole('button', { name: 'Bring back' })).toHaveCount(0)
  await administration.reload()
  await expect(level('Everything')).toBeChecked()
})

test('a maintenance that would be over already is refused with a word', async ({ administration }) => {
  await administration.getByRole('button', { name: 'Announce maintenance' }).click()
  await form(administration).getByLabel('Day').fill('2020-01-01')
  await form(administration).getByRole('button', { name: 'Announce maintenance' }).click()
  await expect(administration.getByRole('alert')).toHaveText('That would be over already.')
  await form(administration).getByLabel('Day').fill('')
  await form(administration).getByRole('button', { name: 'Announce maintenance' }).click()
  await expect(administration.getByRole('alert').filter({ hasText: 'Give a day' })).toBeVisible()
})
