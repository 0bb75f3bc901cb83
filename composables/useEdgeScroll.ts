import { onScopeDispose } from 'vue'
import { edgeSpeed } from '#shared/kanban/move-intent.ts'
import type { Point } from './usePressAndDrag.ts'

export interface UseEdgeScrollOptions {
  /** What scrolls sideways. */
  across: () => HTMLElement | null
  /** What scrolls up and down below a point. */
  down: (point: Point) => HTMLElement | null
  /** Called after each step of scrolling. */
  onScroll: () => void
}

export interface UseEdgeScrollReturn {
  /** Scrolls while the point stays near an edge; call it again with each move. */
  follow: (point: Point) => void
  stop: () => void
}

/** Scrolls a board whose edge is touched by a held card. */
export function useEdgeScroll({ across, down, onScroll }: UseEdgeScrollOptions): UseEdgeScrollReturn {
  let point: Point | null = null
  let frame = 0

  function step(): void {
    frame = 0
    if (!point)
      return
    const sideways = scrollTowards(across(), point, 'x')
    const upright = scrollTowards(down(point), point, 'y')
    if (sideways || upright)
      onScroll()
    frame = requestAnimationFrame(step)
  }

  function follow(next: Point): void {
    point = next
    frame ||= requestAnimationFrame(step)
  }

  function stop(): void {
    point = null
    cancelAnimationFrame(frame)
    frame = 0
  }
  onScopeDispose(() => point && stop())

  return { follow, stop }
}

function scrollTowards(element: HTMLElement | null, point: Point, axis: 'x' | 'y'): boolean {
  if (!element)
    return false
  const { left, right, top, bottom } = element.getBoundingClientRect()
  const speed = axis === 'x' ? edgeSpeed(point.x, { start: left, end: right }) : edgeSpeed(point.y, { start: top, end: bottom })
  if (speed === 0)
    return false
  const side = axis === 'x' ? 'scrollLeft' : 'scrollTop'
  const before = element[side]
  element[side] += speed
  return element[side] !== before
}
