import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addDays, dateInZone, daysBetween, deadlineInstant, instantInZone, isDateOnly, nextDeadline, openBindingDeadlines, urgencyOf,
} from '#shared/kanban/deadline.ts'
import { DEADLINE_SOURCES } from '#shared/kanban/matter.ts'
import { buildDeadline, buildId, buildMatter, NOW, TIME_ZONE, TODAY } from '../../helpers/builders.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const ZONES = [
  'Asia/Tokyo', 'UTC', 'America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe', 'Pacific/Apia', 'Pacific/Chatham',
  'America/Sao_Paulo', 'Asia/Kathmandu', 'America/St_Johns', 'Pacific/Kiritimati',
]
const zones = fc.constantFrom(...ZONES)
/** Instants between 1980 and 2100. */
const instants = fc.integer({ min: Date.parse('1980-01-01'), max: Date.parse('2100-01-01') })
const days = fc.integer({ min: -350_000, max: 2_930_000 }).map(day => new Date(day * DAY_MS).toISOString().slice(0, 10))

const utc = (text: string) => Date.parse(text)

describe('days and instants', () => {
  it('tells the day of an instant in a zone', () => {
    expect(dateInZone(utc('2026-11-20T14:59:59Z'), 'Asia/Tokyo')).toBe('2026-11-20')
    expect(dateInZone(utc('2026-11-20T15:00:00Z'), 'Asia/Tokyo')).toBe('2026-11-21')
    expect(dateInZone(utc('2026-11-20T15:00:00Z'), 'America/New_York')).toBe('2026-11-20')
    expect(dateInZone(utc('2026-01-02T00:00:00Z'), 'UTC')).toBe('2026-01-02')
  })

  it('turns the clock of a zone into an instant', () => {
    expect(instantInZone('2026-11-21', '10:00', 'Asia/Tokyo')).toBe(utc('2026-11-21T01:00:00Z'))
    expect(instantInZone('2026-11-21', '10:00:30', 'Asia/Tokyo')).toBe(utc('2026-11-21T01:00:30Z'))
    expect(instantInZone('2026-07-01', '10:00', 'America/New_York')).toBe(utc('2026-07-01T14:00:00Z'))
    expect(instantInZone('2026-12-01', '10:00', 'America/New_York')).toBe(utc('2026-12-01T15:00:00Z'))
  })

  it('counts a time that the spring change skips by the offset before it', () => {
    expect(instantInZone('2026-03-08', '02:30', 'America/New_York')).toBe(utc('2026-03-08T07:30:00Z'))
    expect(instantInZone('2026-03-29', '02:30', 'Europe/Berlin')).toBe(utc('2026-03-29T01:30:00Z'))
  })

  it('takes the first of the two times that the autumn change brings', () => {
    expect(instantInZone('2026-11-01', '01:30', 'America/New_York')).toBe(utc('2026-11-01T05:30:00Z'))
    expect(instantInZone('2026-10-25', '02:30', 'Europe/Berlin')).toBe(utc('2026-10-25T00:30:00Z'))
  })

  it('knows a change of half an hour and a midnight that never was', () => {
    expect(instantInZone('2026-10-04', '02:15', 'Australia/Lord_Howe')).toBe(utc('2026-10-03T15:45:00Z'))
    expect(instantInZone('2018-11-04', '00:00', 'America/Sao_Paulo')).toBe(utc('2018-11-04T03:00:00Z'))
    expect(instantInZone('2011-12-31', '00:00', 'Pacific/Apia')).toBe(utc('2011-12-30T10:00:00Z'))
  })

  it('finds the instant again from what its zone shows, up to the doubled hours', () => {
    fc.assert(fc.property(instants, zones, (at, timeZone) => {
      const minute = Math.floor(at / 60_000) * 60_000
      const time = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(minute)
      const found = instantInZone(dateInZone(minute, timeZone), time, timeZone)
      expect(found).toBeLessThanOrEqual(minute)
      expect([0, HOUR_MS / 2, HOUR_MS]).toContain(minute - found)
      expect(dateInZone(found, timeZone)).toBe(dateInZone(minute, timeZone))
    }))
  })

  it('counts and adds days in calendars, not in hours', () => {
    expect(addDays('2026-02-28', 1)).toBe('2026-03-01')
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29')
    expect(addDays('2026-01-01', -1)).toBe('2025-12-31')
    expect(daysBetween('2026-03-01', '2026-02-28')).toBe(-1)
    fc.assert(fc.property(days, fc.integer({ min: -1_000, max: 1_000 }), (day, count) => {
      expect(daysBetween(day, addDays(day, count))).toBe(count)
    }))
  })

  it.each([
    ['2026-11-21', true], ['2028-02-29', true], ['1000-01-01', true], ['9999-12-31', true],
    ['2026-02-29', false], ['2026-13-01', false], ['2026-00-10', false], ['2026-11-31', false], ['0026-11-21', false], ['0000-01-01', false],
    ['2026-1-1', false], ['20261121', false], ['2026-11-21T00:00', false], ['tomorrow', false], ['', false], [' 2026-11-21', false], ['２０２６-11-21', false],
  ])('%s is a day: %s', (text, answer) => {
    expect(isDateOnly(text)).toBe(answer)
  })
})

