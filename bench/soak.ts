import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { Browser, BrowserContext, CDPSession, Page, Request } from '@playwright/test'
import { launchBrowser } from './bench-browser.ts'
import { serveBoard } from './bench-server.ts'

/*
 * What a board that is open all day costs its browser: `npm run build`, then `npm run bench:soak`. By polling and by a
 * socket in turns: an idle hour on a clock that runs faster, and then many changes by a colleague. It starts its own
 * server with its own data and leaves neither behind.
 *
 *   --updates COUNT   changes of the soak (20000)
 *   --minutes COUNT   the idle time (60)
 *   --ways LIST       polling,websocket
 */

const options = parseArgs({
  options: { updates: { type: 'string', default: '20000' }, minutes: { type: 'string', default: '60' }, ways: { type: 'string', default: 'polling,websocket' } },
}).values
const [UPDATES, MINUTES] = [Number(options.updates), Number(options.minutes)]
const WAYS = options.ways.split(',')
/** Changes before anything is weighed: what is compiled and cached then stays. */
const WARM_UP = 2_000
/** Changes under way at once. */
const WRITERS = 4
const STEP_MS = 5_000

const say = (line: string) => process.stdout.write(`${line}\n`)
const megabytes = (bytes: number) => (bytes / 1024 / 1024).toFixed(1)
const signed = (bytes: number) => `${bytes < 0 ? '−' : '+'}${megabytes(Math.abs(bytes))} MB`

interface Reader { context: BrowserContext, page: Page, cdp: CDPSession, boardId: string }

const folder = await mkdtemp(join(tmpdir(), 'aster-soak-'))
let browser: Browser | null = null
try {
  browser = await launchBrowser()
  for (const way of WAYS) {
    await serveBoard(join(folder, way), { NUXT_PUBLIC_REALTIME_TRANSPORT: way }, async ({ address }) => {
      await idle(browser!, address, way)
      await soak(browser!, address, way)
    })
  }
}
finally {
  await browser?.close()
  await rm(folder, { recursive: true, force: true })
}

/** Nothing happens, and nobody touches anything. */
async function idle(on: Browser, address: string, way: string): Promise<void> {
  const reader = await signIn(on, address, 'partner')
  const { page, cdp, context } = reader
  await page.clock.install()
  await open(reader)
  const traffic = watchTraffic(page)
  await pass(page, traffic, 2)
  const [heap, busy, asked] = [await heapBytes(cdp), await busySeconds(cdp), traffic.asked]
  await pass(page, traffic, MINUTES)
  const share = (await busySeconds(cdp) - busy) / (MINUTES * 60) * 100
  say(`${way.padEnd(10)} ${MINUTES} idle minutes: main thread ${share.toFixed(2)} %, ${traffic.asked - asked} requests, heap ${signed(await heapBytes(cdp) - heap)}`)
  await context.close()
}

interface Traffic { asked: number, open: Set<Request> }

function watchTraffic(page: Page): Traffic {
  const traffic: Traffic = { asked: 0, open: new Set() }
  page.on('request', (request) => {
    traffic.asked++
    traffic.open.add(request)
  })
  const end = (request: Request) => void traffic.open.delete(request)
  page.on('requestfinished', end)
  page.on('requestfailed', end)
  return traffic
}

/** Lets time pass, in steps short enough that every answer comes in its own. */
async function pass(page: Page, { open: asking }: Traffic, minutes: number): Promise<void> {
  for (let ms = 0; ms < minutes * 60_000; ms += STEP_MS) {
    await page.clock.runFor(STEP_MS)
    while (asking.size > 0)
      await sleep(5)
    // What the answer set off is done before the clock goes on.
    await page.evaluate(() => new Promise(resolve => requestAnimationFrame(resolve)))
  }
}

/** A colleague changes one matter after the other. */
async function soak(on: Browser, address: string, way: string): Promise<void> {
  const reader = await signIn(on, address, 'partner')
  const writer = await signIn(on, address, 'partner2')
  await open(reader)
  const shown = await reader.page.locator('li[data-matter-id]').evaluateAll(cards => cards.map(card => (card as HTMLElement).dataset.matterId!))
  const { matters } = await (await writer.context.request.get(`/api/kanban/snapshot?board=${writer.boardId}`)).json() as { matters: { id: string }[] }
  const ids = shown.filter(id => matters.some(matter => matter.id === id))
  let done = 0
  async function change(until: number): Promise<void> {
    await Promise.all(Array.from({ length: WRITERS }, async () => {
      while (done < until)
        await patch(writer, `${address}/api/matters/${ids[done % ids.length]!}`, `change ${++done}`)
    }))
    await reader.page.waitForFunction(text => document.body.textContent!.includes(text), `change ${until}`, { polling: 200 })
  }
  await change(WARM_UP)
  const before = await heapBytes(reader.cdp)
  const from = performance.now()
  await change(WARM_UP + UPDATES)
  const seconds = (performance.now() - from) / 1_000
  say(`${way.padEnd(10)} ${UPDATES} changes in ${seconds.toFixed(0)} s: heap ${signed(await heapBytes(reader.cdp) - before)} from ${megabytes(before)} MB`)
  await Promise.all([reader.context.close(), writer.context.close()])
}

async function patch({ context }: Reader, url: string, waitingOn: string): Promise<void> {
  const answer = await context.request.patch(url, { data: { waitingOn } })
  if (!answer.ok())
    throw new Error(await answer.text())
}

async function signIn(on: Browser, address: string, account: string): Promise<Reader> {
  const context = await on.newContext({ baseURL: address, locale: 'en-GB', viewport: { width: 2300, height: 1100 } })
  await context.request.post('/api/auth/login', { data: { email: `${account}@demo.test`, password: 'demo-password' } })
  const { boards } = await (await context.request.get('/api/auth/me')).json() as { boards: { id: string, isDefault: boolean }[] }
  const page = await context.newPage()
  const cdp = await context.newCDPSession(page)
  await cdp.send('Performance.enable')
  return { context, page, cdp, boardId: boards.find(({ isDefault }) => isDefault)!.id }
}

async function open({ page, boardId }: Reader): Promise<void> {
  await page.goto(`/boards/${boardId}`)
  await page.locator('[data-connection="live"]').waitFor()
}

/** What the page's scripts hold once all garbage is gone. */
async function heapBytes(cdp: CDPSession): Promise<number> {
  // Twice: what the first finds to be finalized goes with the second.
  await cdp.send('HeapProfiler.collectGarbage')
  await cdp.send('HeapProfiler.collectGarbage')
  return await metric(cdp, 'JSHeapUsedSize')
}

/** What the page's main thread has worked so far. */
function busySeconds(cdp: CDPSession): Promise<number> {
  return metric(cdp, 'TaskDuration')
}

async function metric(cdp: CDPSession, wanted: string): Promise<number> {
  const { metrics } = await cdp.send('Performance.getMetrics')
  return metrics.find(({ name }) => name === wanted)!.value
}
