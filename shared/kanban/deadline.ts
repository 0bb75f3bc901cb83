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
  return `${year}-${month}-${day}`
}

/**
 * The instant of a wall-clock time in a zone. A time that a change of clocks skips counts by the
 * offset before it; one that happens twice means its first occurrence.
 */
export function instantInZone(date: DateOnly, time: string, timeZone: string): EpochMs {
  const asUtc = Date.parse(`${date}T${time.length === 5 ? `${time}:00` : time}Z`)
  const candidates = [zoneOffset(asUtc - DAY_MS, timeZone), zoneOffset(asUtc + DAY_MS, timeZone)].map(offset => asUtc - offset)
  const exact = candidates.filter(instant => instant + zoneOffset(instant, timeZone) === asUtc)
  return exact.length > 0 ? Math.min(...exact) : candidates[0]!
}

/** When a deadline is missed: its instant, or the end of its day in the firm's zone. */
export function deadlineInstant(deadline: Pick<Deadline, 'date' | 'time' | 'timeZone'>, firmZone: string): EpochMs {
  if (deadline.time)
    return instantInZone(deadline.date, deadline.time, deadline.timeZone ?? firmZone)
  return instantInZone(addDays(deadline.date, 1), '00:00', firmZone)
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

/** Whether the text is a day that exists, `YYYY-MM-DD`. */
export function isDateOnly(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text))
    return false
  const at = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text)
}

const formats = new Map<string, Intl.DateTimeFormat>()

function zonedParts(at: EpochMs, timeZone: string): Record<string, string> {
  let format = formats.get(timeZone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
    })
    formats.set(timeZone, format)
  }
  const parts: Record<string, string> = {}
  for (const { type, value } of format.formatToParts(at))
    parts[type] = value
  return parts
}

/** Milliseconds that the zone's clock is ahead of UTC at an instant. */
function zoneOffset(at: EpochMs, timeZone: string): number {
  const { year, month, day, hour, minute, second } = zonedParts(at, timeZone)
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) - Math.floor(at / 1_000) * 1_000
}
