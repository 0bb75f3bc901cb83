import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { Browser, BrowserContext, CDPSession, Page } from '@playwright/test'
import { launchBrowser } from './bench-browser.ts'
import type { BenchServer } from './bench-server.ts'
import { startBoard } from './bench-server.ts'
import { busyTimes, heapInUse, median, tableRow, watchPages } from './browser-probe.ts'

/*
 * How a board of 5,000 matters feels in a real browser, with two people on it: `npm run build`, then
 * `node bench/big-board.ts`. It starts its own server with its own data and leaves neither behind. For each
 * thing that a person does it prints the median of what they wait for, and the longest task and the whole
 * work of the browser's main thread meanwhile, in milliseconds.
 *
 *   --matters COUNT   how many matters (5000)
 *   --rounds COUNT    how often each is done (5)
 *   --polls COUNT     polls of the long sitting; 720 are an hour's (720)
 *   --queued COUNT    changes made without a network (200)
 *   --only TEXT       only the parts whose name begins with it
 */

const say = (line: string) => process.stdout.write(`${line}\n`)

const { values } = parseArgs({
  options: {
    matters: { type: 'string', default: '5000' },
    rounds: { type: 'string', default: '5' },
    polls: { type: 'string', default: '720' },
    queued: { type: 'string', default: '200' },
    only: { type: 'string', default: '' },
  },
})
const [MATTERS, ROUNDS, POLLS, QUEUED] = [values.matters, values.rounds, values.polls, values.queued].map(Number) as [number, number, number, number]
const PASSWORD = 'demo-password'
const WALL = { width: 2300, height: 1100 }
const BASE_INTERVAL_MS = 5_000
/** What a measured moment left behind is done by then. */
const CALM_MS = 1_500

interface Person { context: BrowserContext, page: Page, cdp: CDPSession }
interface Sample { wait?: number, longest: number, busy: number }

const dataDir = await mkdtemp(join(tmpdir(), 'aster-bench-'))
let server: BenchServer | null = null
let address = ''
let browser: Browser | null = null
let boardUrl = ''

try {
  server = await startBoard(dataDir, MATTERS)
  address = server.address
  browser = await launchBrowser()
  await measureAll()
}
finally {
  await browser?.close()
  await server?.stop()
  await rm(dataDir, { recursive: true, force: true })
}

async function measureAll(): Promise<void> {
  say(`${MATTERS} matters, medians of ${ROUNDS} in milliseconds\n\n| ${'what'.padEnd(52)} |   wait | longest task |   work |\n| ${'-'.repeat(52)} | -----: | -----------: | -----: |`)
  await part('first visit, reload online, reload offline', visits)
  const [mine, theirs] = [await signIn('partner'), await signIn('partner2')]
  await Promise.all([open(mine), open(theirs)])
  await keptOnDevice(mine)
  await part('polls', () => polls(mine, theirs))
  await part('drop', () => drops(mine))
  await part('edit', () => edits(mine))
  await part('panel', () => panels(mine))
  await part('search', () => searches(mine))
  await part('queue', () => queue(mine))
  await Promise.all([mine.context.close(), theirs.context.close()])
  await part('sitting', sitting)
}

async function part(name: string, measure: () => Promise<void>): Promise<void> {
  if (name.startsWith(values.only))
    await measure()
}

/** Until cards are on the screen, and the rows in IndexedDB. */
async function visits(): Promise<void> {
  const [first, stored, online, offline]: [Sample[], Sample[], Sample[], Sample[]] = [[], [], [], []]
  const [written, again]: [number[], number[]] = [[], []]
  for (let round = 0; round < ROUNDS; round++) {
    const person = await signIn('partner')
    const page = person.page
    const cards = async () => (await page.waitForFunction(() => window.bench?.cardsAt)).jsonValue() as Promise<number>
    // The rows are written some moments after they show: both are one visit.
    const visit = await traced(person, async () => {
      await page.goto(boardUrl)
      return await cards()
    })
    first.push(visit)
    stored.push(await traced(person, async () => {
      await keptOnDevice(person)
      return undefined
    }))
    await sleep(CALM_MS)
    written.push(await page.evaluate(() => window.bench.rowPuts))
    online.push(await traced(person, async () => {
      await page.reload()
      return await cards()
    }))
    await sleep(CALM_MS)
    again.push(await page.evaluate(() => window.bench.rowPuts))
    await person.context.setOffline(true)
    offline.push(await traced(person, async () => {
      await page.reload()
      return await cards()
    }))
    await person.context.close()
  }
  print('first visit: cards show', first)
  print(`  then: until ${median(written)} rows are in IndexedDB`, stored)
  print(`reload online: cards show (${median(again)} rows written again)`, online)
  print('reload offline: cards show', offline)
}

