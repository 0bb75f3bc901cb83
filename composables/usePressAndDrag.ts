import type { Ref } from 'vue'
import { onScopeDispose, watch } from 'vue'

export interface Point {
  x: number
  y: number
}

/** Where a drag was begun: the thing's key, its element, and the point in the window. */
export interface Grip {
  key: string
  element: HTMLElement
  point: Point
  pointerType: string
}

export interface UsePressAndDragOptions {
  /** What a press on an element would drag; null leaves the press alone. */
  find: (target: Element) => { key: string, element: HTMLElement } | null
  /** Asked once the press has become a drag; false leaves it alone. */
  onStart: (grip: Grip) => boolean
  onMove: (point: Point) => void
  onDrop: (point: Point) => void
  onCancel: () => void
  /** How far a mouse or pen moves before it drags, in pixels. @default 5 */
  thresholdPx?: number
  /** How long a finger rests before it drags, in ms; a swipe before that scrolls. @default 250 */
  holdMs?: number
  /** How far a resting finger may tremble, in pixels. @default 8 */
  slopPx?: number
}

export interface UsePressAndDragReturn {
  /** Ends a running drag without a drop. */
  cancel: () => void
}

/**
 * Turns presses below `root` into drags: a mouse drags after a few pixels, a finger after a short
 * hold, so that swiping still scrolls and clicking still clicks.
 */
export function usePressAndDrag(root: Readonly<Ref<HTMLElement | null>>, options: UsePressAndDragOptions): UsePressAndDragReturn {
  const { find, thresholdPx = 5, holdMs = 250, slopPx = 8 } = options
  let press: (Grip & { pointerId: number }) | null = null
  let isDragging = false
  let holdTimer: ReturnType<typeof setTimeout> | undefined

  function onPointerdown(event: PointerEvent): void {
    if (press || event.button !== 0 || !event.isPrimary || !(event.target instanceof Element))
      return
    const found = find(event.target)
    if (!found)
      return
    press = { ...found, point: pointOf(event), pointerType: event.pointerType, pointerId: event.pointerId }
    window.addEventListener('pointermove', onPointermove)
    window.addEventListener('pointerup', onPointerup)
    window.addEventListener('pointercancel', onPointercancel)
    if (event.pointerType === 'touch')
      holdTimer = setTimeout(start, holdMs)
  }

  function start(): void {
    if (!press)
      return
    isDragging = options.onStart(press)
    if (!isDragging)
      letGo()
  }

  function onPointermove(event: PointerEvent): void {
    if (!press || event.pointerId !== press.pointerId)
      return
    const point = pointOf(event)
    const travelled = Math.hypot(point.x - press.point.x, point.y - press.point.y)
    if (!isDragging && press.pointerType === 'touch') {
      if (travelled > slopPx)
        letGo()
      return
    }
    if (!isDragging && travelled >= thresholdPx)
      start()
    if (isDragging)
      options.onMove(point)
  }

  function onPointerup(event: PointerEvent): void {
    if (event.pointerId !== press?.pointerId)
      return
    const dropped = isDragging
    letGo()
    if (dropped) {
      swallowNextClick()
      options.onDrop(pointOf(event))
    }
  }

  function onPointercancel(event: PointerEvent): void {
    if (event.pointerId === press?.pointerId)
      giveUp()
  }

  function cancel(): void {
    // The button is still down: letting it go would click what lies beneath.
    if (isDragging)
      window.addEventListener('pointerup', swallowNextClick, { once: true })
    giveUp()
  }

  function giveUp(): void {
    const wasDragging = isDragging
    letGo()
    if (wasDragging)
      options.onCancel()
  }

  function letGo(): void {
    press = null
    isDragging = false
    clearTimeout(holdTimer)
    window.removeEventListener('pointermove', onPointermove)
    window.removeEventListener('pointerup', onPointerup)
    window.removeEventListener('pointercancel', onPointercancel)
  }

  /** A finger that holds a card must not scroll the page: the browser asks before each scroll. */
  function onTouchmove(event: TouchEvent): void {
    if (isDragging && event.cancelable)
      event.preventDefault()
  }

  /** A long press would open the browser's menu for the link below the finger. */
  function onContextmenu(event: Event): void {
    if (press?.pointerType === 'touch')
      event.preventDefault()
  }

  watch(root, (element, _, onCleanup) => {
    if (!element)
      return
    const stopped = new AbortController()
    const { signal } = stopped
    element.addEventListener('pointerdown', onPointerdown, { signal })
    element.addEventListener('touchmove', onTouchmove, { signal, passive: false })
    element.addEventListener('contextmenu', onContextmenu, { signal })
    element.addEventListener('dragstart', event => event.preventDefault(), { signal })
    onCleanup(() => stopped.abort())
  }, { immediate: true, flush: 'post' })
  onScopeDispose(giveUp)

  return { cancel }
}

function pointOf(event: PointerEvent): Point {
  return { x: event.clientX, y: event.clientY }
}

/** The click that follows a drag on the same element isn't meant. It comes in the same task, or never. */
function swallowNextClick(): void {
  const swallow = (event: Event) => {
    event.preventDefault()
    event.stopPropagation()
  }
  window.addEventListener('click', swallow, { capture: true, once: true })
  setTimeout(() => window.removeEventListener('click', swallow, { capture: true }), 0)
}
