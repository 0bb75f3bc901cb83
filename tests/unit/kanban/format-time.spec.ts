import { describe, expect, it } from 'vitest'
import { NOW, TIME_ZONE } from '../../helpers/builders.ts'
import { formatDateTime, formatDay, formatDayOf, formatRelative, formatSince, formatTime } from '#shared/kanban/format-time.ts'

describe('dates', () => {
  it('write a day as it stands, in the reader\'s language', () => {
    expect(formatDay('2026-11-21', 'en')).toBe('Nov 21, 2026')
    expect(formatDay('2026-11-21', 'en', 'short')).toBe('Nov 21')
    expect(formatDay('2026-11-21', 'ja')).toBe('2026年11月21日')
    expect(formatDay('2026-11-21', 'ja', 'long')).toBe('2026年11月21日(土)')
  })

  it('write an instant by the firm\'s clock', () => {
    const lateInLondon = Date.parse('2026-11-20T20:30:00Z')
    expect(formatDayOf(lateInLondon, 'en', TIME_ZONE)).toBe('Nov 21, 2026')
    expect(formatTime(lateInLondon, 'en', TIME_ZONE)).toBe('05:30')
    expect(formatDateTime(lateInLondon, 'en', TIME_ZONE)).toBe('Nov 21, 2026, 05:30')
  })
})

describe('since when something is', () => {
  const HOUR_MS = 3_600_000

  it('is a time today, yesterday\'s with that word, and any other with its day', () => {
    const said = [1, 13, 37].map(hours => formatSince(NOW - hours * HOUR_MS, NOW, 'en', TIME_ZONE))
    expect(said).toEqual(['11:00', 'yesterday 23:00', 'Nov 19, 2026, 23:00'])
    expect(formatSince(NOW - 13 * HOUR_MS, NOW, 'ja', TIME_ZONE)).toBe('昨日 23:00')
  })

  it('goes by the firm\'s days, not by hours', () => {
    // In London it is still the same day.
    expect(formatSince(NOW - 13 * HOUR_MS, NOW - 4 * HOUR_MS, 'en', 'Europe/London')).toBe('14:00')
  })
})

describe('formatRelative', () => {
  it.each([
    [-20_000, 'now'],
    [-60_000, '1 min. ago'],
    [-7_200_000, '2 hr. ago'],
    [-86_400_000, 'yesterday'],
    [3 * 86_400_000, 'in 3 days'],
    [-70 * 86_400_000, '2 mo. ago'],
    [-800 * 86_400_000, '2 yr. ago'],
  ])('says of %i ms: %s', (distance, words) => {
    expect(formatRelative(NOW + distance, NOW, 'en')).toBe(words)
  })

  it('speaks Japanese, without a space between a number and its word', () => {
    expect(formatRelative(NOW - 300_000, NOW, 'ja')).toBe('5分前')
  })
})
