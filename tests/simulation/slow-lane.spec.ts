import process from 'node:process'
import { expect, it } from 'vitest'
import { SLOW } from './lanes.ts'
import { SLOW_REGRESSIONS } from './regressions.ts'
import { reportFailure } from './report.ts'
import type { Totals } from './run-seeds.ts'
import { describeTotals, runSeeds, seedsFrom } from './run-seeds.ts'

const SEEDS = 20

const FLOOR: Partial<Totals> = {
  submissions: 250, effects: 120, conflicts: 5, undos: 15, voids: 5, requests: 2_000, lost: 100, repeatedRequests: 15, repeatedReplies: 15,
  snapshots: 50, deltas: 300, resyncs: 10, pushes: 150, offline: 10, crashes: 5, prunings: 5, restores: 2, walls: 10, roles: 2, hidden: 20,
  reloads: 10, coldOpens: 20, warmOpens: 80, sentByAnother: 10, freezes: 5, tellings: 400, lostWrites: 10, memoryChanges: 5,
}

it(`[Z2] [Z3] ${SEEDS} boards of the real services on a real database, read and written through two instances, hold as well`, async () => {
  const { failed, totals, seeds } = await runSeeds([...SLOW_REGRESSIONS, ...seedsFrom(1, SEEDS)], SLOW)
  process.stdout.write(`slow simulation: ${seeds} seeds\n${describeTotals(totals)}\n`)
  if (failed[0])
    expect.fail(await reportFailure(failed[0].seed, failed[0].outcome, SLOW))
  const tooFew = Object.entries(FLOOR).filter(([name, least]) => totals[name as keyof Totals] < least)
  expect(tooFew.map(([name, least]) => `${name}: ${totals[name as keyof Totals]} of ${least}`)).toEqual([])
}, 240_000)
