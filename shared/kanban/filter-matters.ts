import type { Column } from './board.ts'
import { addDays, dateInZone, deadlineInstant, isDateOnly } from './deadline.ts'
import type { DateOnly, Deadline, EpochMs, Matter, PracticeArea, Priority } from './matter.ts'
import { PRACTICE_AREAS, PRIORITIES } from './matter.ts'
import type { MemberId } from './member.ts'
import { normalizeSearchText, searchTextOf, splitWords } from './search-matters.ts'

/** One press for what presses: overdue now, due on the firm's today, due in its Monday-to-Sunday week. */
export const QUICK_FILTERS = ['overdue', 'today', 'week'] as const
export type QuickFilter = typeof QUICK_FILTERS[number]

/** What a reader narrows the board to. Within a list any match counts; everything that is set must match. */
export interface MatterFilters {
  /** Words that must all be found. */
  text: string
  /** Members named in the assignments, in whatever role. */
  people: MemberId[]
  priorities: Priority[]
  practiceAreas: PracticeArea[]
  tags: string[]
  /** First day of an open deadline, in the firm's zone. */
  dueFrom: DateOnly | null
  /** Last day of an open deadline, in the firm's zone. */
  dueTo: DateOnly | null
  quick: QuickFilter | null
  /** Whether closed matters show. On by default: the board has a column for them. */
  closed: boolean
  /** Whether matters that were put away without being closed show. */
  archived: boolean
}

/** What a filter needs to know besides the matter. */
export interface FilterContext {
  now: EpochMs
  /** IANA zone of the firm's legal time. */
  timeZone: string
  /** The board's columns; without them only a closing date tells a closed matter. */
  columns?: readonly Pick<Column, 'id' | 'kind'>[]
}

/** Longest text and longest list that an address may ask for. */
const MAX_TEXT = 200
const MAX_LIST = 50

/** The filters of a board that nobody has narrowed. */
export function emptyMatterFilters(): MatterFilters {
  return {
    text: '', people: [], priorities: [], practiceAreas: [], tags: [],
    dueFrom: null, dueTo: null, quick: null, closed: true, archived: false,
  }
}

/** Whether the filters narrow nothing. */
export function isUnfiltered(filters: MatterFilters): boolean {
  return Object.keys(matterFiltersToQuery(filters)).length === 0
}

/** The matters that the filters let through, in the order given. */
export function filterMatters(matters: readonly Matter[], filters: MatterFilters, context: FilterContext): Matter[] {
  return matters.filter(createMatterFilter(filters, context))
}

/** A test of one matter, with what is common to all of them worked out once. */
export function createMatterFilter(filters: MatterFilters, context: FilterContext): (matter: Matter) => boolean {
  const words = splitWords(filters.text)
  const people = new Set(filters.people)
  const tags = new Set(filters.tags.map(normalizeSearchText))
  const isClosed = createClosedTest(context)
  const isQuick = filters.quick && createQuickTest(filters.quick, context)
  const { dueFrom, dueTo } = filters

  return matter =>
    (filters.archived || !matter.archived)
    && (filters.closed || !isClosed(matter))
    && (filters.priorities.length === 0 || filters.priorities.includes(matter.priority))
    && (filters.practiceAreas.length === 0 || (matter.practiceArea !== null && filters.practiceAreas.includes(matter.practiceArea)))
    && (people.size === 0 || matter.assignments.some(({ memberId }) => people.has(memberId)))
    && (tags.size === 0 || matter.tags.some(tag => tags.has(normalizeSearchText(tag))))
    && ((!dueFrom && !dueTo) || openDeadlines(matter).some(deadline => isWithin(dayOf(deadline, context.timeZone), dueFrom, dueTo)))
    && (!isQuick || (!matter.archived && !isClosed(matter) && openDeadlines(matter).some(isQuick)))
    && (words.length === 0 || words.every(word => searchTextOf(matter).includes(word)))
}

/** How many matters each quick filter would show, with the other filters as they are. */
export function countQuickFilters(matters: readonly Matter[], filters: MatterFilters, context: FilterContext): Record<QuickFilter, number> {
  const others = filterMatters(matters, { ...filters, quick: null }, context)
  const count = (quick: QuickFilter) => filterMatters(others, { ...emptyMatterFilters(), archived: true, quick }, context).length
  return { overdue: count('overdue'), today: count('today'), week: count('week') }
}

