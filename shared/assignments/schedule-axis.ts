import { addDays, dateInZone, daysBetween, deadlineInstant } from '#shared/kanban/deadline.ts'
import type { DateOnly, Deadline, DeadlineKind } from '#shared/kanban/matter.ts'
import type { ScheduledDeadline, ScheduleEntry } from '#shared/protocol/assignments.ts'

/** In court somebody has to be there. */
export const IN_COURT: readonly DeadlineKind[] = ['HEARING', 'TRIAL']

/** One day of the time axis. */
export interface AxisDay {
  date: DateOnly
  isWeekend: boolean
  isToday: boolean
  /** The axis says the month here: at its start, and with the first of each month. */
  startsMonth: boolean
  /** The axis names this day; there isn't room for all of them. */
  isNamed: boolean
}

/** One thing on the axis: a date, or several for which there is no room side by side. */
export interface AxisMark {
  /** Of the first entry: the same mark is the same thing after a refresh. */
  key: string
  /** Days from the axis' start to the middle of the mark. */
  at: number
  /** From 0, downwards. */
  lane: number
  entries: readonly ScheduleEntry[]
}

export interface AxisLayout {
  marks: AxisMark[]
  /** How many lanes are used; at least one. */
  lanes: number
}

export interface LayoutOptions {
  from: DateOnly
  timeZone: string
  /** Width of a mark, in days. */
  markDays: number
  /** Most lanes; what finds no room in them is counted in the last one. */
  lanes: number
}

/** The firm's day on which a deadline falls. */
export function firmDay(deadline: Pick<Deadline, 'date' | 'time' | 'timeZone'>, timeZone: string): DateOnly {
  const isElsewhere = deadline.time !== null && deadline.timeZone !== null && deadline.timeZone !== timeZone
  return isElsewhere ? dateInZone(deadlineInstant(deadline, timeZone), timeZone) : deadline.date
}

/** The days from one to another, both included. */
export function axisDays({ from, to, today }: { from: DateOnly, to: DateOnly, today: DateOnly }): AxisDay[] {
  const count = daysBetween(from, to) + 1
  return Array.from({ length: count }, (_, index) => {
    const date = addDays(from, index)
    const weekday = weekdayOf(date)
    const isToday = date === today
    return {
      date,
      isWeekend: weekday === 0 || weekday === 6,
      isToday,
      // A month that ends in a moment leaves its room to the next one.
      startsMonth: date.endsWith('-01') || (index === 0 && date.slice(0, 7) === addDays(from, Math.ceil(count / 8)).slice(0, 7)),
      // Mondays carry a long axis; today says itself, and needs its neighbours' room.
      isNamed: isToday || count <= 17 || (weekday === 1 && Math.abs(daysBetween(date, today)) > (count <= 40 ? 1 : 3)),
    }
  })
}

/**
 * Where the dates of one row stand: side by side as long as there is room, else below one another, else
 * counted together. They are taken in order of time, so that the same dates always come to the same picture.
 */
export function layoutMarks(entries: readonly ScheduleEntry[], { from, timeZone, markDays, lanes }: LayoutOptions): AxisLayout {
  const placed = entries
    .map(entry => ({ entry, at: daysBetween(from, firmDay(entry.deadline, timeZone)) + 0.5 }))
    .sort((a, b) => a.at - b.at || instantOf(a.entry, timeZone) - instantOf(b.entry, timeZone) || (entryKey(a.entry) < entryKey(b.entry) ? -1 : 1))
  const ends: number[] = []
  const marks: { key: string, at: number, lane: number, entries: ScheduleEntry[] }[] = []
  for (const { entry, at } of placed) {
    const start = at - markDays / 2
    const free = Array.from({ length: lanes }, (_, lane) => lane).find(lane => (ends[lane] ?? -Infinity) <= start + 1e-9)
    if (free === undefined) {
      marks.findLast(({ lane }) => lane === lanes - 1)!.entries.push(entry)
      continue
    }
    ends[free] = at + markDays / 2
    marks.push({ key: entryKey(entry), at, lane: free, entries: [entry] })
  }
  return { marks, lanes: Math.max(1, ends.length) }
}

/** What tells one date of one matter from another. */
export function entryKey({ matterId, deadline }: Pick<ScheduleEntry, 'matterId' | 'deadline'>): string {
  return `${matterId}/${deadline.id}`
}

function instantOf({ deadline }: { deadline: ScheduledDeadline }, timeZone: string): number {
  return deadlineInstant(deadline, timeZone)
}

function weekdayOf(date: DateOnly): number {
  return new Date(`${date}T00:00:00Z`).getUTCDay()
}
