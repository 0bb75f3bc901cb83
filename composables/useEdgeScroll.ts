import { onScopeDispose } from 'vue'
import { edgeSpeed } from '#shared/kanban/move-intent.ts'
import type { Point } from './usePressAndDrag.ts'

/** How long a card rests at the edge before a board that shows one column at a time turns to the next, in ms. */
const PAGE_DWELL_MS = 650
/** How near the edge that is, in pixels: on a narrow screen most of the width is for dropping. */
const PAGE_EDGE_PX = 36

export interface UseEdgeScrollOptions {
  /** What scrolls sideways. */
  across: () => HTMLElement | null
  /** What scrolls up and down below a point. */
  down: (point: Point) => HTMLElement | null
  /** Whether the board shows one column at a time: then it turns like pages. */
  isPaged: () => boolean
  /** Called after each step of scrolling. */
  onScroll: () => void
}

export interface UseEdgeScrollReturn {
  /** Scrolls while the point stays near an edge; call it again with each move. */
  follow: (point: Point) => void
  stop: () => void
}

/** Scrolls a board whose edge is touched by a held card. */
export function useEdgeScroll({ across, down, isPaged, onScroll }: UseEdgeScrollOptions): UseEdgeScrollReturn {
  let point: Point = { x: 0, y: 0 }
  /** Zero at rest. */
  let frame = 0
  /** Since when the point rests at the edge of a board at rest; null away from it. */
  let restsSince: number | null = null
  /** Where the board stood a frame ago. */
  let pagedTo: number | null = null

  function step(time: number): void {
    // Before anything else: what hears of the scrolling calls `follow`, which must not start a second loop.
    frame = requestAnimationFrame(step)
    const [board, list] = [across(), down(point)]
    const sideways = board !== null && (isPaged() ? turnPage(board, point, time) : scrollTowards(board, point, 'x'))
    const upright = list !== null && scrollTowards(list, point, 'y')
    if (sideways || upright)
      onScroll()
  }

  function turnPage(board: HTMLElement, { x }: Point, time: number): boolean {
    const { left, right } = board.getBoundingClientRect()
    const direction = Math.sign(edgeSpeed(x, { start: left, end: right }, { zonePx: PAGE_EDGE_PX }))
    if (direction === 0) {
      restsSince = null
      return false
    }
    // A turn takes its time: the rest counts from where it ends.
    if (board.scrollLeft !== pagedTo)
      restsSince = time
    pagedTo = board.scrollLeft
    restsSince ??= time
    if (time - restsSince < PAGE_DWELL_MS)
      return false
    restsSince = time
    const page = Math.round(board.scrollLeft / board.clientWidth) + direction
    board.scrollTo({ left: page * board.clientWidth, behavior: 'smooth' })
    return true
  }

  function follow(next: Point): void {
    point = next
    frame ||= requestAnimationFrame(step)
  }

  function stop(): void {
    restsSince = null
    cancelAnimationFrame(frame)
    frame = 0
  }
  onScopeDispose(() => frame && stop())

  return { follow, stop }
}

function scrollTowards(element: HTMLElement, point: Point, axis: 'x' | 'y'): boolean {
  const { left, right, top, bottom } = element.getBoundingClientRect()
  const speed = axis === 'x' ? edgeSpeed(point.x, { start: left, end: right }) : edgeSpeed(point.y, { start: top, end: bottom })
  if (speed === 0)
    return false
  const side = axis === 'x' ? 'scrollLeft' : 'scrollTop'
  const before = element[side]
  element[side] += speed
  return element[side] !== before
}
