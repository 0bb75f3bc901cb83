import { dateInZone, daysBetween } from './deadline.ts'
import type { DateOnly, EpochMs } from './matter.ts'

/** `short` leaves out the year, `long` names the day of the week. */
export type DayStyle = 'short' | 'medium' | 'long'

const DAY_STYLES: Record<DayStyle, Intl.DateTimeFormatOptions> = {
  short: { month: 'short', day: 'numeric' },
  medium: { year: 'numeric', month: 'short', day: 'numeric' },
  long: { year: 'numeric', month: 'long', day: 'numeric', weekday: 'short' },
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** A calendar day in the reader's language. */
export function formatDay(day: DateOnly, locale: string, style: DayStyle = 'medium'): string {
  // A day has no zone: it is written as it stands.
  return formatWith(locale, 'UTC', DAY_STYLES[style], Date.parse(`${day}T00:00:00Z`))
}

/** The day of an instant, in the firm's zone and the reader's language. */
export function formatDayOf(at: EpochMs, locale: string, timeZone: string, style: DayStyle = 'medium'): string {
  return formatWith(locale, timeZone, DAY_STYLES[style], at)
}

/** Day and time of an instant, in the firm's zone and the reader's language. */
export function formatDateTime(at: EpochMs, locale: string, timeZone: string, style: DayStyle = 'medium'): string {
  return formatWith(locale, timeZone, { ...DAY_STYLES[style], hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }, at)
}

/** Since when something is: a time of today's, yesterday's with that word, and any other with its day. */
export function formatSince(at: EpochMs, now: EpochMs, locale: string, timeZone: string): string {
  const time = formatTime(at, locale, timeZone)
  const days = daysBetween(dateInZone(at, timeZone), dateInZone(now, timeZone))
  if (days === 0)
    return time
  if (days === 1)
    return `${new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(-1, 'day')} ${time}`
  return formatDateTime(at, locale, timeZone)
}

/** The time of an instant, in the firm's zone. */
export function formatTime(at: EpochMs, locale: string, timeZone: string): string {
  return formatWith(locale, timeZone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }, at)
}

const STEPS: readonly [unit: Intl.RelativeTimeFormatUnit, ms: number][] = [
  ['year', 31_557_600_000], ['month', 2_629_800_000], ['day', 86_400_000], ['hour', 3_600_000], ['minute', 60_000],
]

/** How long ago or ahead an instant is, in its largest whole unit. */
export function formatRelative(at: EpochMs, now: EpochMs, locale: string): string {
  // The short form sets a space between a number and its word, which Japanese prose doesn't.
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: locale === 'ja' ? 'narrow' : 'short' })
  const distance = at - now
  const [unit, ms] = STEPS.find(([, ms]) => Math.abs(distance) >= ms) ?? ['second', Infinity]
  return relative.format(Math.trunc(distance / ms) || 0, unit)
}

function formatWith(locale: string, timeZone: string, options: Intl.DateTimeFormatOptions, at: EpochMs): string {
  const key = `${locale}|${timeZone}|${JSON.stringify(options)}`
  let format = formats.get(key)
  if (!format) {
    format = new Intl.DateTimeFormat(locale, { ...options, timeZone })
    formats.set(key, format)
  }
  return format.format(at)
}
