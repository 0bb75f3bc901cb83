import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { defineConfig } from '@playwright/test'
import { findChromium } from './scripts/chromium.mjs'

/** Workers read this file again: what the first reading chose reaches them through the environment. */
if (!process.env.E2E_PORT) {
  process.env.E2E_PORT = String(await findFreePort())
  const dataDir = mkdtempSync(join(tmpdir(), 'aster-e2e-'))
  process.env.E2E_DATA_DIR = dataDir
  process.on('exit', () => rmSync(dataDir, { recursive: true, force: true }))
}
const baseURL = `http://127.0.0.1:${process.env.E2E_PORT}`

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
    baseURL,
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
  // One project a transport: each must show the same board.
  projects: [{ name: 'polling', use: {}, metadata: { transport: 'polling' } }],
  webServer: {
    command: `"${process.execPath}" .output/server/index.mjs`,
    url: `${baseURL}/api/health`,
    env: {
      PORT: process.env.E2E_PORT,
      HOST: '127.0.0.1',
      DATA_DIR: process.env.E2E_DATA_DIR ?? '',
      DEMO: 'true',
      DATABASE_URL: '',
      BASE_URL: '',
      NUXT_PUBLIC_REALTIME_TRANSPORT: 'polling',
    },
    reuseExistingServer: false,
    timeout: 60_000,
    stdout: 'pipe',
    gracefulShutdown: { signal: 'SIGTERM', timeout: 10_000 },
  },
})

async function findFreePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>(resolve => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise(resolve => probe.close(resolve))
  return port
}
