import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from '@playwright/test'

/** A built server of a test's own, which may be killed and come back. */
export interface OwnServer {
  port: number
  url: string
  start: () => Promise<void>
  /** Ends the process; with `SIGKILL` as a crash would. Waits for its end, and answers the milliseconds that took. */
  stop: (signal?: 'SIGTERM' | 'SIGKILL') => Promise<number>
  remove: () => Promise<void>
}

/** Prepares one on a data folder and a port of its own. */
export async function ownServer(settings: Record<string, string> = {}): Promise<OwnServer> {
  const port = await freePort()
  const dataDir = mkdtempSync(join(tmpdir(), 'aster-own-'))
  const url = `http://127.0.0.1:${port}`
  let child: ChildProcess | null = null

  async function start(): Promise<void> {
    child = spawn(process.execPath, ['.output/server/index.mjs'], {
      env: {
        PATH: process.env.PATH, HOME: process.env.HOME, PORT: String(port), HOST: '127.0.0.1', DATA_DIR: dataDir, DEMO: 'true',
        DATABASE_URL: '', BASE_URL: '', REDIS_URL: '', NUXT_PUBLIC_REALTIME_TRANSPORT: '', ...settings,
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    await expect.poll(() => fetch(`${url}/api/health`).then(({ status }) => status, () => 0), { timeout: 20_000, intervals: [25] }).toBe(200)
  }

  async function stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<number> {
    if (!child || child.exitCode !== null || child.signalCode !== null)
      return 0
    const from = performance.now()
    const ended = once(child, 'close')
    child.kill(signal)
    await ended
    return performance.now() - from
  }

  return {
    port,
    url,
    start,
    stop,
    async remove() {
      await stop('SIGKILL')
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

export async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>(resolve => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise(resolve => probe.close(resolve))
  return port
}
