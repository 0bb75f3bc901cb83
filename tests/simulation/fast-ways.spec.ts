import process from 'node:process'
import { expect, it } from 'vitest'
import { FAST_WAYS } from './lanes.ts'
import { WAY_REGRESSIONS } from './regressions.ts'
import { reportFailure } from './report.ts'
import type { Totals } from './run-seeds.ts'
import { describeTotals, runSeeds, seedsFrom } from './run-seeds.ts'
import { play } from './world/world.ts'

const SEEDS = 100

const FLOOR: Partial<Totals> = {
  submissions: 2_000, effects: 1_000, conflicts: 20, requests: 10_000, lost: 800, resyncs: 150, crashes: 50, restores: 15, walls: 100, roles: 15,
  sockets: 800, frames: 5_000, pushed: 10_000, swaps: 80, following: 60_000, live: 40_000, polled: 30_000, blocked: 25, drops: 60, drains: 25,
  lostPushes: 60, shows: 80, hides: 80, policies: 25, freezes: 40, clockJumps: 30, signedOut: 50,
}

it(`[L1] [S3] [T1] [T2] [T6] [Z2] [Z3] ${SEEDS} boards keep everything, stay bounded and come to agree over the real transports, in tabs with one leader`, async () => {
  const { failed, totals, seeds } = await runSeeds([...WAY_REGRESSIONS, ...seedsFrom(1, SEEDS)], FAST_WAYS)
  process.stdout.write(`fast simulation of the ways: ${seeds} seeds\n${describeTotals(totals)}\n`)
  if (failed[0])
    expect.fail(await reportFailure(failed[0].seed, failed[0].outcome, FAST_WAYS))
  const tooFew = Object.entries(FLOOR).filter(([name, least]) => totals[name as keyof Totals] < least)
  expect(tooFew.map(([name, least]) => `${name}: ${totals[name as keyof Totals]} of ${least}`)).toEqual([])
}, 240_000)

it('[Z4] plays the transports of a seed the same each time', async () => {
  const { write, makeServer } = FAST_WAYS
  const [first, second] = [await play(write(7), makeServer, { isTraced: true }), await play(write(7), makeServer, { isTraced: true })]
  expect(second.counts).toEqual(first.counts)
  expect(second.trace.length).toBe(first.trace.length)
})
