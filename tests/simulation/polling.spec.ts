import { expect, it } from 'vitest'
import type { SimulationBugs, SimulationResult } from './simulate.ts'
import { simulate } from './simulate.ts'

const SEEDS = Number(process.env.SIMULATION_SEEDS ?? 300)

/** Seeds that once found something. */
const REGRESSIONS: number[] = []

async function run(seeds: readonly number[], bugs?: SimulationBugs): Promise<{ found: string[], counts: SimulationResult['counts'] }> {
  const found: string[] = []
  let counts: SimulationResult['counts'] | null = null
  for (const seed of seeds) {
    const result = await simulate(seed, bugs)
    found.push(...result.violations.map(violation => `seed ${seed}: ${violation}`))
    counts = counts
      ? Object.fromEntries(Object.entries(result.counts).map(([name, count]) => [name, count + counts![name as keyof typeof counts]])) as typeof result.counts
      : result.counts
  }
  return { found, counts: counts! }
}

const seedsFrom = (first: number, count: number) => Array.from({ length: count }, (_, index) => first + index)

it(`[Z3] ${SEEDS} boards over bad links all end as the server's, with nothing lost or done twice`, async () => {
  const { found, counts } = await run([...REGRESSIONS, ...seedsFrom(1, SEEDS)])
  process.stdout.write(`simulation: ${SEEDS} seeds, ${Object.entries(counts).map(([name, count]) => `${count} ${name}`).join(', ')}\n`)
  expect(found.slice(0, 10)).toEqual([])
  expect(counts.acknowledged).toBeGreaterThan(SEEDS * 10)
  expect(Math.min(counts.refused, counts.lost, counts.repeated, counts.resets)).toBeGreaterThan(SEEDS)
})

it.each<[string, SimulationBugs, RegExp]>([
  ['a server that forgets what it has done', { forgetsKeys: true }, /applied 2 times/],
  ['an outbox that takes a new key for each try', { newKeyPerTry: true }, /applied 2 times/],
  ['a reader that skips a version', { skipsAVersion: true }, /another board/],
])('[Z4] catches %s', async (_, bugs, expected) => {
  const { found } = await run(seedsFrom(1, 20), bugs)
  expect(found.join('\n')).toMatch(expected)
})
