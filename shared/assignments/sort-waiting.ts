import { deadlineInstant } from '#shared/kanban/deadline.ts'
import { PRIORITIES } from '#shared/kanban/matter.ts'
import { normalizeSearchText, splitWords } from '#shared/kanban/search-matters.ts'
import type { ScheduledDeadline, UnassignedMatter } from '#shared/protocol/assignments.ts'

export const WAITING_ORDERS = ['priority', 'deadline', 'waiting', 'caseNumber'] as const
export type WaitingOrder = typeof WAITING_ORDERS[number]

/** The date of a matter that comes first, or null. */
export function nextDate({ deadlines }: Pick<UnassignedMatter, 'deadlines'>, timeZone: string): ScheduledDeadline | null {
  return deadlines.toSorted((a, b) => deadlineInstant(a, timeZone) - deadlineInstant(b, timeZone))[0] ?? null
}

/** Those that hold every word, the most pressing first in the order that is asked for. */
export function sortWaiting(
  matters: readonly UnassignedMatter[],
  { text, order, timeZone }: { text: string, order: WaitingOrder, timeZone: string },
): UnassignedMatter[] {
  const words = splitWords(text)
  return matters
    .map(matter => ({ matter, rank: ranksOf(matter, timeZone) }))
    .filter(({ matter }) => words.length === 0 || isFound(matter, words))
    .sort((a, b) => {
      const keys = [order, ...WAITING_ORDERS] as const
      const key = keys.find(key => a.rank[key] !== b.rank[key])
      return key === undefined ? 0 : a.rank[key] < b.rank[key] ? -1 : 1
    })
    .map(({ matter }) => matter)
}

function ranksOf(matter: UnassignedMatter, timeZone: string): Record<WaitingOrder, number | string> {
  const next = nextDate(matter, timeZone)
  return {
    priority: -PRIORITIES.indexOf(matter.priority),
    deadline: next ? deadlineInstant(next, timeZone) : Infinity,
    // Whose lawyer left has waited longest: it was in work.
    waiting: matter.waitingSince ?? -Infinity,
    caseNumber: matter.caseNumber,
  }
}

function isFound({ caseNumber, title, clientName }: UnassignedMatter, words: readonly string[]): boolean {
  const text = normalizeSearchText([caseNumber, title, clientName].join('\n'))
  return words.every(word => text.includes(word))
}
