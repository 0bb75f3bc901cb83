import { createReadStream, readFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import process from 'node:process'
import AxeBuilder from '@axe-core/playwright'
import { expect, test } from '@playwright/test'

/*
 * Looks at every story as the build has them: that it shows something, that nothing fails meanwhile, that it fits a phone,
 * and what axe says of it, light and English, dark and Japanese.
 */

/** What the page of a story says of how far it is. */
interface Preview { __STORYBOOK_PREVIEW__: { currentRender?: { phase?: string } } }

interface Story { id: string, title: string, name: string, type: string, tags: string[] }

const folder = process.env.E2E_STORIES!
const { entries } = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as { entries: Record<string, Story> }
const LOOKS = [{ theme: 'light', locale: 'en', width: 1440 }, { theme: 'dark', locale: 'ja', width: 360 }] as const
const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.json': 'application/json', '.woff2': 'font/woff2' }

let server: Server
let address = ''

test.beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/favicon.ico')
      return void response.writeHead(204).end()
    const path = normalize(new URL(request.url!, 'http://localhost').pathname).replace(/^(?:\.\.\/)+/, '')
    response.setHeader('content-type', TYPES[extname(path)] ?? 'application/octet-stream')
    createReadStream(join(folder, path)).on('error', () => response.writeHead(404).end()).pipe(response)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
test.afterAll(() => server.close())

/** A story is no whole page; what is tagged `inactive` can't be acted on. */
const notAsked = (tags: readonly string[]) => ['page-has-heading-one', 'landmark-one-main', 'region', ...tags.includes('inactive') ? ['color-contrast'] : []]

/** Stops of the library's own that hand the keyboard on to the notices, and hold nothing. */
const HAND_ON = '[role="region"] > span[aria-hidden="true"][tabindex="0"]'

for (const { id, title, name, tags } of Object.values(entries).filter(({ type }) => type === 'story')) {
  test(`${title}: ${name}`, async ({ page }) => {
    const problems: string[] = []
    page.on('pageerror', error => problems.push(String(error)))
    page.on('console', message => ['error', 'warning'].includes(message.type()) && problems.push(`${message.text()} ${message.location().url}`))
    page.on('request', request => request.url().startsWith(address) || request.url().startsWith('data:') || problems.push(`asked ${request.url()}`))
    for (const { theme, locale, width } of LOOKS) {
      await page.setViewportSize({ width, height: 900 })
      await page.goto(`${address}/iframe.html?viewMode=story&id=${id}&globals=theme:${theme};locale:${locale}`)
      await page.locator('[data-story-shown]').waitFor()
      await page.waitForFunction(() => ['completed', 'finished', 'errored'].includes((globalThis as unknown as Preview).__STORYBOOK_PREVIEW__.currentRender?.phase ?? ''))
      expect(await page.evaluate(() => document.scrollingElement!.scrollWidth - document.scrollingElement!.clientWidth), `${theme}, ${locale}, ${width} px: nothing sticks out`).toBeLessThanOrEqual(0)
      const { violations } = await new AxeBuilder({ page }).disableRules(notAsked(tags)).exclude(HAND_ON).analyze()
      expect(violations.map(({ id: rule, nodes }) => `${rule}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`), `${theme}, ${locale}: axe`).toEqual([])
    }
    expect(problems).toEqual([])
  })
}
