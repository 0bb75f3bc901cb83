import type { Chance } from '../chance.ts'

/** How bad the weather of a run is: chances for each message or write, and how often things happen. */
export interface Profile {
  /** Chances, for each message, that it gets lost on its way there, or its answer on its way back. */
  loss: number
  lostReply: number
  /** That a request arrives twice, and that an answer does. */
  repeatedRequest: number
  repeatedReply: number
  /** That a message takes up to `longMs` instead of `usualMs`: what comes later overtakes it. */
  late: number
  usualMs: number
  longMs: number
  /** That the server ends before, or after, it has carried out a request of changes. */
  crashBefore: number
  crashAfter: number
  /** That a write of rows, or the storing of a change, fails on a device. */
  lostWrite: number
  failedAppend: number
  /** Whether news are pushed beside the polls, and the chance that a push gets lost. */
  isPushed: boolean
  lostHint: number
  /** Ops beyond which only a full read is given. */
  largest: number
}

const CALM: Profile = {
  loss: 0, lostReply: 0, repeatedRequest: 0, repeatedReply: 0, late: 0, usualMs: 60, longMs: 60, crashBefore: 0, crashAfter: 0,
  lostWrite: 0, failedAppend: 0, isPushed: false, lostHint: 0, largest: 500,
}

/** Some boards are calm, some suffer one thing, some everything. */
export function inventProfile(chance: Chance): Profile {
  const wildness = chance.pick([0, 0.3, 1, 1, 1.5])
  const rate = (most: number) => chance.likely(0.6) ? chance() * most * wildness : 0
  return {
    loss: rate(0.15),
    lostReply: rate(0.2),
    repeatedRequest: rate(0.15),
    repeatedReply: rate(0.15),
    late: rate(0.3),
    usualMs: chance.pick([20, 100, 400]),
    longMs: chance.pick([1_500, 8_000, 25_000]),
    crashBefore: rate(0.04),
    crashAfter: rate(0.06),
    lostWrite: rate(0.08),
    failedAppend: rate(0.04),
    isPushed: chance.likely(0.4),
    lostHint: rate(0.4),
    largest: chance.pick([500, 500, 4, 7]),
  }
}

/** After the storm: everything arrives, once, soon. */
export function healedProfile({ isPushed, largest }: Profile): Profile {
  return { ...CALM, isPushed, largest }
}
