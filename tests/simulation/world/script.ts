import type { TransportKind } from '#shared/config/features.ts'
import type { Chance } from '../chance.ts'
import { createChance } from '../chance.ts'
import type { Profile } from './profile.ts'
import { inventProfile } from './profile.ts'

/** How likely each thing is to happen next. Most of what happens is people at work. */
const LIKELY = {
  act: 100, editor: 4, reload: 4, close: 3, open: 5, freeze: 3, offline: 4, oneWay: 2, halfOpen: 2, slow: 2, clockJump: 2,
  busy: 2, prune: 3, backUp: 2, restore: 1.2, wall: 8, role: 1.5, column: 1, revoke: 2, outdate: 1, breakStorage: 1.5, lease: 0.4, dropRows: 0.6,
} as const
/** What more there is where the real transports take part. */
const LIKELY_ON_WAYS = {
  ...LIKELY, show: 6, hide: 6, block: 2, drop: 4, bye: 2, losePush: 4, policy: 2, down: 2,
} as const
export type BeatKind = keyof typeof LIKELY_ON_WAYS

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
  /** The way that the firm wants at first; null where pushes and polls are a model of their own. */
  way: TransportKind | null
  beats: Beat[]
}

/** People who take part; two devices may be one member's. */
const CASTS: readonly (readonly number[])[] = [[0, 1, 2], [0, 1, 3], [0, 1, 0], [0, 2, 3], [0, 1, 2, 4], [0, 0, 1], [1, 2, 4]]

/** Ways that a firm may want. */
export const WAYS: readonly TransportKind[] = ['hybrid', 'hybrid', 'websocket', 'websocket', 'priority', 'polling']

/** The script of a seed. */
export function writeScript(seed: number): Script {
  const chance = createChance(seed, 1)
  const devices = chance.pick(CASTS).map(member => ({ member, tabs: chance.pick([1, 1, 2]) }))
  const isPeaceful = chance.likely(0.15)
  const beats: Beat[] = []
  const pace = chance.pick([600, 1_500, 3_000])
  for (let at = 200; beats.length < 70 && at < 110_000; at += chance() * pace * 2)
    beats.push(beat(chance, at, isPeaceful))
  return { seed, profile: inventProfile(chance), devices, way: null, beats }
}

/** The script of a seed in which the real transports take part. */
export function writeWayScript(seed: number): Script {
  const chance = createChance(seed, 11)
  const devices = chance.pick(CASTS).map(member => ({ member, tabs: chance.pick([1, 2, 2, 3]) }))
  const isPeaceful = chance.likely(0.1)
  const beats: Beat[] = []
  const pace = chance.pick([800, 1_500, 3_000])
  for (let at = 200; beats.length < 70 && at < 110_000; at += chance() * pace * 2)
    beats.push(beat(chance, at, isPeaceful, LIKELY_ON_WAYS))
  return { seed, profile: { ...inventProfile(chance), isPushed: false }, devices, way: chance.pick(WAYS), beats }
}

function beat(chance: Chance, at: number, isPeaceful: boolean, likely: Readonly<Partial<Record<BeatKind, number>>> = LIKELY): Beat {
  const kind = isPeaceful ? 'act' : chance.weighed(likely as Readonly<Record<BeatKind, number>>)
  const ms = Math.round(chance() * chance() * 60_000)
  return { at: Math.round(at), kind, device: chance.below(60), tab: chance.below(60), salt: chance.below(1_000_000), ms }
}
