import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, hydrated, test } from './fixtures.ts'

/** Nothing that axe calls a fault, and nothing that the browser complains of. */
async function expectNoFault(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([])
}

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    // With the service worker, as people have it.
    test.use({ contextOptions: { colorScheme, reducedMotion: 'reduce' }, serviceWorkers: 'allow' })

    test('the board has no accessibility fault, on a desk and on a phone, and none of its pages complains', async ({ openBoardAs }) => {
      const { page } = await openBoardAs('partner', { path: '/kanban' })
      const said: string[] = []
      page.on('console', message => ['error', 'warning'].includes(message.type()) && said.push(message.text()))
      page.on('pageerror', error => said.push(error.message))
      await page.reload()
      await hydrated(page)
      await expectNoFault(page)
      await page.getByRole('button', { name: /^Filter/ }).first().click()
      await expect(page.getByRole('group', { name: 'Filter the board' })).toBeVisible()
      await expectNoFault(page)
      await page.keyboard.press('Escape')
      await page.setViewportSize({ width: 390, height: 800 })
      await expectNoFault(page)
      expect(said).toEqual([])
    })

    test('a matter that is opened by its address on a phone has no accessibility fault and nothing to complain of', async ({ openBoardAs, createMatter }) => {
      const matter = await createMatter()
      const { page } = await openBoardAs('partner', { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true })
      const said: string[] = []
      page.on('console', message => ['error', 'warning'].includes(message.type()) && said.push(message.text()))
      await page.goto(`/boards/${matter.boardId}/matters/${matter.id}`)
      await hydrated(page)
      await expectNoFault(page)
      expect(said).toEqual([])
    })

    test('administration has no accessibility fault', async ({ openBoardAs }) => {
      const { page } = await openBoardAs('admin', { path: '/admin' })
      await expectNoFault(page)
    })

    test('sign-in and a page that isn\'t there have no accessibility fault', async ({ browser, baseURL }) => {
      const context = await browser.newContext({ baseURL, locale: 'en-GB', colorScheme, reducedMotion: 'reduce' })
      const page = await context.newPage()
      await page.goto('/login')
      await hydrated(page)
      await expectNoFault(page)
      await page.goto('/nowhere')
      await expectNoFault(page)
      await context.close()
    })
  })
}
