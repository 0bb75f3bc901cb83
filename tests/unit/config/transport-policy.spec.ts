import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TRANSPORT_MODES } from '#shared/config/features.ts'
import { transportFor } from '#shared/config/transport-policy.ts'
import { v7 as uuidv7 } from 'uuid'

const modes = fc.constantFrom(...TRANSPORT_MODES)
const shares = fc.integer({ min: 0, max: 100 })
const ids = fc.uuid()

describe('the way of a member', () => {
  it('is what they chose, whatever the firm says', () => {
    fc.assert(fc.property(modes, shares, ids, fc.constantFrom('polling' as const, 'off' as const), (mode, share, memberId, choice) => {
      expect(transportFor({ mode, share, choice, memberId })).toBe(choice)
    }))
  })
  it('is the firm\'s for everybody at 100 percent, and polling for everybody at 0', () => {
    fc.assert(fc.property(modes, ids, (mode, memberId) => {
      expect(transportFor({ mode, share: 100, choice: null, memberId })).toBe(mode)
      expect(transportFor({ mode, share: 0, choice: null, memberId })).toBe('polling')
    }))
  })
  it('stays the firm\'s when the share is raised: raising it only adds members', () => {
    fc.assert(fc.property(ids, shares, shares, (memberId, one, other) => {
      const at = (share: number) => transportFor({ mode: 'websocket', share, choice: null, memberId })
      if (at(Math.min(one, other)) === 'websocket')
        expect(at(Math.max(one, other))).toBe('websocket')
    }))
  })
  it('puts about as many members in the share as it says, also those whose ids are alike', () => {
    const members = Array.from({ length: 2_000 }, (_, index) => uuidv7({ msecs: 1_790_000_000_000 + Math.floor(index / 10) }))
    for (const share of [5, 25, 50, 90]) {
      const inShare = members.filter(memberId => transportFor({ mode: 'hybrid', share, choice: null, memberId }) === 'hybrid')
      expect(Math.abs(inShare.length / 20 - share)).toBeLessThan(5)
    }
  })
  it('is the same in every process and version', () => {
    const memberId = '0198a000-0000-7000-8000-000000000001'
    const first = Array.from({ length: 101 }, (_, share) => share).find(share => transportFor({ mode: 'hybrid', share, choice: null, memberId }) === 'hybrid')
    expect(first).toBe(92)
  })
})
