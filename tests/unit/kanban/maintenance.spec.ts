import { describe, expect, it } from 'vitest'
import { lengthOf, maintenancePhase, untilNextCount } from '#shared/kanban/maintenance.ts'
import { NOW } from '../../helpers/builders.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const maintenance = { startsAt: NOW + 15 * MINUTE, minutes: 30 }

describe('a maintenance', () => {
  it('is ahead, then it runs, then it is over', () => {
    expect(maintenancePhase(maintenance, NOW)).toEqual({ phase: 'ahead', left: 15 * MINUTE })
    expect(maintenancePhase(maintenance, NOW + 15 * MINUTE)).toEqual({ phase: 'running', until: NOW + 45 * MINUTE })
    expect(maintenancePhase(maintenance, NOW + 45 * MINUTE - 1)).toEqual({ phase: 'running', until: NOW + 45 * MINUTE })
    expect(maintenancePhase(maintenance, NOW + 45 * MINUTE)).toBeNull()
  })

  it('is counted down each minute, each second of the last one, and then when it is over', () => {
    expect(untilNextCount(maintenance, NOW)).toBe(MINUTE)
    expect(untilNextCount(maintenance, NOW + 10 * SECOND)).toBe(50 * SECOND)
    expect(untilNextCount(maintenance, NOW + 14 * MINUTE)).toBe(SECOND)
    expect(untilNextCount(maintenance, NOW + 14 * MINUTE + 100)).toBe(900)
    expect(untilNextCount(maintenance, NOW + 15 * MINUTE)).toBe(30 * MINUTE)
    expect(untilNextCount(maintenance, NOW + 45 * MINUTE)).toBeNull()
  })

  it.each([
    [1, [{ unit: 'seconds', count: 1 }]],
    [MINUTE, [{ unit: 'seconds', count: 60 }]],
    [MINUTE + 1, [{ unit: 'minutes', count: 2 }]],
    [14 * MINUTE, [{ unit: 'minutes', count: 14 }]],
    [HOUR - 1, [{ unit: 'hours', count: 1 }]],
    [5 * HOUR + 20 * MINUTE, [{ unit: 'hours', count: 5 }, { unit: 'minutes', count: 20 }]],
    [47 * HOUR, [{ unit: 'hours', count: 47 }]],
    [72 * HOUR, [{ unit: 'days', count: 3 }]],
  ])('%i ms are said in the units of people', (ms, expected) => {
    expect(lengthOf(ms)).toEqual(expected)
  })
})
