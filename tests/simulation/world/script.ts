import type { Chance } from '../chance.ts'
import { createChance } from '../chance.ts'
import type { Profile } from './profile.ts'
import { inventProfile } from './profile.ts'

/** How likely each thing is to happen next. Most of what happens is people at work. */
const LIKELY = {
  act: 100, editor: 4, reload: 4, close: 3, open: 5, freeze: 3, offline: 4, oneWay: 2, halfOpen: 2, slow: 2, clockJump: 2,
  busy: 2, prune: 3, backUp: 2, restore: 1.2, wall: 8, role: 1.5, column: 1, revoke: 2, outdate: 1, breakStorage: 1.5, lease: 0.4, dropRows: 0.6,
} as const
export type BeatKind = keyof typeof LIKELY

/** One thing that happens in a run. Taking it out of the script leaves the others as they are. */
export interface Beat {
  /** Milliseconds after the run's beginning. */
  at: number
  kind: BeatKind
  /** Which device and tab, counted round. */
  device: number
  tab: number
  /** Chance of its own. */
  salt: number
  /** How long it lasts, in milliseconds. */
  ms: number
}

/** Everything that makes a run: the same script is the same run. */
export interface Script {
  seed: number
  profile: Profile
  /** Whose devices there are, by index of the cast, and how many tabs each has. */
  devices: { member: number, tabs: number }[]
  beats: Beat[]
}

/** People who take part; two devices may be one member's. */
const CASTS: readonly (readonly number[])[] = [[0, 1, 2], [0, 1, 3], [0, 1, 0], [0, 2, 3], [0, 1, 2, 4], [0, 0, 1], [1, 2, 4]]

/** The script of a seed. */
export function writeScript(seed: number): Script {
  const chance = createChance(seed, 1)
  const devices = chance.pick(CASTS).map(member => ({ member, tabs: chance.pick([1, 1, 2]) }))
  const isPeaceful = chance.likely(0.15)
  const beats: Beat[] = []
  const pace = chance.pick([600, 1_500, 3_000])
  for (let at = 200; beats.length < 70 && at < 110_000; at += chance() * pace * 2)
    beats.push(beat(chance, at, isPeaceful))
  return { seed, profile: inventProfile(chance), devices, beats }
}

function beat(chance: Chance, at: number, isPeaceful: boolean): Beat {
  const kind = isPeaceful ? 'act' : chance.weighed(LIKELY)
  const ms = Math.round(chance() * chance() * 60_000)
  return { at: Math.round(at), kind, device: chance.below(60), tab: chance.below(60), salt: chance.below(1_000_000), ms }
}
