import { stablePick } from '#shared/kanban/initials.ts'

/** A member's colour. It never says anything alone: initials or a name stand with it. */
export interface MemberTone {
  /** Letters on their ground, 7:1 or more. */
  avatar: string
  /** An edge or a ring on the page's ground, 3:1 or more. */
  edge: string
  /** A drawn shape on the page's ground, as readable as an edge. */
  shape: string
}

/** Written in full, so that the build finds them. */
const TONES: readonly MemberTone[] = [
  { avatar: 'bg-sky-100 text-sky-900 dark:bg-sky-900 dark:text-sky-100', edge: 'border-sky-700 dark:border-sky-400', shape: 'text-sky-700 dark:text-sky-400' },
  { avatar: 'bg-emerald-100 text-emerald-900 dark:bg-emerald-900 dark:text-emerald-100', edge: 'border-emerald-700 dark:border-emerald-400', shape: 'text-emerald-700 dark:text-emerald-400' },
  { avatar: 'bg-amber-100 text-amber-900 dark:bg-amber-900 dark:text-amber-100', edge: 'border-amber-700 dark:border-amber-400', shape: 'text-amber-700 dark:text-amber-400' },
  { avatar: 'bg-rose-100 text-rose-900 dark:bg-rose-900 dark:text-rose-100', edge: 'border-rose-700 dark:border-rose-400', shape: 'text-rose-700 dark:text-rose-400' },
  { avatar: 'bg-violet-100 text-violet-900 dark:bg-violet-900 dark:text-violet-100', edge: 'border-violet-700 dark:border-violet-400', shape: 'text-violet-700 dark:text-violet-400' },
  { avatar: 'bg-teal-100 text-teal-900 dark:bg-teal-900 dark:text-teal-100', edge: 'border-teal-700 dark:border-teal-400', shape: 'text-teal-700 dark:text-teal-400' },
  { avatar: 'bg-indigo-100 text-indigo-900 dark:bg-indigo-900 dark:text-indigo-100', edge: 'border-indigo-700 dark:border-indigo-400', shape: 'text-indigo-700 dark:text-indigo-400' },
  { avatar: 'bg-stone-200 text-stone-900 dark:bg-stone-700 dark:text-stone-100', edge: 'border-stone-600 dark:border-stone-400', shape: 'text-stone-600 dark:text-stone-400' },
]

/** The colour of a member, the same on every screen. */
export function memberTone(memberId: string): MemberTone {
  return TONES[stablePick(memberId, TONES.length)]!
}
