import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'

const ENTRY = fileURLToPath(new URL('../../.output/server/index.mjs', import.meta.url))
const START_MS = 30_000

/** A built server on its own data folder, which can be killed and started again. */
export interface CrashingServer {
  address: string
  /** Starts it and answers after how many milliseconds it served. Throws with what it said when it doesn't. */
  start: () => Promise<number>
  /** `kill -9`: nothing in the process gets to know. */
  kill: () => Promise<void>
  /** Ends it as a supervisor would. */
  stop: () => Promise<void>
}

/** A server on a free port of the loopback address. */
export async function createCrashingServer(dataDir: string): Promise<CrashingServer> {
  const port = await findFreePort()
  const address = `http://127.0.0.1:${port}`
  let child: ChildProcess | undefined

  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (!child || child.exitCode !== null || child.signalCode !== null)
      return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }

  return {
    address,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    async start() {
      const from = performance.now()
      const said: string[] = []
      const started = spawn(process.execPath, [ENTRY], {
        env: { PATH: process.env.PATH, NODE_ENV: 'production', HOST: '127.0.0.1', PORT: String(port), DATA_DIR: dataDir, DEMO: 'true' },
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      started.stderr.on('data', chunk => said.push(String(chunk)))
      child = started
      while (performance.now() - from < START_MS && started.exitCode === null) {
        const answer = await fetch(`${address}/api/health`).catch(() => null)
        if (answer?.ok)
          return performance.now() - from
        await new Promise(next => setTimeout(next, 10))
      }
      throw new Error(`the server did not start: ${said.join('').trim() || 'it said nothing'}`)
    },
  }
}

async function findFreePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>(next => probe.listen(0, '127.0.0.1', next))
  const { port } = probe.address() as AddressInfo
  await new Promise(next => probe.close(next))
  return port
}
