import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { defineConfig } from '@playwright/test'
import { findChromium } from './scripts/chromium.mjs'

/** Ways in which news reach the browsers: every test of the board must pass on each. `E2E_TRANSPORTS` chooses some. */
const transports = process.env.E2E_TRANSPORTS?.split(',').filter(Boolean) ?? ['hybrid', 'websocket', 'polling']
/** What starts servers of its own says itself which way they use, so one run is enough. */
const OWN_SERVERS = '**/servers/*.spec.ts'

/** Workers read this file again: what the first reading chose reaches them through the environment. */
if (!process.env.E2E_SERVERS) {
  const folder = mkdtempSync(join(tmpdir(), 'aster-e2e-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const chosen: Server[] = []
  for (const transport of transports)
    chosen.push({ transport, port: await findFreePort(), dataDir: join(folder, transport) })
  process.env.E2E_SERVERS = JSON.stringify(chosen)
}
const servers = JSON.parse(process.env.E2E_SERVERS) as Server[]
const addressOf = ({ port }: Server) => `http://127.0.0.1:${port}`

interface Server {
  transport: string
  port: number
  dataDir: string
}

const executablePath = findChromium()
if (!executablePath)
  throw new Error('No Chromium was found. Set CHROMIUM to one, or run the tests through npm test, which brings one.')

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: process.env.E2E_REPORT
    ? [['list'], ['json', { outputFile: process.env.E2E_REPORT }]]
    : [['list']],
  use: {
    locale: 'en-GB',
    timezoneId: 'Asia/Tokyo',
    // Without one a page is what the server says; e2e/offline.spec.ts is about it.
    serviceWorkers: 'block',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath,
      args: [
        '--disable-background-networking', '--disable-component-update', '--disable-default-apps', '--disable-domain-reliability',
        '--disable-sync', '--no-first-run', '--no-default-browser-check', '--no-pings', '--disable-dev-shm-usage',
        '--disable-features=Translate,OptimizationHints,MediaRouter,AutofillServerCommunication,CertificateTransparencyComponentUpdater',
        // A root user's browser only starts without its sandbox.
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ],
    },
  },
  projects: [
    ...servers.map(server => ({ name: server.transport, testIgnore: OWN_SERVERS, use: { baseURL: addressOf(server) } })),
    { name: 'servers', testMatch: OWN_SERVERS },
    // `E2E_STORIES` is the folder of the built stories. A picture tells what a story looked like; a trace of each step costs as much as the walk.
    ...process.env.E2E_STORIES ? [{ name: 'stories', testDir: 'stories', use: { trace: 'off' as const, screenshot: 'only-on-failure' as const } }] : [],
  ],
  webServer: servers.map(server => ({
    name: server.transport,
    command: `"${process.execPath}" .output/server/index.mjs`,
    url: `${addressOf(server)}/api/health`,
    env: {
      PORT: String(server.port),
      HOST: '127.0.0.1',
      DATA_DIR: server.dataDir,
      DEMO: 'true',
      DATABASE_URL: '',
      REDIS_URL: '',
      BASE_URL: '',
      NUXT_PUBLIC_REALTIME_TRANSPORT: server.transport,
    },
    reuseExistingServer: false,
    timeout: 60_000,
    stdout: 'pipe' as const,
    gracefulShutdown: { signal: 'SIGTERM' as const, timeout: 15_000 },
  })),
})

async function findFreePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>(resolve => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise(resolve => probe.close(resolve))
  return port
}
