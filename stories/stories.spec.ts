import { createReadStream, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import type { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { test as base, expect } from '@playwright/test'

/*
 * Looks at every story as the build has them: that it shows something, that nothing fails meanwhile, that it fits a phone,
 * and what axe says of it, light and English, dark and Japanese. A worker has one page for all of its stories, so that the
 * browser reads and compiles their code once; each look begins with a new document, and with nothing that another kept.
 */

type AxeOptions = Parameters<AxeBuilder['options']>[0]

/** What the page of a story knows. */
interface StoryWindow {
  __STORYBOOK_PREVIEW__: { currentRender?: { phase?: string } }
  axe: { run: (context: { exclude: string[] }, options: AxeOptions) => ReturnType<AxeBuilder['analyze']> }
}

interface Story { id: string, title: string, name: string, type: string, tags: string[] }

/** The page that a worker's stories are shown on. */
interface Stage {
  page: Page
  address: string
  /** What went wrong since they were emptied. */
  problems: string[]
  /** Takes away what is shown, and everything that it kept. */
  clear: () => Promise<void>
}

const folder = process.env.E2E_STORIES!
const { entries } = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as { entries: Record<string, Story> }
const LOOKS = [{ theme: 'light', locale: 'en', width: 1440 }, { theme: 'dark', locale: 'ja', width: 360 }] as const
const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.json': 'application/json', '.woff2': 'font/woff2' }
/** The axe that its package for Playwright brings. */
const AXE = createRequire(fileURLToPath(import.meta.resolve('@axe-core/playwright'))).resolve('axe-core/axe.min.js')

/** A story is no whole page; what is tagged `inactive` can't be acted on. */
const notAsked = (tags: readonly string[]) => ['page-has-heading-one', 'landmark-one-main', 'region', ...tags.includes('inactive') ? ['color-contrast'] : []]
const asked = (tags: readonly string[]): AxeOptions => ({
  resultTypes: ['violations'],
  // Its rule about style sheets is one of those that axe leaves out by itself: reading them would be in vain.
  preload: { assets: ['media'] },
  rules: Object.fromEntries(notAsked(tags).map(rule => [rule, { enabled: false }])),
})

/** Stops of the library's own that hand the keyboard on to the notices, and hold nothing. */
const HAND_ON = '[role="region"] > span[aria-hidden="true"][tabindex="0"]'

const test = base.extend<object, { stage: Stage }>({
  stage: [async ({ playwright, launchOptions }, use) => {
    const server = createServer((request, response) => {
      const path = normalize(new URL(request.url!, 'http://localhost').pathname).replace(/^(?:\.\.\/)+/, '')
      if (path === '/favicon.ico')
        return void response.writeHead(204).end()
      // The build doesn't change under a run: the browser asks for each file once, and keeps what it compiled.
      response.setHeader('cache-control', 'max-age=86400, immutable')
      response.setHeader('content-type', TYPES[extname(path)] ?? 'application/octet-stream')
      if (path === '/blank.html')
        return void response.end('<!doctype html><title>Between two stories</title>')
      createReadStream(path === '/axe.js' ? AXE : join(folder, path)).on('error', () => response.writeHead(404).end()).pipe(response)
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

    // Only a profile on the disk keeps compiled code.
    const context = await playwright.chromium.launchPersistentContext('', { ...launchOptions, locale: 'en-GB', timezoneId: 'Asia/Tokyo', serviceWorkers: 'block', reducedMotion: 'reduce' })
    const page = context.pages()[0]!
    const problems: string[] = []
    page.on('pageerror', error => problems.push(String(error)))
    page.on('console', message => ['error', 'warning'].includes(message.type()) && problems.push(`${message.text()} ${message.location().url}`))
    page.on('request', request => request.url().startsWith(address) || request.url().startsWith('data:') || problems.push(`asked ${request.url()}`))

    const devtools = await context.newCDPSession(page)
    async function clear(): Promise<void> {
      await page.goto(`${address}/blank.html`)
      await page.evaluate(() => sessionStorage.clear())
      await devtools.send('Storage.clearDataForOrigin', { origin: address, storageTypes: 'cookies,local_storage,indexeddb,cache_storage' })
    }
    await use({ page, address, problems, clear })
    await context.close()
    server.close()
  }, { scope: 'worker' }],
})

for (const { id, title, name, tags } of Object.values(entries).filter(({ type }) => type === 'story')) {
  test(`${title}: ${name}`, async ({ stage: { page, address, problems, clear } }) => {
    problems.length = 0
    for (const { theme, locale, width } of LOOKS) {
      await page.setViewportSize({ width, height: 900 })
      await page.goto(`${address}/iframe.html?viewMode=story&id=${id}&globals=theme:${theme};locale:${locale}`)
      await page.locator('[data-story-shown]').waitFor()
      const phase = await page.waitForFunction(() => {
        const { phase = '' } = (globalThis as unknown as StoryWindow).__STORYBOOK_PREVIEW__.currentRender ?? {}
        return ['completed', 'finished', 'errored'].includes(phase) && phase
      })
      expect(await phase.jsonValue(), `${theme}, ${locale}: it is shown, and played to its end`).not.toBe('errored')
      expect(await page.evaluate(() => document.scrollingElement!.scrollWidth - document.scrollingElement!.clientWidth), `${theme}, ${locale}, ${width} px: nothing sticks out`).toBeLessThanOrEqual(0)
      await page.addScriptTag({ url: '/axe.js' })
      const violations = await page.evaluate(async ({ exclude, options }) => {
        const { violations } = await (globalThis as unknown as StoryWindow).axe.run({ exclude }, options)
        return violations.map(({ id: rule, nodes }) => `${rule}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)
      }, { exclude: [HAND_ON], options: asked(tags) })
      expect(violations, `${theme}, ${locale}: axe`).toEqual([])
      await clear()
    }
    expect(problems).toEqual([])
  })
}
