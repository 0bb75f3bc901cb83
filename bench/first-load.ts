import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import type { Browser } from '@playwright/test'
import { filesInHead } from '../e2e/support/head-files.ts'
import { launchBrowser } from './bench-browser.ts'
import { serveBoard } from './bench-server.ts'
import { median } from './browser-probe.ts'

/*
 * What a page has a browser load before it can be used, and how long that takes on a slow desk: `npm run build`, then
 * `node bench/first-load.ts`. For each page it prints the scripts and style sheets that its head names, their bytes in
 * gzip, and the median of the milliseconds until a press does something, in a browser that has nothing yet.
 *
 *   --build FOLDER   what was built (.output); given twice, both are measured in turn
 *   --page PATH      only this page; may be given again (/kanban, /login, /admin, /preferences, /import)
 *   --rounds COUNT   how often each page is opened (5); 0 counts only
 *   --cpu TIMES      how many times slower than this machine the browser works (4)
 *   --mbit SPEED     what the network carries in a second, in megabits (10)
 *   --latency MS     how long each request is on its way (40)
 */

const { values } = parseArgs({
  options: {
    build: { type: 'string', multiple: true, default: ['.output'] },
    page: { type: 'string', multiple: true, default: ['/kanban', '/login', '/admin', '/preferences', '/import'] },
    rounds: { type: 'string', default: '5' },
    cpu: { type: 'string', default: '4' },
    mbit: { type: 'string', default: '10' },
    latency: { type: 'string', default: '40' },
  },
})
const [ROUNDS, CPU, MBIT, LATENCY_MS] = [values.rounds, values.cpu, values.mbit, values.latency].map(Number) as [number, number, number, number]

const say = (line: string) => process.stdout.write(`${line}\n`)

/** Who opens a page: nobody the sign-in, and whoever sees all of it the others. */
const ACCOUNTS: Readonly<Record<string, string>> = { '/login': '', '/kanban': 'partner' }

interface Build { folder: string, address: string }
interface Load { scripts: number, styles: number, scriptBytes: number, styleBytes: number }

const dataDirs: string[] = []
let browser: Browser | null = null
try {
  browser = ROUNDS > 0 ? await launchBrowser() : null
  await withBuilds(values.build, [])
}
finally {
  await browser?.close()
  await Promise.all(dataDirs.map(folder => rm(folder, { recursive: true, force: true })))
}

/** Serves one build after the other, all of them at a time, and measures then. */
async function withBuilds([folder, ...rest]: string[], served: Build[]): Promise<void> {
  if (folder === undefined)
    return await measure(served)
  const dataDir = await mkdtemp(join(tmpdir(), 'aster-bench-'))
  dataDirs.push(dataDir)
  await serveBoard(dataDir, {}, server => withBuilds(rest, [...served, { folder, address: server.address }]), [], folder)
}

async function measure(builds: Build[]): Promise<void> {
  say(`${ROUNDS} rounds, ${CPU} times slower, ${MBIT} Mbit/s, ${LATENCY_MS} ms\n\n| build | page | scripts | gzip | styles | gzip | alive after, ms | all |\n| --- | --- | ---: | ---: | ---: | ---: | ---: | --- |`)
  for (const page of values.page) {
    const times = new Map(builds.map(build => [build, [] as number[]]))
    // In turn, so that whatever else this machine does falls on all of them.
    for (let round = 0; round < ROUNDS; round++) {
      for (const build of builds)
        times.get(build)!.push(await aliveAfter(build, page))
    }
    for (const build of builds) {
      const { scripts, styles, scriptBytes, styleBytes } = await loadOf(build, page)
      const all = times.get(build)!.map(Math.round)
      say(`| ${[build.folder, page, scripts, scriptBytes, styles, styleBytes, all.length > 0 ? median(all) : '', all.join(' ')].join(' | ')} |`)
    }
  }
}

async function cookieOf({ address }: Build, page: string): Promise<{ name: string, value: string } | null> {
  const account = ACCOUNTS[page] ?? 'admin'
  if (!account)
    return null
  const answer = await fetch(`${address}/api/auth/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email: `${account}@demo.test`, password: 'demo-password' }) })
  const [name, value] = answer.headers.getSetCookie()[0]!.split(';')[0]!.split('=') as [string, string]
  return { name, value }
}

/** What the head of a page names, as its server sends it. */
async function loadOf(build: Build, page: string): Promise<Load> {
  const cookie = await cookieOf(build, page)
  const html = await (await fetch(build.address + page, { headers: cookie ? { cookie: `${cookie.name}=${cookie.value}` } : {} })).text()
  const load: Load = { scripts: 0, styles: 0, scriptBytes: 0, styleBytes: 0 }
  for (const file of filesInHead(html)) {
    const bytes = gzipSync(Buffer.from(await (await fetch(build.address + file)).arrayBuffer()), { level: 9 }).length
    const isStyle = file.endsWith('.css')
    load[isStyle ? 'styles' : 'scripts']++
    load[isStyle ? 'styleBytes' : 'scriptBytes'] += bytes
  }
  return load
}

/** From asking for a page until it is alive: before that a press goes nowhere. */
async function aliveAfter(build: Build, path: string): Promise<number> {
  const cookie = await cookieOf(build, path)
  const context = await browser!.newContext({ baseURL: build.address, locale: 'en-GB', timezoneId: 'Asia/Tokyo', viewport: { width: 1440, height: 900 }, serviceWorkers: 'block' })
  if (cookie)
    await context.addCookies([{ ...cookie, url: build.address }])
  const page = await context.newPage()
  const cdp = await context.newCDPSession(page)
  await cdp.send('Network.enable')
  await cdp.send('Network.emulateNetworkConditions', { offline: false, latency: LATENCY_MS, downloadThroughput: MBIT * 125_000, uploadThroughput: MBIT * 125_000 })
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: CPU })
  await page.goto(path, { waitUntil: 'commit' })
  const alive = await page.waitForFunction(() => {
    const nuxt = (window as unknown as { useNuxtApp?: () => { isHydrating?: boolean } }).useNuxtApp?.()
    return nuxt?.isHydrating === false && performance.now()
  })
  const after = await alive.jsonValue() as number
  await context.close()
  return after
}
