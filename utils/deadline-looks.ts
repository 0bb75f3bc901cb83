import { IN_COURT } from '#shared/assignments/schedule-axis.ts'
import { deadlineInstant } from '#shared/kanban/deadline.ts'
import type { DeadlineKind } from '#shared/kanban/matter.ts'
import type { ScheduledDeadline } from '#shared/protocol/assignments.ts'

/** Written in full, so that the build finds the icons; each kind has its own, as colour never speaks alone. */
export const DEADLINE_ICONS: Record<DeadlineKind, string> = {
  STATUTE_OF_LIMITATIONS: 'i-lucide-hourglass',
  COURT_FILING: 'i-lucide-file-up',
  RESPONSE: 'i-lucide-reply',
  HEARING: 'i-lucide-gavel',
  TRIAL: 'i-lucide-scale',
  DISCOVERY: 'i-lucide-file-search',
  APPEAL: 'i-lucide-trending-up',
  AGENCY_RESPONSE: 'i-lucide-landmark',
  SETTLEMENT: 'i-lucide-handshake',
  INTERNAL: 'i-lucide-calendar',
  REMINDER: 'i-lucide-bell',
}

const BY_OURSELVES: readonly DeadlineKind[] = ['INTERNAL', 'REMINDER']

/** How loud a date is: `court` wants somebody to be there, `binding` wants something to leave the house. */
export type DeadlineTone = 'overdue' | 'court' | 'binding' | 'own'

export function toneOf(deadline: ScheduledDeadline, now: number, timeZone: string): DeadlineTone {
  if (deadlineInstant(deadline, timeZone) <= now)
    return 'overdue'
  if (IN_COURT.includes(deadline.kind))
    return 'court'
  return BY_OURSELVES.includes(deadline.kind) ? 'own' : 'binding'
}

export const TONE_CLASSES: Record<DeadlineTone, string> = {
  overdue: 'bg-error text-inverted ring-error',
  court: 'bg-primary text-inverted ring-primary',
  binding: 'bg-default text-primary ring-primary/60',
  own: 'bg-default text-muted ring-accented',
}
