import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { axisDays, entryKey, firmDay, layoutMarks } from '#shared/assignments/schedule-axis.ts'
import { addDays } from '#shared/kanban/deadline.ts'
import type { ScheduleEntry } from '#shared/protocol/assignments.ts'
import { buildDeadline, buildId, TIME_ZONE, TODAY } from '../../helpers/builders.ts'

const entry = (offset: number, id = offset, time: string | null = null): ScheduleEntry => ({
  matterId: buildId(1),
  memberIds: [],
  deadline: buildDeadline({ id: buildId(0x100 + id), date: addDays(TODAY, offset), time, timeZone: time ? TIME_ZONE : null }),
})
const options = { from: TODAY, timeZone: TIME_ZONE, markDays: 1, lanes: 2 }
const pictureOf = (entries: ScheduleEntry[], changes = {}) =>
  layoutMarks(entries, { ...options, ...changes }).marks.map(({ at, lane, entries }) => [at, lane, entries.length])

describe('the days of an axis', () => {
  it('go from the first to the last, with weekends and today', () => {
    // TODAY is a Saturday.
    const days = axisDays({ from: addDays(TODAY, -2), to: addDays(TODAY, 13), today: TODAY })
    expect(days).toHaveLength(16)
    expect(days.filter(({ isWeekend }) => isWeekend).map(({ date }) => date)).toEqual([0, 1, 7, 8].map(offset => addDays(TODAY, offset)))
    expect(days.filter(({ isToday }) => isToday).map(({ date }) => date)).toEqual([TODAY])
    expect(days.filter(({ startsMonth }) => startsMonth).map(({ date }) => date)).toEqual(['2026-11-19', '2026-12-01'])
    expect(days.every(({ isNamed }) => isNamed)).toBe(true)
  })

  it('are named by their Mondays where there are many, and nothing stands in today\'s way', () => {
    const named = (count: number) => axisDays({ from: addDays(TODAY, -2), to: addDays(TODAY, count), today: TODAY })
      .filter(({ isNamed }) => isNamed).map(({ date }) => date)
    expect(named(16)).toEqual([TODAY, '2026-11-23', '2026-11-30', '2026-12-07'])
    expect(named(60).slice(0, 3)).toEqual([TODAY, '2026-11-30', '2026-12-07'])
  })
})

describe('the dates of a row', () => {
  it('stand side by side while there is room', () => {
    expect(pictureOf([entry(2), entry(0), entry(1)])).toEqual([[0.5, 0, 1], [1.5, 0, 1], [2.5, 0, 1]])
  })

  it('stand below one another on one day, the earlier time above, and are counted beyond the last lane', () => {
    const [late, early, third, fourth] = [entry(3, 1, '15:00'), entry(3, 2, '09:00'), entry(3, 3, '16:00'), entry(3, 4, '17:00')]
    const { marks, lanes } = layoutMarks([late!, early!, third!, fourth!], options)
    expect(marks.map(({ lane, entries }) => [lane, entries])).toEqual([[0, [early]], [1, [late, third, fourth]]])
    expect(lanes).toBe(2)
  })

  it('give way to neighbours where a mark is wider than a day', () => {
    expect(pictureOf([entry(0), entry(1), entry(2), entry(4)], { markDays: 2 })).toEqual([[0.5, 0, 1], [1.5, 1, 1], [2.5, 0, 1], [4.5, 0, 1]])
  })

  it('have one lane when there are none', () => {
    expect(layoutMarks([], options)).toEqual({ marks: [], lanes: 1 })
  })

  it('stand on the firm\'s day, wherever their clock is', () => {
    expect(firmDay({ date: '2026-11-21', time: '20:00', timeZone: 'America/New_York' }, TIME_ZONE)).toBe('2026-11-22')
    expect(firmDay({ date: '2026-11-21', time: '20:00', timeZone: TIME_ZONE }, TIME_ZONE)).toBe('2026-11-21')
    expect(firmDay({ date: '2026-11-21', time: null, timeZone: null }, TIME_ZONE)).toBe('2026-11-21')
  })

  it('are all told, never overlap, and come to the same picture in whatever order they come', () => {
    fc.assert(fc.property(
      fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 40 }), fc.double({ min: 0.2, max: 4, noNaN: true }), fc.integer({ min: 1, max: 4 }),
      (days, markDays, lanes) => {
        const entries = days.map((day, index) => entry(day, index))
        const { marks, lanes: used } = layoutMarks(entries, { ...options, markDays, lanes })
        expect(layoutMarks(entries.toReversed(), { ...options, markDays, lanes })).toEqual({ marks, lanes: used })
        expect(marks.flatMap(({ entries }) => entries).map(entryKey).sort()).toEqual(entries.map(entryKey).sort())
        expect(used).toBeLessThanOrEqual(lanes)
        for (const [lane, inLane] of Map.groupBy(marks, mark => mark.lane)) {
          expect(lane).toBeLessThan(used)
          inLane.slice(1).forEach((mark, index) => expect(mark.at - inLane[index]!.at).toBeGreaterThanOrEqual(markDays - 1e-6))
        }
      },
    ))
  })
})