/** The main thread's work for a poll, and until a colleague's change shows. */
async function polls(mine: Person, theirs: Person): Promise<void> {
  const { page } = mine
  const [news, quiet]: [Sample[], Sample[]] = [[], []]
  const [id] = await visibleIds(mine)
  for (let round = 0; round < ROUNDS; round++) {
    const title = `Renamed by a colleague ${round}`
    news.push(await traced(mine, async () => {
      await rename(theirs, id!, title)
      const from = Date.now()
      await page.waitForFunction(text => document.querySelector('[data-testid="board"]')!.textContent!.includes(text), title, { polling: 100 })
      return Date.now() - from
    }))
    await sleep(3_500)
    quiet.push(await traced(mine, async () => {
      await page.waitForResponse(/kanban\/updates/)
      return undefined
    }))
  }
  print('poll with a colleague\'s change: until it shows', news)
  print('poll without news', quiet)
}

/** From the button's release until the card stands at its new place, among those of its column that the screen shows. */
async function drops(mine: Person): Promise<void> {
  const { page } = mine
  const samples: Sample[] = []
  const cards = page.locator('section[data-column="in-progress"] li[data-matter-id]')
  for (let round = 0; round < ROUNDS; round++) {
    const id = await cards.nth(0).getAttribute('data-matter-id')
    const [from, to] = [await cards.nth(0).boundingBox(), await cards.nth(3).boundingBox()]
    samples.push(await traced(mine, async () => {
      await page.mouse.move(from!.x + 60, from!.y + 15)
      await page.mouse.down()
      await page.mouse.move(from!.x + 70, from!.y + 25)
      await page.mouse.move(to!.x + 100, to!.y + to!.height - 10, { steps: 6 })
      await listenFor(page, 'pointerup', `li[data-matter-id="${id}"]:not([data-index="0"])`)
      await page.mouse.up()
      return await shownAfter(page)
    }))
    await sleep(CALM_MS)
  }
  print('drop: until the card is there', samples)
}

/** From Enter until the card says so, and until the server has it. */
async function edits(mine: Person): Promise<void> {
  const { page } = mine
  const samples: Sample[] = []
  const acknowledged: number[] = []
  const [id] = await visibleIds(mine)
  await page.locator(`li[data-matter-id="${id!}"] h3 a`).click()
  const panel = page.getByRole('complementary', { name: 'Matter', exact: true })
  for (let round = 0; round < ROUNDS; round++) {
    await panel.getByRole('button', { name: /^Title: / }).click()
    await panel.getByRole('textbox', { name: 'Title', exact: true }).fill(`Renamed ${round}`)
    samples.push(await traced(mine, async () => {
      const answer = page.waitForResponse(/kanban\/mutations/)
      await listenFor(page, 'keydown', `li[data-matter-id="${id!}"] h3[title="Renamed ${round}"]`)
      const from = Date.now()
      await page.keyboard.press('Enter')
      acknowledged.push(await answer.then(() => Date.now() - from))
      return await shownAfter(page)
    }))
    await sleep(CALM_MS)
  }
  await page.keyboard.press('Escape')
  await sleep(CALM_MS)
  print('own edit: until the card says so', samples)
  print('  until the server has it', acknowledged.map(wait => ({ wait, longest: 0, busy: 0 })))
}

/** From the press until the matter's panel is there. */
async function panels(mine: Person): Promise<void> {
  const { page } = mine
  const samples: Sample[] = []
  for (const id of (await visibleIds(mine)).slice(2, 2 + ROUNDS)) {
    samples.push(await traced(mine, async () => {
      await listenFor(page, 'click', '[data-matter-heading]')
      await page.locator(`li[data-matter-id="${id}"] h3 a`).click()
      return await shownAfter(page)
    }))
    await page.keyboard.press('Escape')
    await sleep(CALM_MS)
  }
  print('panel: until it is open', samples)
}

/** What a key in the search costs, by the browser's own measure, up to the next paint. */
async function searches(mine: Person): Promise<void> {
  const { page } = mine
  const field = page.getByRole('combobox', { name: /search/i }).first()
  await field.click()
  const worst: number[] = []
  const samples: Sample[] = []
  for (const word of ['takahashi', 'patent', 'nakamura', '2026-cv', 'lease of'].slice(0, ROUNDS)) {
    await page.evaluate(() => window.bench.keys.length = 0)
    samples.push(await traced(mine, async () => {
      await field.pressSequentially(word, { delay: 120 })
      await sleep(600)
      const keys = await page.evaluate(() => window.bench.keys)
      worst.push(Math.max(0, ...keys))
      return median(keys.length > 0 ? keys : [0])
    }))
    await field.fill('')
    await sleep(600)
  }
  print('search: a key, until the field shows it', samples)
  print('  the slowest key of a word', worst.map(wait => ({ wait, longest: 0, busy: 0 })))
}

