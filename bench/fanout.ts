import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { serveBoard } from './bench-server.ts'
import { addReaders } from './fanout/accounts.ts'
import { INSPECTED, inspect } from './fanout/inspector.ts'
import type { FromReaders, ReaderOrders, ToReaders } from './fanout/messages.ts'
import { now } from './fanout/messages.ts'

/*
 * How long a move takes from its request to every reader's socket, and what that costs the server: `npm run bench:fanout`,
 * by default for 100, 1,000 and 2,000 sockets on one board and 20 moves a second, beside a bare broadcast of `ws` in the
 * same run. In the end all sockets are cut at once.
 */

const options = parseArgs({
  options: { connections: { type: 'string' }, duration: { type: 'string', default: '60' }, rate: { type: 'string', default: '20' } },
}).values
const sizes = options.connections?.split(',').map(Number) ?? [100, 1_000, 2_000]
const durationS = Number(options.duration)
const rate = Number(options.rate)
if ([...sizes, durationS, rate].some(number => !(number > 0)))
  throw new Error('--connections, --duration and --rate take numbers above 0.')

const say = (line: string) => process.stdout.write(`${line}\n`)
/** A member may have ten sockets. */
const SOCKETS_A_MEMBER = 10
/** Processes that read: with the server and this one, more would only wait for each other. */
const READERS = 2
/** Sockets, and changes, before anything is measured. */
const WARM_UP = 100
/** Linux counts processor time in these. */
const TICKS_A_SECOND = 100

/** Processor seconds that a process has used so far. */
function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND
}

function residentKb(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1])
}

interface Target {
  name: string
  process: ChildProcess
  orders: Omit<ReaderOrders, 'connections' | 'pace' | 'version'>
  /** Where a reader stands now. */
  version: () => Promise<number>
  /** Makes one change; answers its version. */
  write: (turn: number) => Promise<number>
}

class Crowd {
  readonly children = Array.from({ length: READERS }, () => fork(join(import.meta.dirname, 'fanout/readers.ts'), { stdio: 'inherit' }))

  private all<Told extends FromReaders['told']>(message: (index: number) => ToReaders, told: Told): Promise<Extract<FromReaders, { told: Told }>[]> {
    return Promise.all(this.children.map((child, index) => {
      const answer = answerOf(child, told)
      child.send(message(index))
      return answer
    }))
  }

  open(orders: ReaderOrders) {
    const share = (index: number) => Math.floor(orders.connections / READERS) + (index < orders.connections % READERS ? 1 : 0)
    // Each process has people of its own, so that none has more sockets than a member may.
    return this.all(index => ({
      do: 'open', orders: { ...orders, connections: share(index), pace: orders.pace / READERS, cookies: orders.cookies.filter((_, n) => n % READERS === index) },
    }), 'open')
  }

  async arrivals(): Promise<Map<number, number[]>> {
    const merged = new Map<number, number[]>()
    for (const { arrivals } of await this.all(() => ({ do: 'count' }), 'arrivals')) {
      for (const [version, times] of arrivals)
        merged.set(version, [...merged.get(version) ?? [], ...times])
    }
    return merged
  }

  async cut(): Promise<number[]> {
    return (await this.all(() => ({ do: 'cut' }), 'back')).flatMap(({ ms }) => ms)
  }

  close() {
    return this.all(() => ({ do: 'close' }), 'closed')
  }

  end(): void {
    this.children.forEach(child => child.kill())
  }
}

function answerOf<Told extends FromReaders['told']>(child: ChildProcess, told: Told): Promise<Extract<FromReaders, { told: Told }>> {
  return new Promise((resolve) => {
    const listener = (message: FromReaders) => {
      if (message.told !== told)
        return
      child.off('message', listener)
      resolve(message as Extract<FromReaders, { told: Told }>)
    }
    child.on('message', listener)
  })
}

