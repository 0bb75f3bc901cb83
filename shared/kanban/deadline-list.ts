import { deadlineInstant } from './deadline.ts'
import type { Deadline } from './matter.ts'

/** A deadline as a form begins with it: internal, a whole day, the day still to be chosen. */
export function newDeadline(id: string): Deadline {
  return { id, kind: 'INTERNAL', title: '', date: '', time: null, timeZone: null, source: 'INTERNAL', extendable: false, doneAt: null }
}

/** Open ones first, each group by when it falls. */
export function sortDeadlines(deadlines: readonly Deadline[], firmZone: string): Deadline[] {
  return deadlines.toSorted((a, b) => Number(a.doneAt !== null) - Number(b.doneAt !== null) || deadlineInstant(a, firmZone) - deadlineInstant(b, firmZone))
}
