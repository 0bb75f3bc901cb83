import { modelServer } from './fast-lane.ts'
import { realServer } from './slow-lane.ts'
import type { Script } from './world/script.ts'
import { writeScript, writeWayScript } from './world/script.ts'
import type { ServerMaker } from './world/world.ts'

/** A kind of world in which seeds are played. */
export interface Lane {
  name: 'fast' | 'slow' | 'fast ways' | 'slow ways'
  /** What `main.ts` is told to play it. */
  flags: string
  makeServer: ServerMaker
  write: (seed: number) => Script
}

export const FAST: Lane = { name: 'fast', flags: '', makeServer: modelServer, write: writeScript }
export const SLOW: Lane = { name: 'slow', flags: '--slow ', makeServer: realServer, write: writeScript }
/** The real transports before the model server. */
export const FAST_WAYS: Lane = { name: 'fast ways', flags: '--ways ', makeServer: modelServer, write: writeWayScript }
/** The real transports before the real fan-out and services. */
export const SLOW_WAYS: Lane = { name: 'slow ways', flags: '--ways --slow ', makeServer: realServer, write: writeWayScript }

export function laneOf(isSlow: boolean, hasWays: boolean): Lane {
  if (hasWays)
    return isSlow ? SLOW_WAYS : FAST_WAYS
  return isSlow ? SLOW : FAST
}