describe('deadlines', () => {
  const whole = (date: string) => buildDeadline({ date })

  it('end with the day in the firm\'s zone, or at their time in their own zone', () => {
    expect(deadlineInstant(whole('2026-11-21'), TIME_ZONE)).toBe(utc('2026-11-21T15:00:00Z'))
    expect(deadlineInstant(buildDeadline({ date: '2026-11-21', time: '09:30' }), TIME_ZONE)).toBe(utc('2026-11-21T00:30:00Z'))
    expect(deadlineInstant(buildDeadline({ date: '2026-11-21', time: '09:30', timeZone: 'America/New_York' }), TIME_ZONE)).toBe(utc('2026-11-21T14:30:00Z'))
  })

  it('last 23 or 25 hours on the days when clocks change', () => {
    const lengthOf = (date: string) => (deadlineInstant(whole(date), 'Europe/Berlin') - deadlineInstant(whole(addDays(date, -1)), 'Europe/Berlin')) / HOUR_MS
    expect(lengthOf('2026-03-29')).toBe(23)
    expect(lengthOf('2026-10-25')).toBe(25)
    expect(lengthOf('2026-11-21')).toBe(24)
  })

  it('end at the limits of the calendar too', () => {
    expect(deadlineInstant(whole('9999-12-31'), TIME_ZONE)).toBe(Date.UTC(9999, 11, 31, 15))
    expect(urgencyOf(whole('9999-12-31'), NOW, TIME_ZONE)).toBe('none')
    expect(urgencyOf(whole('1000-01-01'), NOW, TIME_ZONE)).toBe('overdue')
  })

  it.each([
    ['overdue', -1], ['overdue', 0], ['day', 1], ['day', DAY_MS], ['three-days', DAY_MS + 1], ['three-days', 3 * DAY_MS],
    ['week', 3 * DAY_MS + 1], ['week', 7 * DAY_MS], ['none', 7 * DAY_MS + 1],
  ])('are %s with %d ms left', (urgency, left) => {
    const deadline = buildDeadline({ date: '2026-12-24', time: '12:00', timeZone: 'UTC' })
    expect(urgencyOf(deadline, utc('2026-12-24T12:00:00Z') - left, TIME_ZONE)).toBe(urgency)
  })

  it('press no longer once they are done', () => {
    expect(urgencyOf(buildDeadline({ date: '2020-01-01', doneAt: NOW }), NOW, TIME_ZONE)).toBe('none')
  })

  it('press more, never less, as time goes by', () => {
    const order = ['none', 'week', 'three-days', 'day', 'overdue']
    fc.assert(fc.property(instants, instants, fc.integer({ min: 0, max: 14 }), zones, (one, other, ahead, timeZone) => {
      const deadline = whole(addDays(dateInZone(Math.max(one, other), timeZone), ahead))
      const [early, late] = [Math.min(one, other), Math.max(one, other)].map(at => order.indexOf(urgencyOf(deadline, at, timeZone)))
      expect(early).toBeLessThanOrEqual(late!)
    }))
  })

  it('are shown by the open one that comes first, a time before the end of its day', () => {
    const deadlines = [
      buildDeadline({ id: buildId(1), date: addDays(TODAY, 5) }),
      buildDeadline({ id: buildId(2), date: addDays(TODAY, 1), doneAt: NOW }),
      buildDeadline({ id: buildId(3), date: addDays(TODAY, 2) }),
      buildDeadline({ id: buildId(4), date: addDays(TODAY, 2), time: '17:00' }),
    ]
    expect(nextDeadline(buildMatter({ deadlines }), TIME_ZONE)?.id).toBe(buildId(4))
    expect(nextDeadline(buildMatter({ deadlines: [deadlines[1]!] }), TIME_ZONE)).toBeNull()
    expect(nextDeadline(buildMatter(), TIME_ZONE)).toBeNull()
  })

  it('bind when a court, a statute or an agency set them and they are open', () => {
    const deadlines = DEADLINE_SOURCES.map((source, index) => buildDeadline({ id: buildId(index), source }))
    expect(openBindingDeadlines({ deadlines }).map(({ source }) => source)).toEqual(['STATUTE', 'COURT', 'AGENCY'])
    expect(openBindingDeadlines({ deadlines: deadlines.map(deadline => ({ ...deadline, doneAt: NOW })) })).toEqual([])
  })
})
