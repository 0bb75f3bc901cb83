import { percentile } from './sample-ring.ts'

/** More than this, in milliseconds, and every click is felt. */
export const SLOW_MS = 300
/** So much is quick again. Between the two nothing changes, so that a link on the edge isn't judged to and fro. */
export const QUICK_MS = 200
/** Trips that are looked at. */
const KEPT = 5
/** So few say nothing. */
const FEWEST = 3
/** So many looks in a row have to be quick. */
const QUICK_LOOKS = 3

const SLOW_TYPES: readonly (string | null)[] = ['slow-2g', '2g']

/** How good the network is, as far as it was measured: plain data, never changed in place. */
export interface NetworkQuality {
  /** The newest last, in milliseconds. */
  readonly trips: readonly number[]
  readonly isSlow: boolean
  readonly quickLooks: number
}

export const UNKNOWN_QUALITY: NetworkQuality = { trips: [], isSlow: false, quickLooks: 0 }

/** The middle of the last trips, in milliseconds; null before the first. */
export function roundTripOf({ trips }: NetworkQuality): number | null {
  return percentile(trips, 0.5)
}

/** @param effectiveType what the browser takes the network for; null where it doesn't say */
export function withTrip(quality: NetworkQuality, tookMs: number, effectiveType: string | null): NetworkQuality {
  return look({ ...quality, trips: [...quality.trips, tookMs].slice(-KEPT) }, effectiveType, true)
}

/** The browser takes the network for something else. */
export function withType(quality: NetworkQuality, effectiveType: string | null): NetworkQuality {
  return look(quality, effectiveType, false)
}

/** Another network: what was measured was the one before. */
export function withoutTrips(quality: NetworkQuality): NetworkQuality {
  return { ...quality, trips: [], quickLooks: 0 }
}

function look(quality: NetworkQuality, effectiveType: string | null, isMeasured: boolean): NetworkQuality {
  const trip = roundTripOf(quality)
  const isSlow = SLOW_TYPES.includes(effectiveType) || (trip !== null && trip > SLOW_MS && quality.trips.length >= FEWEST)
  if (isSlow || !quality.isSlow)
    return { ...quality, isSlow, quickLooks: 0 }
  if (!isMeasured)
    return quality
  const quickLooks = trip !== null && trip < QUICK_MS ? quality.quickLooks + 1 : 0
  return { ...quality, quickLooks, isSlow: quickLooks < QUICK_LOOKS }
}
