import type { Ref } from 'vue'
import type { MatterId } from '#shared/kanban/matter.ts'
import type { MemberId } from '#shared/kanban/member.ts'
import type { InHand, LetGo, UseHandReturn } from './useHand.ts'
import { useHand } from './useHand.ts'
import type { Point } from './usePressAndDrag.ts'

/** The matter in a person's hand, and above whose row; null beside the rows. */
export interface HeldForAssignment extends InHand {
  memberId: MemberId | null
}

export interface UseAssignDragOptions {
  /** What holds both the matters and the rows. */
  root: Readonly<Ref<HTMLElement | null>>
  /** What scrolls the rows up and down. */
  scroller: () => HTMLElement | null
  /** Rows in the order in which the keyboard goes through them. */
  rows: () => readonly MemberId[]
  /** Whether a matter may be lifted at all. */
  canLift: (matterId: MatterId) => boolean
  onDrop: (matterId: MatterId, memberId: MemberId) => void
  onStep?: (kind: 'lifted' | 'over' | LetGo, held: HeldForAssignment) => void
}

export type UseAssignDragReturn = Pick<UseHandReturn<HeldForAssignment>, 'held' | 'ghost' | 'lift' | 'cancel'>

/*
 * Attributes by which the drag finds its way: `data-assign-matter` on a matter's card, `data-assign-member` on a row.
 */
const NO_DRAG = 'input, select, textarea, [data-no-drag]'
const STEPS: Readonly<Record<string, 1 | -1>> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }

/** Brings mouse, touch and keyboard to one intent: this matter is that colleague's. */
export function useAssignDrag({ root, scroller, rows, canLift, onDrop, onStep }: UseAssignDragOptions): UseAssignDragReturn {
  const { held, ghost, lift, hold, cancel } = useHand<HeldForAssignment>({
    root,
    cardAt(target) {
      const card = target.closest(NO_DRAG) ? null : target.closest<HTMLElement>('[data-assign-matter]')
      return card && { key: card.dataset.assignMatter!, element: card }
    },
    edges: { across: () => null, down: scroller, isPaged: () => false },
    take: (matterId, by) => canLift(matterId) ? { matterId, by, memberId: null } : null,
    aim(held, at) {
      const memberId = rowAt(at)
      return memberId === held.memberId ? held : { ...held, memberId }
    },
    onLift: held => onStep?.('lifted', held),
    onKey(held, key) {
      const direction = STEPS[key]
      if (direction)
        step(held, direction)
    },
    onDrop(held) {
      const { matterId, memberId } = held
      // A colleague may have left since the keyboard came to their row.
      if (memberId !== null && rows().includes(memberId))
        return () => onDrop(matterId, memberId)
      onStep?.('cancelled', held)
      return null
    },
    onCancel: (held, why) => onStep?.(why, held),
  })

  function rowAt({ x, y }: Point): MemberId | null {
    const row = document.elementFromPoint(x, y)?.closest<HTMLElement>('[data-assign-member]')
    return row && root.value?.contains(row) ? row.dataset.assignMember! : null
  }

  function step(held: HeldForAssignment, direction: 1 | -1): void {
    const all = rows()
    const index = held.memberId === null ? -1 : all.indexOf(held.memberId)
    const memberId = all[Math.min(all.length - 1, Math.max(0, index + direction))]
    if (memberId === undefined || memberId === held.memberId)
      return
    const next = { ...held, memberId }
    hold(next)
    onStep?.('over', next)
    root.value?.querySelector(`[data-assign-member="${CSS.escape(memberId)}"]`)?.scrollIntoView({ block: 'nearest' })
  }

  return { held, ghost, lift, cancel }
}