/** The filters as parts of an address; what narrows nothing is left out. */
export function matterFiltersToQuery(filters: MatterFilters): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = {}
  const put = (key: FilterQueryKey, value: string | string[]) => {
    if (value.length > 0)
      query[key] = value
  }
  put('q', filters.text.trim())
  put('who', filters.people)
  put('priority', filters.priorities.map(toSlug))
  put('area', filters.practiceAreas.map(toSlug))
  put('tag', filters.tags)
  put('from', filters.dueFrom ?? '')
  put('to', filters.dueTo ?? '')
  put('due', filters.quick ?? '')
  put('closed', filters.closed ? '' : 'hidden')
  put('archived', filters.archived ? 'shown' : '')
  return query
}

/** The names that filters have in an address. */
export const FILTER_QUERY_KEYS = ['q', 'who', 'priority', 'area', 'tag', 'from', 'to', 'due', 'closed', 'archived'] as const
type FilterQueryKey = typeof FILTER_QUERY_KEYS[number]

/** The filters that an address asks for. Whatever it says that means nothing here is passed over. */
export function matterFiltersFromQuery(query: Readonly<Record<string, unknown>>): MatterFilters {
  const all = (key: FilterQueryKey) => {
    const value = query[key]
    const values = (Array.isArray(value) ? value : [value]).filter(item => typeof item === 'string' && item.trim() !== '')
    return [...new Set(values as string[])].slice(0, MAX_LIST)
  }
  const day = (key: 'from' | 'to') => all(key).find(isDateOnly) ?? null
  return {
    text: (all('q')[0] ?? '').trim().slice(0, MAX_TEXT),
    people: all('who'),
    priorities: all('priority').flatMap(slug => PRIORITIES.find(priority => toSlug(priority) === slug) ?? []),
    practiceAreas: all('area').flatMap(slug => PRACTICE_AREAS.find(area => toSlug(area) === slug) ?? []),
    tags: all('tag'),
    dueFrom: day('from'),
    dueTo: day('to'),
    quick: QUICK_FILTERS.find(quick => all('due')[0] === quick) ?? null,
    closed: all('closed')[0] !== 'hidden',
    archived: all('archived')[0] === 'shown',
  }
}

function createClosedTest({ columns = [] }: FilterContext): (matter: Matter) => boolean {
  const closedIds = new Set(columns.filter(({ kind }) => kind === 'CLOSED').map(({ id }) => id))
  return matter => matter.closedOn !== null || closedIds.has(matter.columnId)
}

function createQuickTest(quick: QuickFilter, { now, timeZone }: FilterContext): (deadline: Deadline) => boolean {
  const today = dateInZone(now, timeZone)
  switch (quick) {
    // A whole day is missed when it is over, so its date decides without a look at the clock.
    case 'overdue': return deadline => deadline.time ? deadlineInstant(deadline, timeZone) <= now : deadline.date < today
    case 'today': return deadline => dayOf(deadline, timeZone) === today
    case 'week': {
      const monday = addDays(today, -((new Date(`${today}T00:00:00Z`).getUTCDay() + 6) % 7))
      const sunday = addDays(monday, 6)
      return deadline => isWithin(dayOf(deadline, timeZone), monday, sunday)
    }
    default: return quick satisfies never
  }
}

/** The firm's day on which a deadline falls. */
function dayOf(deadline: Deadline, timeZone: string): DateOnly {
  return deadline.time && deadline.timeZone && deadline.timeZone !== timeZone
    ? dateInZone(deadlineInstant(deadline, timeZone), timeZone)
    : deadline.date
}

function openDeadlines(matter: Matter): Deadline[] {
  return matter.deadlines.filter(({ doneAt }) => doneAt === null)
}

function isWithin(day: DateOnly, from: DateOnly | null, to: DateOnly | null): boolean {
  return (!from || day >= from) && (!to || day <= to)
}

function toSlug(value: string): string {
  return value.toLowerCase().replaceAll('_', '-')
}
