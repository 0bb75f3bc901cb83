import type { EpochMs } from './matter.ts'

/** When the server will be away. */
export interface MaintenanceTime {
  startsAt: EpochMs
  minutes: number
}

/** How far a maintenance is. */
export type MaintenancePhase
  /** `left`: milliseconds until it begins. */
  = | { phase: 'ahead', left: number }
    | { phase: 'running', until: EpochMs }

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** How far it is; null once it is over. */
export function maintenancePhase({ startsAt, minutes }: MaintenanceTime, now: EpochMs): MaintenancePhase | null {
  if (now < startsAt)
    return { phase: 'ahead', left: startsAt - now }
  const until = startsAt + minutes * MINUTE_MS
  return now < until ? { phase: 'running', until } : null
}

/** After how many milliseconds its countdown says something else: each minute, and in the last one each second; null once it is over. */
export function untilNextCount(maintenance: MaintenanceTime, now: EpochMs): number | null {
  const phase = maintenancePhase(maintenance, now)
  if (!phase)
    return null
  if (phase.phase === 'running')
    return phase.until - now
  const unit = phase.left > MINUTE_MS ? MINUTE_MS : SECOND_MS
  return phase.left % unit || unit
}

/** A length of time in the units in which people say it. */
export type Length = { unit: 'days' | 'hours' | 'minutes' | 'seconds', count: number }[]

/**
 * How long something takes or is away, rounded up, so that a countdown is never shorter than what is left: seconds in the last
 * minute, hours and minutes for a day, then whole days.
 */
export function lengthOf(ms: number): Length {
  if (ms <= MINUTE_MS)
    return [{ unit: 'seconds', count: Math.ceil(ms / SECOND_MS) }]
  const minutes = Math.ceil(ms / MINUTE_MS)
  if (minutes < 60)
    return [{ unit: 'minutes', count: minutes }]
  if (ms >= 2 * DAY_MS)
    return [{ unit: 'days', count: Math.floor(ms / DAY_MS) }]
  const rest = minutes % 60
  return [{ unit: 'hours', count: Math.floor(minutes / 60) }, ...rest > 0 ? [{ unit: 'minutes' as const, count: rest }] : []]
}

/** Ahead of it by more than this, people may put the countdown away. */
export const NEAR_MS = 15 * MINUTE_MS

/** Ahead of it by more than this, its day says more than how long it is until then. */
export const FAR_MS = DAY_MS
