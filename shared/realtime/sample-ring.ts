import type { EpochMs } from '#shared/kanban/matter.ts'

/** The newest samples of one quantity, each with its time, in memory that never grows. */
export interface SampleRing {
  add: (at: EpochMs, value: number) => void
  /** Values from `since` up to, but not including, `until`, in no order. */
  between: (since: EpochMs, until?: EpochMs) => number[]
}

/** @param size how many are kept at most; the oldest make room */
export function createSampleRing(size: number): SampleRing {
  const times = new Float64Array(size).fill(Number.NEGATIVE_INFINITY)
  const values = new Float64Array(size)
  let next = 0

  return {
    add(at, value) {
      times[next] = at
      values[next] = value
      next = (next + 1) % size
    },
    between(since, until = Infinity) {
      const found: number[] = []
      for (let place = 0; place < size; place++) {
        if (times[place]! >= since && times[place]! < until)
          found.push(values[place]!)
      }
      return found
    },
  }
}

/**
 * The smallest of the values that at least this share of them doesn't exceed; null of none.
 *
 * @param share from 0 to 1
 */
export function percentile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null
}
