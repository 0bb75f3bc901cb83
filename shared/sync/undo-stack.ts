import { isStillUndoable } from '#shared/kanban/apply-mutation.ts'
import type { Matter, MatterId } from '#shared/kanban/matter.ts'
import type { MemberId } from '#shared/kanban/member.ts'
import type { UndoStep } from './outbox-entry.ts'

const LONGEST = 20

/** The steps with one more, the oldest forgotten. */
export function withStep(steps: readonly UndoStep[], step: UndoStep): readonly UndoStep[] {
  return [...steps, step].slice(-LONGEST)
}

/** The steps once the change of one is in the board version `version`. */
export function withVersion(steps: readonly UndoStep[], key: string, version: number): readonly UndoStep[] {
  return steps.map(step => step.key === key ? { ...step, change: { ...step.change, version } } : step)
}

/** The steps without one. */
export function withoutStep(steps: readonly UndoStep[], key: string): readonly UndoStep[] {
  return steps.some(step => step.key === key) ? steps.filter(step => step.key !== key) : steps
}

/**
 * The steps that can still be taken back: nobody built on them. Of several on one matter only the newest is
 * asked; those that lie under it come free when it is taken back.
 *
 * @param rows as they show
 */
export function stillUndoable(steps: readonly UndoStep[], rows: ReadonlyMap<MatterId, Matter>, actorId: MemberId): readonly UndoStep[] {
  const newest = new Map(steps.map(step => [step.matterId, step]))
  const kept = steps.filter(step => newest.get(step.matterId) !== step || isStillUndoable(step.change, rows.get(step.matterId), actorId))
  return kept.length === steps.length ? steps : kept
}
