import type { EpochMs } from '#shared/kanban/matter.ts'
import type { MemberId } from '#shared/kanban/member.ts'

/** Members whose buckets are remembered; beyond it those that are full again are forgotten. */
const MAX_BUCKETS = 1_000

/** A token bucket for each member. */
export interface MemberRate {
  /** False when there were too many lately. */
  take: (memberId: MemberId) => boolean
}

/** Lets each member do something `perSecond` times a second on average, and `burst` times at once. */
export function createMemberRate(perSecond: number, now: () => EpochMs, burst = perSecond): MemberRate {
  const buckets = new Map<MemberId, { tokens: number, at: EpochMs }>()

  function filled({ tokens, at }: { tokens: number, at: EpochMs }): number {
    return Math.min(burst, tokens + Math.max(0, now() - at) * perSecond / 1_000)
  }

  function forgetFull(): void {
    for (const [memberId, bucket] of buckets) {
      if (filled(bucket) >= burst)
        buckets.delete(memberId)
    }
  }

  return {
    take(memberId) {
      const known = buckets.get(memberId)
      const tokens = known ? filled(known) : burst
      if (buckets.size >= MAX_BUCKETS)
        forgetFull()
      buckets.set(memberId, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now() })
      return tokens >= 1
    },
  }
}
