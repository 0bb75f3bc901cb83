import { COUNTED } from './counts.ts'
import type { Counted } from './counts.ts'
import type { Lane } from './lanes.ts'
import type { Outcome } from './world/world.ts'
import { play } from './world/world.ts'

export type Totals = Record<Counted, number>

export interface LaneOutcome {
  seeds: number
  failed: { seed: number, outcome: Outcome }[]
  totals: Totals
}

/** Plays seed after seed, until so many have failed. */
export async function runSeeds(
  seeds: Iterable<number>, { write, makeServer }: Lane, options: { mostFailures?: number, onSeed?: (seed: number) => void } = {},
): Promise<LaneOutcome> {
  const totals = noTotals()
  const failed: LaneOutcome['failed'] = []
  let count = 0
  for (const seed of seeds) {
    const outcome = await play(write(seed), makeServer)
    count++
    addTotals(totals, outcome.counts)
    if (outcome.violations.length > 0)
      failed.push({ seed, outcome })
    if (failed.length >= (options.mostFailures ?? 1))
      break
    options.onSeed?.(seed)
  }
  return { seeds: count, failed, totals }
}

export function noTotals(): Totals {
  return Object.fromEntries(COUNTED.map(name => [name, 0])) as Totals
}

export function addTotals(totals: Totals, counts: Readonly<Totals>): void {
  for (const name of COUNTED)
    totals[name] += counts[name]
}

/** The seeds from one on. */
export function* seedsFrom(first: number, count: number, stride = 1): Generator<number> {
  for (let seed = first; seed < first + count; seed += stride)
    yield seed
}

/** What was met, in a few lines. */
export function describeTotals(totals: Totals): string {
  const words = COUNTED.map(name => `${totals[name]} ${name}`)
  return Array.from({ length: Math.ceil(words.length / 8) }, (_, line) => words.slice(line * 8, line * 8 + 8).join(', ')).join('\n')
}
