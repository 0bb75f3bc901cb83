import type { ChildProcess } from 'node:child_process'
import { spawn, spawnSync } from 'node:child_process'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'

const ROOT = join(import.meta.dirname, '..')

export interface BenchServer {
  address: string
  process: ChildProcess
  stop: () => Promise<void>
}

const environment = (dataDir: string, settings: Record<string, string> = {}) => ({
  ...process.env, DATA_DIR: dataDir, DEMO: 'true', DATABASE_URL: '', REDIS_URL: '', BASE_URL: '', HOST: '127.0.0.1', NUXT_PUBLIC_REALTIME_TRANSPORT: 'polling', ...settings,
})

/** Seeds a big board into a folder of its own, and serves it by what was built last. */
export async function startBoard(dataDir: string, matters: number): Promise<BenchServer> {
  const seeded = spawnSync(process.execPath, ['scripts/seed.ts', '--matters', String(matters), '--seed', '7'], { cwd: ROOT, env: environment(dataDir), stdio: ['ignore', 'ignore', 'inherit'] })
  if (seeded.status !== 0)
    throw new Error('The board could not be seeded.')
  return await startServer(dataDir)
}

/**
 * Serves a data folder while `work` lasts. A new folder becomes the demo firm.
 *
 * @param nodeArgs for its Node; with any, what it says on standard error is the caller's to read
 * @param build the folder that was built
 */
export async function serveBoard<Result>(
  dataDir: string,
  settings: Record<string, string>,
  work: (server: BenchServer) => Promise<Result>,
  nodeArgs: readonly string[] = [],
  build = '.output',
): Promise<Result> {
  const server = await startServer(dataDir, settings, nodeArgs, build)
  try {
    return await work(server)
  }
  finally {
    await server.stop()
  }
}

async function startServer(dataDir: string, settings: Record<string, string> = {}, nodeArgs: readonly string[] = [], build = '.output'): Promise<BenchServer> {
  const port = await freePort()
  const address = `http://127.0.0.1:${port}`
  const server = spawn(process.execPath, [...nodeArgs, join(build, 'server/index.mjs')], {
    cwd: ROOT, env: { ...environment(dataDir, settings), PORT: String(port) }, stdio: ['ignore', 'ignore', nodeArgs.length > 0 ? 'pipe' : 'inherit'],
  })

  for (let tries = 0; !(await fetch(`${address}/api/health`).catch(() => null))?.ok; tries++) {
    if (tries > 300 || server.exitCode !== null) {
      await end(server)
      throw new Error('The server does not answer. Has npm run build been run?')
    }
    await sleep(100)
  }
  return { address, process: server, stop: () => end(server) }
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null)
    return
  const ended = new Promise(resolve => server.once('close', resolve))
  server.kill('SIGTERM')
  await ended
}

/** A port of this machine that nobody uses. */
async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>(resolve => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise(resolve => probe.close(resolve))
  return port
}
