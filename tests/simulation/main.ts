import process from 'node:process'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import type { Lane } from './lanes.ts'
import { laneOf } from './lanes.ts'
import { describeLine, reportFailure } from './report.ts'
import type { Totals } from './run-seeds.ts'
import { addTotals, describeTotals, noTotals, runSeeds, seedsFrom } from './run-seeds.ts'
import { play } from './world/world.ts'

/*
 * The simulation by hand:
 *   npm run test:sim -- --seeds 20000 [--from 1] [--workers 2]    many seeds of the fast lane
 *   npm run test:sim -- --slow --seeds 300                        the real services and database
 *   npm run test:sim -- --ways [--slow] --seeds 500               either, with the real transports
 *   npm run test:sim -- --seed 123 [--slow] [--ways] [--trace]             one seed; a failure is made as small as can be
 * With --first it stops at the first failure and says only which it is.
 */

interface Job { from: number, count: number, stride: number, isSlow: boolean, hasWays: boolean, mostFailures: number }
interface Result { seeds: number, failed: { seed: number, invariant: string, details: string }[], totals: Totals }

if (isMainThread)
  process.exitCode = await main()
else
  parentPort!.postMessage(await work(workerData as Job))

async function main(): Promise<number> {
  const { values } = parseArgs({ options: {
    seed: { type: 'string' },
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    workers: { type: 'string', default: '1' },
    slow: { type: 'boolean', default: false },
    ways: { type: 'boolean', default: false },
    trace: { type: 'boolean', default: false },
    first: { type: 'boolean', default: false },
  } })
  const numbers = [values.seed ?? '1', values.seeds, values.from, values.workers].map(Number)
  if (numbers.some(number => !Number.isInteger(number) || number < 1)) {
    process.stderr.write('--seed, --seeds, --from and --workers are whole numbers from 1\n')
    return 2
  }
  const [seed, count, from, workers] = numbers as [number, number, number, number]
  return values.seed === undefined
    ? await playMany({ from, count, stride: workers, isSlow: values.slow, hasWays: values.ways, mostFailures: values.first ? 1 : 20 })
    : await playOne(seed, laneOf(values.slow, values.ways), values.trace)
}

async function playMany({ from, count, stride, isSlow, hasWays, mostFailures }: Job): Promise<number> {
  const began = process.hrtime.bigint()
  const jobs = Array.from({ length: stride }, (_, index) => ({ from: from + index, count: count - index, stride, isSlow, hasWays, mostFailures }))
  const results = stride === 1 ? [await work(jobs[0]!)] : await Promise.all(jobs.map(inWorker))
  const totals = noTotals()
  results.forEach(result => addTotals(totals, result.totals))
  const failed = results.flatMap(result => result.failed).sort((a, b) => a.seed - b.seed)
  const seconds = Number(process.hrtime.bigint() - began) / 1e9
  const seeds = results.reduce((sum, result) => sum + result.seeds, 0)
  process.stdout.write(`${seeds} seeds of the ${laneOf(isSlow, hasWays).name} lane in ${seconds.toFixed(1)} s, ${failed.length} failed\n${describeTotals(totals)}\n`)
  for (const { seed, invariant, details } of failed)
    process.stdout.write(`seed ${seed}: ${invariant}: ${details.slice(0, 600)}\n`)
  if (failed[0] && mostFailures > 1)
    await playOne(failed[0].seed, laneOf(isSlow, hasWays), false)
  return failed.length > 0 ? 1 : 0
}

async function playOne(seed: number, lane: Lane, isTraced: boolean): Promise<number> {
  const outcome = await play(lane.write(seed), lane.makeServer, { isTraced })
  for (const line of outcome.trace)
    process.stdout.write(`${describeLine(line)}\n`)
  process.stdout.write(`${await reportFailure(seed, outcome, lane)}\n`)
  return outcome.violations.length > 0 ? 1 : 0
}

async function work({ from, count, stride, isSlow, hasWays, mostFailures }: Job): Promise<Result> {
  const { seeds, failed, totals } = await runSeeds(seedsFrom(from, count, stride), laneOf(isSlow, hasWays), { mostFailures })
  return { seeds, totals, failed: failed.map(({ seed, outcome }) => ({ seed, ...outcome.violations[0]! })) }
}

function inWorker(job: Job): Promise<Result> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: job })
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}
