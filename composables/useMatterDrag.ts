import type { Ref, ShallowRef } from 'vue'
import { onScopeDispose, shallowReadonly, shallowRef } from 'vue'
import type { ColumnId } from '#shared/kanban/board.ts'
import type { MatterId } from '#shared/kanban/matter.ts'
import type { DropColumn, DropTarget, MoveIntent } from '#shared/kanban/move-intent.ts'
import { indexAt, intentOf, isStepKey, nearestSpan, placeOf, placesIn, stepTarget } from '#shared/kanban/move-intent.ts'
import { useEdgeScroll } from './useEdgeScroll.ts'
import { useHeldKeys } from './useHeldKeys.ts'
import type { Grip, Point } from './usePressAndDrag.ts'
import { usePressAndDrag } from './usePressAndDrag.ts'

/** The matter in a person's hand. */
export interface HeldMatter {
  matterId: MatterId
  by: 'pointer' | 'keyboard'
  /** Where it was lifted. */
  from: DropTarget
  /** Where it would land; null outside the board. */
  target: DropTarget | null
}

/** What follows the pointer: the top left corner in the window, and the width, in pixels. */
export interface DragGhost extends Point {
  width: number
}

/** A step of a drag, to be put into words. */
export interface DragStep {
  kind: 'lifted' | 'over' | 'dropped' | 'unchanged' | 'cancelled' | 'gone'
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
  /** Whether a matter may be lifted at all. @default always */
  canLift?: (matterId: MatterId) => boolean
  /** A drop that changes something. */
  onDrop: (intent: MoveIntent) => void
  onStep?: (step: DragStep) => void
}

export interface UseMatterDragReturn {
  held: Readonly<ShallowRef<HeldMatter | null>>
  /** Null while nothing is held by a pointer. */
  ghost: Readonly<ShallowRef<DragGhost | null>>
  /** Takes a matter into the hand by keyboard. */
  lift: (matterId: MatterId) => boolean
  /** Ends a drag and leaves the matter where it was. `gone`: the matter is no longer there. */
  cancel: (why?: 'cancelled' | 'gone') => void
}

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
  const { root, columns, canLift = () => true } = options
  const held = shallowRef<HeldMatter | null>(null)
  const ghost = shallowRef<DragGhost | null>(null)
  let grab = { dx: 0, dy: 0, width: 0 }
  let point: Point = { x: 0, y: 0 }

  const edges = useEdgeScroll({
    across: () => root.value,
    down: ({ x }) => listOf(columnAt(x)),
    isPaged: () => (columnElements()[0]?.offsetWidth ?? 0) > (root.value?.clientWidth ?? 0) / 2,
    onScroll: () => aim(point),
  })
  const press = usePressAndDrag(root, {
    find: target => target.closest(NO_DRAG) ? null : cardAt(target),
    onStart: grip => take(grip),
    onMove: aim,
    onDrop: (at) => {
      aim(at)
      drop()
    },
    onCancel: () => end('cancelled'),
  })

  function take({ key, element, point: at }: Grip): boolean {
    if (!begin(key, 'pointer'))
      return false
    const box = element.getBoundingClientRect()
    grab = { dx: at.x - box.left, dy: at.y - box.top, width: box.width }
    aim(at)
    return true
  }

  function begin(matterId: MatterId, by: HeldMatter['by']): boolean {
    const from = placeOf(matterId, columns())
    if (held.value || !from || !canLift(matterId))
      return false
    held.value = { matterId, by, from, target: from }
    report('lifted')
    return true
  }

  /** Follows the pointer. Everything comes from the coordinates, so that a drop needs no move before it. */
  function aim(at: Point): void {
    if (!held.value)
      return
    point = at
    ghost.value = { x: at.x - grab.dx, y: at.y - grab.dy, width: grab.width }
    edges.follow(at)
    const target = targetAt(at)
    if (!isSame(target, held.value.target))
      held.value = { ...held.value, target }
  }

  function drop(): void {
    const current = held.value
    const intent = current?.target && intentOf(current.matterId, current.target, columns())
    end(intent ? 'dropped' : current?.target ? 'unchanged' : 'cancelled')
    if (intent)
      options.onDrop(intent)
  }

  function end(kind: 'dropped' | 'unchanged' | 'cancelled' | 'gone'): void {
    if (!held.value)
      return
    report(kind)
    edges.stop()
    held.value = null
    ghost.value = null
  }

  function cancel(why: 'cancelled' | 'gone' = 'cancelled'): void {
    end(why)
    press.cancel()
  }

  function report(kind: DragStep['kind']): void {
    const { matterId, by, from, target } = held.value!
    const place = (kind === 'cancelled' || kind === 'unchanged' ? null : target) ?? from
    const column = columns().find(({ columnId }) => columnId === place.columnId)
    const places = (column ? placesIn(column, matterId) : 0) + 1
    options.onStep?.({ kind, by, matterId, columnId: place.columnId, position: place.index + 1, places })
  }

  /** While a card is held by keyboard every key belongs to it; while it is held at all, Escape does. */
  function onKeydown(event: KeyboardEvent): void {
    const current = held.value
    if (!current || (current.by === 'pointer' && event.key !== 'Escape'))
      return
    if (event.metaKey || event.ctrlKey || event.altKey)
      return
    event.preventDefault()
    event.stopPropagation()
    if (event.key === 'Escape' || event.key === 'Tab')
      cancel()
    else if ((event.key === ' ' || event.key === 'Enter') && !event.repeat)
      drop()
    else if (isStepKey(event.key) && current.target)
      stepTo(stepTarget(event.key, current.target, columns(), current.matterId))
  }

  /** Whoever takes the mouse has let go of the keyboard's drag. */
  function stepTo(target: DropTarget): void {
    held.value = { ...held.value!, target }
    report('over')
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

  function targetAt({ x, y }: Point): DropTarget | null {
    const board = root.value?.getBoundingClientRect()
    const element = columnAt(x)
    const column = columns().find(({ columnId }) => columnId === element?.dataset.dropColumn)
    if (!board || !element || !column || y < board.top - MARGIN_PX || y > board.bottom + MARGIN_PX)
      return null
    const { matterId } = held.value!
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

  useHeldKeys(held, { onKeydown, cancel })
  onScopeDispose(() => end('cancelled'))

  return {
    held: shallowReadonly(held),
    ghost: shallowReadonly(ghost),
    lift: matterId => begin(matterId, 'keyboard'),
    cancel,
  }
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
