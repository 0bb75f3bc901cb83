import { describe, expect, it } from 'vitest'
import { NOW, TIME_ZONE } from '../../helpers/builders.ts'
import { formatDateTime, formatDay, formatDayOf, formatRelative, formatTime } from '#shared/kanban/format-time.ts'

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