const at = (sorted: readonly number[], share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
const ms = (value: number) => `${value.toFixed(0)} ms`.padStart(8)

interface Measured {
  p95: number
  cpu: number
  kb: number
}

async function measure(target: Target, crowd: Crowd, connections: number): Promise<Measured> {
  const pid = target.process.pid!
  const inspector = await inspect(target.process)
  const weigh = async () => ({ heap: await inspector.heapKb(), resident: residentKb(pid) })
  // A server that has just started grows by what it compiles, not by its sockets.
  await crowd.open({ ...target.orders, version: await target.version(), connections: WARM_UP, pace: 150 })
  for (let turn = 0; turn < WARM_UP; turn++)
    await target.write(turn)
  await crowd.arrivals()
  await crowd.close()
  await sleep(3_000)
  const idle = await weigh()
  await crowd.open({ ...target.orders, version: await target.version(), connections, pace: 150 })
  await sleep(3_000)
  const full = await weigh()
  const before = cpuSeconds(pid)
  const writes: { version: number, at: number }[] = []
  const pending: Promise<void>[] = []
  const from = now()
  for (let turn = 0; turn < durationS * rate; turn++) {
    const startedAt = now()
    pending.push(target.write(turn).then(version => void writes.push({ version, at: startedAt })))
    await sleep(Math.max(0, from + (turn + 1) * 1_000 / rate - now()))
  }
  await Promise.all(pending)
  await sleep(1_000)
  const after = cpuSeconds(pid)
  inspector.close()
  const arrivals = await crowd.arrivals()
  const latencies = writes.flatMap(({ version, at: startedAt }) => (arrivals.get(version) ?? []).map(time => time - startedAt)).sort((a, b) => a - b)
  const expected = writes.length * connections
  const cpu = (after - before) / latencies.length * 10_000
  const kb = (full.heap - idle.heap) / connections
  const resident = (full.resident - idle.resident) / connections
  say(`  ${target.name.padEnd(12)} p50 ${ms(at(latencies, 0.5))}  p95 ${ms(at(latencies, 0.95))}  p99 ${ms(at(latencies, 0.99))}`
    + `  delivered ${latencies.length} of ${expected}  CPU ${cpu.toFixed(2)} s per 10,000  a socket: heap ${kb.toFixed(1)} KB, resident ${resident.toFixed(1)} KB`)
  return { p95: at(latencies, 0.95), cpu, kb }
}

const folder = await mkdtemp(join(tmpdir(), 'aster-fanout-'))
const crowd = new Crowd()
say(`${cpus().length} cores, Node ${process.versions.node}, ${rate} moves/s for ${durationS} s`)
try {
  const dataDir = join(folder, 'data')
  // Its first start makes the demo firm.
  await serveBoard(dataDir, {}, async () => {})
  const { cookies, boardId, matterIds } = await addReaders(dataDir, Math.ceil(Math.max(...sizes) / SOCKETS_A_MEMBER) + READERS)
  for (const connections of sizes) {
    say(`${connections} sockets`)
    let sample: object = {}
    const board = await serveBoard(dataDir, { NUXT_PUBLIC_REALTIME_TRANSPORT: 'websocket' }, async ({ address, process: server }) => {
      const headers = { 'cookie': cookies[0]!, 'content-type': 'application/json' }
      const look = async () => await (await fetch(`${address}/api/kanban/snapshot?board=${boardId}`, { headers })).json() as { epoch: string, version: number }
      const { epoch } = await look()
      const write = async (turn: number) => {
        const id = matterIds[turn % matterIds.length]!
        const answer = await fetch(`${address}/api/matters/${id}`, { method: 'PATCH', headers, body: JSON.stringify({ waitingOn: `turn ${turn}` }) })
        if (!answer.ok)
          throw new Error(`a change was answered ${answer.status} ${await answer.text()}`)
        return (await answer.json() as { version: number }).version
      }
      const measured = await measure({ name: 'Aster Board', process: server, orders: { kind: 'board', url: address, boardId, epoch, cookies }, version: async () => (await look()).version, write }, crowd, connections)
      const since = await write(0) - 1
      sample = await (await fetch(`${address}/api/kanban/updates?board=${boardId}&epoch=${epoch}&version=${since}`, { headers })).json() as object
      const back = (await crowd.cut()).sort((a, b) => a - b)
      say(`  all cut: half are back and caught up after ${ms(at(back, 0.5)).trim()}, the last after ${ms(back.at(-1)!).trim()}`)
      await crowd.close()
      return measured
    }, INSPECTED)
    const plainServer = fork(join(import.meta.dirname, 'fanout/plain-server.ts'), { execArgv: INSPECTED, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
    const { port } = await new Promise<{ port: number }>(resolve => plainServer.once('message', resolve as (message: unknown) => void))
    const url = `http://127.0.0.1:${port}`
    const plain = await measure({
      name: 'plain ws',
      process: plainServer,
      orders: { kind: 'plain', url, boardId, epoch: '', cookies },
      version: async () => 0,
      write: async () => (await (await fetch(url, { method: 'POST', body: JSON.stringify({ sample: { ...sample, version: undefined } }) })).json() as { version: number }).version,
    }, crowd, connections)
    await crowd.close()
    plainServer.kill()
    say(`  beside ws    CPU ×${(board.cpu / plain.cpu).toFixed(2)}  heap +${(board.kb - plain.kb).toFixed(1)} KB a socket`)
  }
}
finally {
  crowd.end()
  await rm(folder, { recursive: true, force: true })
}
