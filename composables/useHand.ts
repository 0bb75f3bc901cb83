import type { Ref, ShallowRef } from 'vue'
import { onScopeDispose, shallowReadonly, shallowRef } from 'vue'
import type { MatterId } from '#shared/kanban/matter.ts'
import type { UseEdgeScrollOptions } from './useEdgeScroll.ts'
import { useEdgeScroll } from './useEdgeScroll.ts'
import { useHeldKeys } from './useHeldKeys.ts'
import type { Grip, Point, UsePressAndDragOptions } from './usePressAndDrag.ts'
import { usePressAndDrag } from './usePressAndDrag.ts'

/** A matter in a person's hand. */
export interface InHand {
  matterId: MatterId
  by: 'pointer' | 'keyboard'
}

/** What follows the pointer: the top left corner in the window, and the width, in pixels. */
export interface DragGhost extends Point {
  width: number
}

/** Why a matter is let go without a drop. `gone`: it is no longer there. */
export type LetGo = 'cancelled' | 'gone'

export interface UseHandOptions<Held extends InHand> {
  /** What holds the cards, and the places where they can be dropped. */
  root: Readonly<Ref<HTMLElement | null>>
  /** The card that a press on an element would lift; null leaves the press alone. */
  cardAt: UsePressAndDragOptions['find']
  /** What scrolls while a held card touches its edge. */
  edges: Pick<UseEdgeScrollOptions, 'across' | 'down' | 'isPaged'>
  /** What is held once a matter is taken up; null leaves it where it lies. */
  take: (matterId: MatterId, by: InHand['by']) => Held | null
  /** What is held over a point of the window; the same object where that changes nothing. */
  aim: (held: Held, at: Point) => Held
  onLift: (held: Held) => void
  /** Any key but those that drop and cancel, while a matter is held by keyboard. */
  onKey: (held: Held, key: string) => void
  /**
   * Decides on a drop while the matter is still held, because what is shown by then is what it was dropped on.
   * What it gives back is called with an empty hand; null drops nothing.
   */
  onDrop: (held: Held) => (() => void) | null
  /** Called while it is still held. */
  onCancel: (held: Held, why: LetGo) => void
}

export interface UseHandReturn<Held extends InHand> {
  held: Readonly<ShallowRef<Held | null>>
  /** Null while nothing is held by a pointer. */
  ghost: Readonly<ShallowRef<DragGhost | null>>
  /** Takes a matter up by keyboard. */
  lift: (matterId: MatterId) => boolean
  /** Holds the same matter elsewhere. */
  hold: (next: Held) => void
  /** Ends a drag without a drop. */
  cancel: (why?: LetGo) => void
}

/** One matter at a time in a person's hand, by mouse, touch or keyboard: from taking it up to letting it go. */
export function useHand<Held extends InHand>(options: UseHandOptions<Held>): UseHandReturn<Held> {
  const held = shallowRef<Held | null>(null)
  const ghost = shallowRef<DragGhost | null>(null)
  let grab = { dx: 0, dy: 0, width: 0 }
  let point: Point = { x: 0, y: 0 }

  const edges = useEdgeScroll({ ...options.edges, onScroll: () => aim(point) })
  const press = usePressAndDrag(options.root, {
    find: options.cardAt,
    onStart: grip,
    onMove: aim,
    onDrop(at) {
      aim(at)
      drop(held.value!)
    },
    onCancel: () => cancel(),
  })

  function begin(matterId: MatterId, by: InHand['by']): boolean {
    const taken = held.value ? null : options.take(matterId, by)
    if (!taken)
      return false
    held.value = taken
    options.onLift(taken)
    // Who hears of it may give it up at once.
    return held.value !== null
  }

  function grip({ key, element, point: at }: Grip): boolean {
    if (!begin(key, 'pointer'))
      return false
    const box = element.getBoundingClientRect()
    grab = { dx: at.x - box.left, dy: at.y - box.top, width: box.width }
    aim(at)
    return true
  }

  /** Follows the pointer. Everything comes from the coordinates, so that a drop needs no move before it. */
  function aim(at: Point): void {
    point = at
    ghost.value = { x: at.x - grab.dx, y: at.y - grab.dy, width: grab.width }
    edges.follow(at)
    held.value = options.aim(held.value!, at)
  }

  function empty(): void {
    edges.stop()
    held.value = null
    ghost.value = null
  }

  function drop(current: Held): void {
    const carryOut = options.onDrop(current)
    empty()
    carryOut?.()
  }

  function cancel(why: LetGo = 'cancelled'): void {
    if (held.value) {
      options.onCancel(held.value, why)
      empty()
    }
    press.cancel()
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
    else if (event.key !== ' ' && event.key !== 'Enter')
      options.onKey(current, event.key)
    else if (!event.repeat)
      drop(current)
  }

  useHeldKeys(held, { onKeydown, cancel })
  onScopeDispose(() => cancel())

  return {
    held: shallowReadonly(held),
    ghost: shallowReadonly(ghost),
    lift: matterId => begin(matterId, 'keyboard'),
    hold: next => held.value = next,
    cancel,
  }
}