/** Many changes without a network: the last of them, and all of them sent. */
async function queue(mine: Person): Promise<void> {
  const { page } = mine
  await mine.context.setOffline(true)
  await sleep(500)
  const submit = (count: number, from: number) => page.evaluate(([count, from]) => window.bench.submit(count, from), [count, from] as const)
  const filled = await traced(mine, () => submit(QUEUED, 0))
  const samples: Sample[] = []
  for (let round = 0; round < ROUNDS; round++)
    samples.push(await traced(mine, () => submit(1, QUEUED + round)))
  print(`offline: ${QUEUED} changes at once`, [filled])
  print('  one more: until it shows', samples)
  await sleep(CALM_MS)
  print('  back online: until the server has them all', [await traced(mine, async () => {
    const from = Date.now()
    await mine.context.setOffline(false)
    await page.waitForFunction(() => window.bench.waiting() === 0, undefined, { polling: 50, timeout: 120_000 })
    return Date.now() - from
  })])
  await sleep(CALM_MS)
}

/** Memory after an hour of polls on a clock that runs faster, one in ten with news; and the comparing of all rows meanwhile. */
async function sitting(): Promise<void> {
  const [mine, theirs] = [await signIn('partner'), await signIn('partner2')]
  const { page } = mine
  await page.clock.install()
  await open(mine)
  await page.clock.runFor(BASE_INTERVAL_MS)
  await page.waitForFunction(() => window.bench.rowsKept(), undefined, { polling: 500 })
  const [id] = await visibleIds(mine)
  async function poll(number: number): Promise<void> {
    if (number % 10 === 0)
      await rename(theirs, id!, `Renamed ${number}`)
    const answer = page.waitForResponse(/kanban\/updates/)
    await page.clock.runFor(BASE_INTERVAL_MS)
    await answer
  }
  for (let number = 1; number <= 20; number++)
    await poll(number)
  const before = await heapInUse(mine.cdp)
  for (let number = 21; number <= POLLS; number++)
    await poll(number)
  const after = await heapInUse(mine.cdp)
  say(`\nmemory: ${before} MB in use after 20 polls, ${after} MB after ${POLLS}`)
  // Nothing happens for five minutes: the rows are compared with the server's.
  const compared = await traced(mine, async () => {
    const answer = page.waitForResponse(/kanban\/digest/, { timeout: 120_000 })
    let isOver = false
    void answer.finally(() => isOver = true)
    while (!isOver)
      await page.clock.runFor(BASE_INTERVAL_MS)
    await answer
    return undefined
  })
  say(`comparing all rows: longest task ${compared.longest.toFixed(0)} ms`)
  await Promise.all([mine.context.close(), theirs.context.close()])
}

async function rename({ context }: Person, matterId: string, title: string): Promise<void> {
  const answer = await context.request.patch(`${address}/api/matters/${matterId}`, { data: { title } })
  if (!answer.ok())
    throw new Error(await answer.text())
}

async function signIn(account: string): Promise<Person> {
  const context = await browser!.newContext({ baseURL: address, locale: 'en-GB', timezoneId: 'Asia/Tokyo', viewport: WALL })
  await context.request.post('/api/auth/login', { data: { email: `${account}@demo.test`, password: PASSWORD } })
  const { boards } = await (await context.request.get('/api/auth/me')).json() as { boards: { id: string, name: string }[] }
  boardUrl = `/boards/${boards.find(({ name }) => name === 'Big board')!.id}`
  await watchPages(context)
  const page = await context.newPage()
  const cdp = await context.newCDPSession(page)
  await cdp.send('Performance.enable')
  return { context, page, cdp }
}

async function open({ page }: Person): Promise<void> {
  await page.goto(boardUrl)
  await page.waitForFunction(() => window.bench?.cardsAt)
}

async function keptOnDevice({ page }: Person): Promise<void> {
  await page.evaluate(() => navigator.serviceWorker.ready)
  await page.waitForFunction(() => navigator.serviceWorker.controller && window.bench.rowsKept(), undefined, { polling: 300 })
}

/** Matters whose cards are on the screen, in the column of ongoing work. */
async function visibleIds({ page }: Person): Promise<string[]> {
  return await page.locator('section[data-column="in-progress"] li[data-matter-id]').evaluateAll(cards =>
    cards.map(card => (card as HTMLElement).dataset.matterId!))
}

/** Waits for an event, and from it until something is painted; `shownAfter` says how long that took. */
async function listenFor(page: Page, event: string, selector: string): Promise<void> {
  await page.evaluate(([event, selector]) => window.bench.listenFor(event, selector), [event, selector] as const)
}

async function shownAfter(page: Page): Promise<number> {
  return await page.evaluate(() => window.bench.shown)
}

async function traced({ page }: Person, act: () => Promise<number | undefined>): Promise<Sample> {
  await browser!.startTracing(page, { categories: ['devtools.timeline', 'disabled-by-default-devtools.timeline', '__metadata'] })
  const wait = await act()
  await sleep(300)
  return { ...typeof wait === 'number' && { wait }, ...busyTimes(await browser!.stopTracing()) }
}

function print(what: string, samples: readonly Sample[]): void {
  say(tableRow(what, [samples.map(({ wait }) => wait), samples.map(({ longest }) => longest), samples.map(({ busy }) => busy)]))
}
