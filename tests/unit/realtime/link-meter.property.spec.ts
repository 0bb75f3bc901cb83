import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLinkMeter, METER_SLICE_MS, METER_SPAN_MS } from '#shared/realtime/link-meter.ts'
import { createSampleRing, percentile } from '#shared/realtime/sample-ring.ts'
import { createVirtualClock } from '../../helpers/virtual-clock.ts'

const numbers = fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: 1, maxLength: 200 })

describe('a percentile', () => {
  it('is one of the values, and the smallest that enough of them don\'t exceed', () => {
    fc.assert(fc.property(numbers, fc.double({ min: 0.01, max: 1, noNaN: true }), (values, share) => {
      const found = percentile(values, share)!
      const reached = (limit: number) => values.filter(value => value <= limit).length / values.length >= share - 1e-12
      expect(values).toContain(found)
      expect(reached(found)).toBe(true)
      const smaller = values.filter(value => value < found)
      expect(smaller.length === 0 || !reached(Math.max(...smaller))).toBe(true)
    }))
  })

  it('of nothing is nothing', () => {
    expect(percentile([], 0.5)).toBeNull()
  })
})

describe('a ring of samples', () => {
  it('has the newest, however many there were', () => {
    fc.assert(fc.property(numbers, fc.integer({ min: 1, max: 50 }), (values, size) => {
      const ring = createSampleRing(size)
      values.forEach((value, at) => ring.add(at, value))
      expect(ring.between(0).sort((a, b) => a - b)).toEqual(values.slice(-size).sort((a, b) => a - b))
    }))
  })
})

describe('a meter', () => {
  it('counts what came within its span, to a slice, whatever came when', () => {
    const courses = fc.array(fc.record({ waitMs: fc.integer({ min: 0, max: 90_000 }), bytes: fc.integer({ min: 0, max: 1_000 }) }), { maxLength: 60 })
    fc.assert(fc.property(courses, (course) => {
      const clock = createVirtualClock()
      const openedAt = clock.now()
      const meter = createLinkMeter(clock)
      const came: { at: number, bytes: number }[] = []
      for (const { waitMs, bytes } of course) {
        clock.sleep(waitMs)
        meter.received(bytes)
        came.push({ at: clock.now(), bytes })
      }
      const sum = (since: number) => came.reduce((total, { at, bytes }) => at >= since ? total + bytes : total, 0)
      const { spanMs, bytesInPerSecond } = meter.figures()
      expect(spanMs).toBe(Math.min(METER_SPAN_MS, Math.max(METER_SLICE_MS, clock.now() - openedAt)))
      const total = bytesInPerSecond * spanMs / 1_000
      expect(total).toBeLessThanOrEqual(sum(clock.now() - METER_SPAN_MS) + 1e-6)
      expect(total).toBeGreaterThanOrEqual(sum(clock.now() - METER_SPAN_MS + METER_SLICE_MS) - 1e-6)
    }))
  })

  it('shares its life between up and down, and what isn\'t wanted counts for neither', async () => {
    const standings = fc.array(fc.record({ standing: fc.constantFrom('up' as const, 'down' as const, 'idle' as const), lastsMs: fc.integer({ min: 0, max: 60_000 }) }), { maxLength: 12 })
    await fc.assert(fc.asyncProperty(standings, async (course) => {
      const clock = createVirtualClock()
      const meter = createLinkMeter(clock)
      for (const { standing, lastsMs } of course) {
        meter.stands(standing)
        await clock.advance(lastsMs)
      }
      const spent = (wanted: string) => course.reduce((total, { standing, lastsMs }) => standing === wanted ? total + lastsMs : total, 0)
      const [up, down] = [spent('up'), spent('down')]
      expect(meter.figures().uptime).toEqual(up + down === 0 ? null : up / (up + down))
    }))
  })
})
