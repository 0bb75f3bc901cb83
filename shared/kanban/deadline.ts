import type { DateOnly, Deadline, DeadlineSource, EpochMs, Matter } from './matter.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** How pressing a deadline is; `none` beyond seven days. */
export type Urgency = 'overdue' | 'day' | 'three-days' | 'week' | 'none'

/** A matter with an open deadline from one of these asks before it is closed. */
const BINDING_SOURCES: readonly DeadlineSource[] = ['COURT', 'STATUTE', 'AGENCY']

/** The calendar day of an instant in a zone, `YYYY-MM-DD`. */
export function dateInZone(at: EpochMs, timeZone: string): DateOnly {
  const { year, month, day } = zonedParts(at, timeZone)
  return `${String(year).padStart(4, '0')}-${pad(month)}-${pad(day)}`
}

/**
 * The instant of a wall-clock time in a zone. A time that a change of clocks skips counts by the
 * offset before it; one that happens twice means its first occurrence.
 */
export function instantInZone(date: DateOnly, time: string, timeZone: string): EpochMs {
  return wallClockInstant(Date.parse(`${date}T${time}Z`), timeZone)
}

/** @param asUtc the instant at which a clock in UTC shows the time that is meant */
function wallClockInstant(asUtc: EpochMs, timeZone: string): EpochMs {
  const candidates = [zoneOffset(asUtc - DAY_MS, timeZone), zoneOffset(asUtc + DAY_MS, timeZone)].map(offset => asUtc - offset)
  const exact = candidates.filter(instant => instant + zoneOffset(instant, timeZone) === asUtc)
  return exact.length > 0 ? Math.min(...exact) : candidates[0]!
}

/** When a deadline is missed: its instant, or the end of its day in the firm's zone. */
export function deadlineInstant(deadline: Pick<Deadline, 'date' | 'time' | 'timeZone'>, firmZone: string): EpochMs {
  if (deadline.time)
    return instantInZone(deadline.date, deadline.time, deadline.timeZone ?? firmZone)
  return wallClockInstant(Date.parse(`${deadline.date}T00:00Z`) + DAY_MS, firmZone)
}

/** Red for overdue and within 24 h, yellow within 3 days, green within 7; colour never speaks alone. */
export function urgencyOf(deadline: Pick<Deadline, 'date' | 'time' | 'timeZone' | 'doneAt'>, now: EpochMs, firmZone: string): Urgency {
  if (deadline.doneAt !== null)
    return 'none'
  const left = deadlineInstant(deadline, firmZone) - now
  if (left <= 0)
    return 'overdue'
  if (left <= DAY_MS)
    return 'day'
  if (left <= 3 * DAY_MS)
    return 'three-days'
  return left <= 7 * DAY_MS ? 'week' : 'none'
}

/** The open deadline that comes first, or null. */
export function nextDeadline(matter: Pick<Matter, 'deadlines'>, firmZone: string): Deadline | null {
  let next: Deadline | null = null
  let nextAt = Infinity
  for (const deadline of matter.deadlines) {
    const at = deadline.doneAt === null ? deadlineInstant(deadline, firmZone) : Infinity
    if (at < nextAt) {
      next = deadline
      nextAt = at
    }
  }
  return next
}

/** Open deadlines that a court, a statute or an agency set: closing in spite of them wants a word. */
export function openBindingDeadlines(matter: Pick<Matter, 'deadlines'>): Deadline[] {
  return matter.deadlines.filter(deadline => deadline.doneAt === null && BINDING_SOURCES.includes(deadline.source))
}

/** Whole calendar days from one day to another; negative when it lies behind. */
export function daysBetween(from: DateOnly, to: DateOnly): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS)
}

export function addDays(date: DateOnly, days: number): DateOnly {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)
}

/** Whether the text is a day that exists, `YYYY-MM-DD`. Years before 1000 are slips of the pen, like 0026. */
export function isDateOnly(text: string): boolean {
  if (!/^[1-9]\d{3}-\d{2}-\d{2}$/.test(text))
    return false
  const at = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text)
}

const formats = new Map<string, Intl.DateTimeFormat>()

interface ZonedParts {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  second: number
}

function zonedParts(at: EpochMs, timeZone: string): ZonedParts {
  let format = formats.get(timeZone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-US-u-ca-iso8601', {
      timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
    })
    formats.set(timeZone, format)
  }
  const parts = format.formatToParts(at).map(({ type, value }) => [type, Number(value)])
  return Object.fromEntries(parts) as ZonedParts
}

/** Milliseconds that the zone's clock is ahead of UTC at an instant. */
function zoneOffset(at: EpochMs, timeZone: string): number {
  const { year, month, day, hour, minute, second } = zonedParts(at, timeZone)
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1_000) * 1_000
}

function pad(number: number): string {
  return String(number).padStart(2, '0')
}
