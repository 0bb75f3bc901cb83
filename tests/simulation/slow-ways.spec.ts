import process from 'node:process'
import { expect, it } from 'vitest'
import { SLOW_WAYS } from './lanes.ts'
import { reportFailure } from './report.ts'
import type { Totals } from './run-seeds.ts'
import { describeTotals, runSeeds, seedsFrom } from './run-seeds.ts'

const SEEDS = 12

const FLOOR: Partial<Totals> = {
  submissions: 250, effects: 150, requests: 1_500, lost: 120, resyncs: 20, crashes: 10, walls: 12,
  sockets: 120, frames: 700, pushed: 1_500, following: 9_000, live: 4_000, drops: 8, drains: 5, unsent: 5,
}

it(`[B1] [B2] [B3] [Z2] [Z3] ${SEEDS} boards hold as well before the real fan-out of two instances, on a real database`, async () => {
  const { failed, totals, seeds } = await runSeeds(seedsFrom(1, SEEDS), SLOW_WAYS)
  process.stdout.write(`slow simulation of the ways: ${seeds} seeds\n${describeTotals(totals)}\n`)
  if (failed[0])
    expect.fail(await reportFailure(failed[0].seed, failed[0].outcome, SLOW_WAYS))
  const tooFew = Object.entries(FLOOR).filter(([name, least]) => totals[name as keyof Totals] < least)
  expect(tooFew.map(([name, least]) => `${name}: ${totals[name as keyof Totals]} of ${least}`)).toEqual([])
}, 240_000)
