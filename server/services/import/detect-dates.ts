import type { DateOrder } from '#shared/import/import-fields.ts'
import { isDateOnly } from '#shared/kanban/deadline.ts'
import type { DateOnly } from '#shared/kanban/matter.ts'

/** What a column's values say of the order of day and month. */
export interface DateFinding {
  order: DateOrder
  /** Every value reads both ways, to different days. */
  ambiguous: boolean
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** First year of each era less one. */
const ERAS: Record<string, number> = { 令和: 2018, R: 2018, 平成: 1988, H: 1988, 昭和: 1925, S: 1925 }

/**
 * How a column writes its dates. A number over 12 settles it; where values contradict one another the
 * many win, and the few will fail as rows. Null when less than half of the values are dates at all.
 */
export function detectDates(values: readonly string[]): DateFinding | null {
  let dates = 0
  let numeric = 0
  let dayFirst = 0
  let monthFirst = 0
  let differing = 0
  for (const value of values) {
    const match = NUMERIC.exec(value.trim())
    if (match) {
      const [a, b] = [Number(match[1]), Number(match[2])]
      if (a >= 1 && b >= 1 && Math.min(a, b) <= 12 && Math.max(a, b) <= 31) {
        dates++
        numeric++
        dayFirst += a > 12 ? 1 : 0
        monthFirst += b > 12 ? 1 : 0
        differing += a <= 12 && b <= 12 && a !== b ? 1 : 0
      }
    }
    else if (readDate(value, 'ymd') !== null) {
      dates++
    }
  }
  if (dates === 0 || dates * 2 < values.length)
    return null
  if (numeric === 0)
    return { order: 'ymd', ambiguous: false }
  const order = dayFirst > monthFirst ? 'dmy' : 'mdy'
  return { order, ambiguous: dayFirst === monthFirst && differing > 0 }
}

/** `1/2/2025`, `01.02.25`, with a time behind it or not. */
const NUMERIC = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?!\d)(?:[T ,]+\d.*)?$/
const YEAR_FIRST = /^(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})(?!\d)(?:[T ,]+\d.*)?$/
const JAPANESE = /^(\d{4})年\s*(\d{1,2})月\s*(\d{1,2})日(?:\s.*)?$/
const ERA = /^(令和|平成|昭和|[RHS])\s*(\d{1,2}|元)(?:年|[/.-])\s*(\d{1,2})(?:月|[/.-])\s*(\d{1,2})日?(?:\s.*)?$/i
const DAY_MONTH_NAME = /^(?:[A-Za-z]{3,9},?\s+)?(\d{1,2})[\s.-]+([A-Za-z]{3,9})[\s.,-]+(\d{4}|\d{2})(?!\d)(?:[T ,]+\d.*)?$/
const MONTH_NAME_DAY = /^(?:[A-Za-z]{3,9},?\s+)?([A-Za-z]{3,9})\.?[\s-]+(\d{1,2})(?:st|nd|rd|th)?[\s,-]+(\d{4})(?!\d)(?:[T ,]+\d.*)?$/

/** The day that a text names, or null when it names none. `order` decides only between day and month. */
export function readDate(value: string, order: DateOrder): DateOnly | null {
  const text = value.normalize('NFKC').trim()
  const yearFirst = YEAR_FIRST.exec(text) ?? JAPANESE.exec(text)
  if (yearFirst)
    return day(Number(yearFirst[1]), Number(yearFirst[2]), Number(yearFirst[3]))
  const era = ERA.exec(text)
  if (era) {
    const start = ERAS[era[1]!.toUpperCase()]!
    return day(start + (era[2] === '元' ? 1 : Number(era[2])), Number(era[3]), Number(era[4]))
  }
  const numeric = NUMERIC.exec(text)
  if (numeric) {
    const [a, b, year] = [Number(numeric[1]), Number(numeric[2]), fullYear(numeric[3]!)]
    return order === 'dmy' ? day(year, b, a) : day(year, a, b)
  }
  const dayFirst = DAY_MONTH_NAME.exec(text)
  if (dayFirst)
    return day(fullYear(dayFirst[3]!), monthNumber(dayFirst[2]!), Number(dayFirst[1]))
  const monthFirst = MONTH_NAME_DAY.exec(text)
  return monthFirst ? day(Number(monthFirst[3]), monthNumber(monthFirst[1]!), Number(monthFirst[2])) : null
}

function fullYear(text: string): number {
  const year = Number(text)
  return text.length === 4 ? year : year + (year < 70 ? 2_000 : 1_900)
}

function monthNumber(name: string): number {
  return MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1
}

function day(year: number, month: number, date: number): DateOnly | null {
  const text = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`
  return year >= 1900 && year <= 2200 && isDateOnly(text) ? text : null
}
