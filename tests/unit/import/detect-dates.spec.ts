import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { detectDates, readDate } from '#server/services/import/detect-dates.ts'
import { isDateOnly } from '#shared/kanban/deadline.ts'

describe('the dates of a column', () => {
  it.each([
    ['month first, when a second number is over 12', ['01/02/2025', '03/15/2025'], { order: 'mdy', ambiguous: false }],
    ['day first, when a first number is over 12', ['01/02/2025', '15/03/2025'], { order: 'dmy', ambiguous: false }],
    ['unclear, when every number fits both', ['01/02/2025', '03/04/2025'], { order: 'mdy', ambiguous: true }],
    ['clear, when both readings are the same day', ['01/01/2025', '02/02/2025'], { order: 'mdy', ambiguous: false }],
    ['what most say, when some contradict', ['01/15/2025', '02/16/2025', '13/02/2023'], { order: 'mdy', ambiguous: false }],
    ['year first', ['2025-01-02', '2025/3/4'], { order: 'ymd', ambiguous: false }],
    ['no dates', ['Tokyo', 'Osaka', '01/02/2025'], null],
    ['no dates when empty', [], null],
  ])('are %s', (_, values, finding) => expect(detectDates(values)).toEqual(finding))

  it.each([
    ['2025-01-15', '2025-01-15'], ['2025/1/5', '2025-01-05'], ['2025.1.5', '2025-01-05'], ['2025-01-15T10:00:00Z', '2025-01-15'],
    ['2025年1月15日', '2025-01-15'], ['令和7年1月15日', '2025-01-15'], ['令和元年5月1日', '2019-05-01'], ['R7.1.15', '2025-01-15'], ['H31/4/30', '2019-04-30'],
    ['昭和64年1月7日', '1989-01-07'], ['１／２／２０２５', '2025-01-02'], ['01/02/25', '2025-01-02'], ['1.2.1999', '1999-01-02'],
    ['15 Jan 2025', '2025-01-15'], ['Jan 15, 2025', '2025-01-15'], ['Wed, 15 January 2025', '2025-01-15'], ['15-Jan-25', '2025-01-15'], ['01/02/2025 17:30', '2025-01-02'],
    ['13/02/2025', null], ['02/30/2025', null], ['soon', null], ['', null], ['20250115', null], ['15 Foo 2025', null],
  ])('reads %s', (text, date) => expect(readDate(text, 'mdy')).toBe(date))

  it('reads day and month in the order that is meant', () => {
    expect(readDate('03/04/2025', 'dmy')).toBe('2025-04-03')
    expect(readDate('03/04/2025', 'mdy')).toBe('2025-03-04')
  })

  it('answers a day that exists, or none', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.tuple(fc.nat(40), fc.nat(40), fc.nat(3000)).map(parts => parts.join('/'))), fc.constantFrom('ymd', 'mdy', 'dmy'), (text, order) => {
      const date = readDate(text, order)
      expect(date === null || isDateOnly(date)).toBe(true)
    }))
  })
})
