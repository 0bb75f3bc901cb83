import type { Ref } from 'vue'
import type { ColumnId } from '#shared/kanban/board.ts'
import type { MatterId } from '#shared/kanban/matter.ts'
import type { DropColumn, DropTarget, MoveIntent } from '#shared/kanban/move-intent.ts'
import { indexAt, intentOf, isStepKey, nearestSpan, placeOf, placesIn, stepTarget } from '#shared/kanban/move-intent.ts'
import type { InHand, LetGo, UseHandReturn } from './useHand.ts'
import { useHand } from './useHand.ts'
import type { Point } from './usePressAndDrag.ts'

/** The matter in a person's hand. */
export interface HeldMatter extends InHand {
  /** Where it was lifted. */
  from: DropTarget
  /** Where it would land; null outside the board. */
  target: DropTarget | null
}

/** A step of a drag, to be put into words. */
export interface DragStep {
  kind: 'lifted' | 'over' | 'dropped' | 'unchanged' | LetGo
  by: HeldMatter['by']
  matterId: MatterId
  columnId: ColumnId
  /** From 1. */
  position: number
  /** How many places the column has. */
  places: number
}

export interface UseMatterDragOptions {
  /** What holds the columns and scrolls sideways. */
  root: Readonly<Ref<HTMLElement | null>>
  /** The columns as they are shown, the held card where it was lifted. */
  columns: () => readonly DropColumn[]
  /** Whether a matter may be lifted at all. */
  canLift: (matterId: MatterId) => boolean
  /** A drop that changes something. */
  onDrop: (intent: MoveIntent) => void
  onStep?: (step: DragStep) => void
}

export type UseMatterDragReturn = Pick<UseHandReturn<HeldMatter>, 'held' | 'ghost' | 'lift' | 'cancel'>

/*
 * Attributes by which the drag finds its way on the screen: `data-matter-id` on a card,
 * `data-drop-column` (a column's id) on a column, `data-drop-list` on what scrolls its cards,
 * `data-index` (among what the column shows) on a card's place, `data-no-drag` on what isn't a handle.
 */
const CARD = '[data-matter-id]'
const NO_DRAG = 'button, input, select, textarea, [contenteditable], [data-no-drag]'

/** Pixels beyond the board within which a drop still counts. */
const MARGIN_PX = 48

/** Brings mouse, touch and keyboard to one intent: this matter, into that column, next to that neighbour. */
export function useMatterDrag(options: UseMatterDragOptions): UseMatterDragReturn {
  const { root, columns } = options
  const { held, ghost, lift, hold, cancel } = useHand<HeldMatter>({
    root,
    cardAt: target => target.closest(NO_DRAG) ? null : cardAt(target),
    edges: {
      across: () => root.value,
      down: ({ x }) => listOf(columnAt(x)),
      isPaged() {
        const [column] = columnElements()
        return column !== undefined && column.offsetWidth > root.value!.clientWidth / 2
      },
    },
    take(matterId, by) {
      const from = placeOf(matterId, columns())
      return from && options.canLift(matterId) ? { matterId, by, from, target: from } : null
    },
    aim(held, at) {
      const target = targetAt(held.matterId, at)
      return isSame(target, held.target) ? held : { ...held, target }
    },
    onLift: held => report('lifted', held),
    onKey(held, key) {
      if (isStepKey(key) && held.target)
        stepTo({ ...held, target: stepTarget(key, held.target, columns(), held.matterId) })
    },
    onDrop(held) {
      const intent = held.target && intentOf(held.matterId, held.target, columns())
      report(intent ? 'dropped' : held.target ? 'unchanged' : 'cancelled', held)
      return intent && (() => options.onDrop(intent))
    },
    onCancel: (held, why) => report(why, held),
  })

  function stepTo(next: HeldMatter): void {
    hold(next)
    report('over', next)
  }

  function report(kind: DragStep['kind'], { matterId, by, from, target }: HeldMatter): void {
    const place = (kind === 'cancelled' || kind === 'unchanged' ? null : target) ?? from
    const column = columns().find(({ columnId }) => columnId === place.columnId)
    const places = (column ? placesIn(column, matterId) : 0) + 1
    options.onStep?.({ kind, by, matterId, columnId: place.columnId, position: place.index + 1, places })
  }

  function columnElements(): HTMLElement[] {
    return [...root.value?.querySelectorAll<HTMLElement>('[data-drop-column]') ?? []]
  }

  function columnAt(x: number): HTMLElement | null {
    return nearestSpan(x, columnElements().map((element) => {
      const { left, right } = element.getBoundingClientRect()
      return { key: element, start: left, end: right }
    }))
  }

  function targetAt(matterId: MatterId, { x, y }: Point): DropTarget | null {
    const board = root.value?.getBoundingClientRect()
    const element = columnAt(x)
    const column = columns().find(({ columnId }) => columnId === element?.dataset.dropColumn)
    if (!board || !element || !column || y < board.top - MARGIN_PX || y > board.bottom + MARGIN_PX)
      return null
    const heldAt = column.matterIds.indexOf(matterId)
    const cards = [...element.querySelectorAll<HTMLElement>('[data-index]')]
      .map(card => ({ card, index: Number(card.dataset.index) }))
      .filter(({ index }) => index !== heldAt)
      .map(({ card, index }) => {
        const { top, bottom } = card.getBoundingClientRect()
        return { index: heldAt !== -1 && index > heldAt ? index - 1 : index, start: top, end: bottom }
      })
    return { columnId: column.columnId, index: column.sorted ? 0 : indexAt(y, cards) }
  }

  return { held, ghost, lift, cancel }
}

function cardAt(target: Element): { key: string, element: HTMLElement } | null {
  const element = target.closest<HTMLElement>(CARD)
  return element && { key: element.dataset.matterId!, element }
}

function listOf(column: HTMLElement | null): HTMLElement | null {
  return column?.querySelector<HTMLElement>('[data-drop-list]') ?? null
}

function isSame(a: DropTarget | null, b: DropTarget | null): boolean {
  return a === b || (a?.columnId === b?.columnId && a?.index === b?.index)
}
