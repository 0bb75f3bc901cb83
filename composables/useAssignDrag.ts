import type { Ref, ShallowRef } from 'vue'
import { onScopeDispose, shallowReadonly, shallowRef } from 'vue'
import type { MatterId } from '#shared/kanban/matter.ts'
import type { MemberId } from '#shared/kanban/member.ts'
import { useEdgeScroll } from './useEdgeScroll.ts'
import { useHeldKeys } from './useHeldKeys.ts'
import type { DragGhost } from './useMatterDrag.ts'
import type { Grip, Point } from './usePressAndDrag.ts'
import { usePressAndDrag } from './usePressAndDrag.ts'

/** The matter in a person's hand, and above whose row. */
export interface HeldForAssignment {
  matterId: MatterId
  by: 'pointer' | 'keyboard'
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
  onStep?: (kind: 'lifted' | 'over' | 'dropped' | 'cancelled', held: HeldForAssignment) => void
}

export interface UseAssignDragReturn {
  held: Readonly<ShallowRef<HeldForAssignment | null>>
  ghost: Readonly<ShallowRef<DragGhost | null>>
  /** Takes a matter into the hand by keyboard. */
  lift: (matterId: MatterId) => void
  cancel: () => void
}

/*
 * Attributes by which the drag finds its way: `data-assign-matter` on a matter's card, `data-assign-member` on a row.
 */
const NO_DRAG = 'input, select, textarea, [data-no-drag]'

/** Brings mouse, touch and keyboard to one intent: this matter is that colleague's. */
export function useAssignDrag(options: UseAssignDragOptions): UseAssignDragReturn {
  const held = shallowRef<HeldForAssignment | null>(null)
  const ghost = shallowRef<DragGhost | null>(null)
  let grab = { dx: 0, dy: 0, width: 0 }
  let point: Point = { x: 0, y: 0 }

  const edges = useEdgeScroll({
    across: () => null,
    down: () => options.scroller(),
    isPaged: () => false,
    onScroll: () => aim(point),
  })
  const press = usePressAndDrag(options.root, {
    find(target) {
      const card = target.closest(NO_DRAG) ? null : target.closest<HTMLElement>('[data-assign-matter]')
      return card && { key: card.dataset.assignMatter!, element: card }
    },
    onStart: take,
    onMove: aim,
    onDrop(at) {
      aim(at)
      drop()
    },
    onCancel: cancel,
  })

  function begin(matterId: MatterId, by: HeldForAssignment['by'], memberId: MemberId | null): boolean {
    if (held.value || !options.canLift(matterId))
      return false
    held.value = { matterId, by, memberId }
    options.onStep?.('lifted', held.value)
    return true
  }

  function take({ key, element, point: at }: Grip): boolean {
    if (!begin(key, 'pointer', null))
      return false
    const box = element.getBoundingClientRect()
    grab = { dx: at.x - box.left, dy: at.y - box.top, width: box.width }
    aim(at)
    return true
  }

  function aim(at: Point): void {
    if (!held.value)
      return
    point = at
    ghost.value = { x: at.x - grab.dx, y: at.y - grab.dy, width: grab.width }
    edges.follow(at)
    const row = document.elementFromPoint(at.x, at.y)?.closest<HTMLElement>('[data-assign-member]')
    goOver(row && options.root.value?.contains(row) ? row.dataset.assignMember! : null)
  }

  function goOver(memberId: MemberId | null): void {
    if (!held.value || held.value.memberId === memberId)
      return
    held.value = { ...held.value, memberId }
    if (held.value.by === 'keyboard')
      options.onStep?.('over', held.value)
  }

  function end(kind: 'dropped' | 'cancelled'): void {
    const current = held.value
    if (!current)
      return
    edges.stop()
    held.value = null
    ghost.value = null
    options.onStep?.(kind, current)
  }

  function drop(): void {
    const current = held.value
    end(current?.memberId ? 'dropped' : 'cancelled')
    if (current?.memberId)
      options.onDrop(current.matterId, current.memberId)
  }

  function cancel(): void {
    end('cancelled')
    press.cancel()
  }

  function step(direction: 1 | -1): void {
    const rows = options.rows()
    const index = rows.indexOf(held.value?.memberId ?? '')
    const next = rows[Math.min(rows.length - 1, Math.max(0, index + direction))]
    if (!next)
      return
    goOver(next)
    options.root.value?.querySelector(`[data-assign-member="${CSS.escape(next)}"]`)?.scrollIntoView({ block: 'nearest' })
  }

  /** While a matter is held by keyboard every key belongs to it; while it is held at all, Escape does. */
  function onKeydown(event: KeyboardEvent): void {
    const current = held.value
    if (!current || (current.by === 'pointer' && event.key !== 'Escape') || event.metaKey || event.ctrlKey || event.altKey)
      return
    event.preventDefault()
    event.stopPropagation()
    if (event.key === 'Escape' || event.key === 'Tab')
      cancel()
    else if ((event.key === ' ' || event.key === 'Enter') && !event.repeat)
      drop()
    else if (event.key === 'ArrowDown' || event.key === 'ArrowRight')
      step(1)
    else if (event.key === 'ArrowUp' || event.key === 'ArrowLeft')
      step(-1)
  }

  useHeldKeys(held, { onKeydown, cancel })
  onScopeDispose(() => end('cancelled'))

  return {
    held: shallowReadonly(held),
    ghost: shallowReadonly(ghost),
    lift: matterId => void begin(matterId, 'keyboard', null),
    cancel,
  }
}
