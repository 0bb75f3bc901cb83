import fc from 'fast-check'
import { expect, it } from 'vitest'
import { backoffDelay, reconnectDelay } from '#shared/realtime/backoff.ts'

const chances = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

it('[T4] waits no longer than a ceiling that doubles up to the cap', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 1_000 }), chances, (failures, chance) => {
    const delay = backoffDelay(failures, { random: () => chance })
    expect(delay).toBeGreaterThanOrEqual(0)
    expect(delay).toBeLessThanOrEqual(Math.min(60_000, 1_000 * 2 ** (failures - 1)))
  }))
})

it('[T4] never comes back before the server wants it, nor all at once', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 120_000 }), chances, (failures, floorMs, chance) => {
    expect(backoffDelay(failures, { floorMs, random: () => chance })).toBeGreaterThanOrEqual(floorMs)
  }))
  expect(backoffDelay(1, { floorMs: 60_000, random: () => 0.9 })).toBeGreaterThan(backoffDelay(1, { floorMs: 60_000, random: () => 0.1 }))
})

it('takes its base, growth and cap from its options', () => {
  const options = { baseMs: 100, multiplier: 3, capMs: 500, random: () => 0.999_999 }
  expect([0, 1, 2, 3].map(failures => backoffDelay(failures, options))).toEqual([100, 100, 300, 500])
})

it('[T4] comes back within two seconds while an outage is young, and then under a ceiling that doubles from there', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 0, max: 100 }), chances, (failures, lateFailures, chance) => {
    const delay = reconnectDelay({ failures: failures + lateFailures, lateFailures }, { random: () => chance })
    const ceiling = lateFailures === 0 ? Math.min(1_500, 500 * 2 ** (failures - 1)) : Math.min(60_000, 1_500 * 2 ** lateFailures)
    expect(delay).toBeGreaterThanOrEqual(0)
    expect(delay).toBeLessThanOrEqual(ceiling)
  }))
})

it('[T4] heeds the server before everything else, however young the outage', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 60_000 }), chances, (failures, floorMs, chance) => {
    expect(reconnectDelay({ failures, lateFailures: 0 }, { floorMs, random: () => chance })).toBeGreaterThanOrEqual(floorMs)
  }))
})
