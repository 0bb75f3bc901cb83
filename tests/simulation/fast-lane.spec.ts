import process from 'node:process'
import { expect, it } from 'vitest'
import { FAST } from './lanes.ts'
import { REGRESSIONS } from './regressions.ts'
import { reportFailure } from './report.ts'
import type { Totals } from './run-seeds.ts'
import { describeTotals, runSeeds, seedsFrom } from './run-seeds.ts'
import { play } from './world/world.ts'

const SEEDS = 1_000

/** What so many seeds meet at least: a lane that stops exercising something is seen. */
const FLOOR: Partial<Totals> = {
  submissions: 15_000, effects: 8_000, merged: 500, conflicts: 300, resolved: 40, rejected: 80, gone: 150, undos: 700, voids: 700, refusedHere: 2_000,
  requests: 100_000, lost: 5_000, repeatedRequests: 1_500, repeatedReplies: 1_500, lateAnswers: 2_000, timeouts: 1_000, busy: 1_000,
  outdated: 100, signedOut: 300, orders: 100, snapshots: 3_000, deltas: 20_000, resyncs: 1_500, pushes: 10_000, lostHints: 1_000,
  offline: 800, oneWay: 300, halfOpen: 300, slow: 300, crashes: 200, prunings: 500, restores: 200, walls: 700, roles: 250, hidden: 1_500, digests: 10,
  reloads: 700, evictions: 80, coldOpens: 1_500, warmOpens: 5_000, closedWithWork: 400, sentByAnother: 1_000, freezes: 500, clockJumps: 400,
  leases: 50, tellings: 30_000, lostWrites: 1_000, failedAppends: 150, memoryChanges: 400, redraws: 5_000,
}

it(`[Z1] [Z2] [Z3] ${SEEDS} boards in all weathers keep everything, do nothing twice, show nobody what is hidden, and agree in the end`, async () => {
  const { failed, totals, seeds } = await runSeeds([...REGRESSIONS, ...seedsFrom(1, SEEDS)], FAST)
  process.stdout.write(`fast simulation: ${seeds} seeds\n${describeTotals(totals)}\n`)
  if (failed[0])
    expect.fail(await reportFailure(failed[0].seed, failed[0].outcome, FAST))
  const tooFew = Object.entries(FLOOR).filter(([name, least]) => totals[name as keyof Totals] < least)
  expect(tooFew.map(([name, least]) => `${name}: ${totals[name as keyof Totals]} of ${least}`)).toEqual([])
}, 240_000)

it('[Z4] plays a seed the same each time', async () => {
  const [first, second] = [await play(FAST.write(7), FAST.makeServer, { isTraced: true }), await play(FAST.write(7), FAST.makeServer, { isTraced: true })]
  expect(second.counts).toEqual(first.counts)
  expect(second.trace.length).toBe(first.trace.length)
})
