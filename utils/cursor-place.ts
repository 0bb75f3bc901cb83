import type { CursorPlace } from '#shared/realtime/own-cursor.ts'

/** A part of the window, in pixels. */
export type Box = Pick<DOMRect, 'left' | 'top' | 'width' | 'height'>

/** A point of the window as a place on the board: a fraction of the card that it is on, or else of the column. Null beside them. */
export function placeOfPoint(target: Element, { x, y }: { x: number, y: number }): CursorPlace {
  const column = target.closest<HTMLElement>('[data-drop-column]')
  const card = target.closest<HTMLElement>('[data-matter-id]')
  const columnId = column?.dataset.dropColumn
  if (!column || !columnId)
    return null
  const box = (card ?? column).getBoundingClientRect()
  if (box.width === 0 || box.height === 0)
    return null
  return { columnId, matterId: card?.dataset.matterId ?? null, x: (x - box.left) / box.width, y: (y - box.top) / box.height }
}

/** Where on the window a place is; null where its card isn't drawn, or is scrolled out of sight. */
export function pointOfPlace(board: Element, place: NonNullable<CursorPlace>): { x: number, y: number } | null {
  const column = board.querySelector(`[data-drop-column="${CSS.escape(place.columnId)}"]`)
  const anchor = place.matterId === null ? column : column?.querySelector(`[data-matter-id="${CSS.escape(place.matterId)}"]`)
  if (!anchor)
    return null
  const box = anchor.getBoundingClientRect()
  const point = { x: box.left + place.x * box.width, y: box.top + place.y * box.height }
  const frames = [board, ...place.matterId === null ? [] : [anchor.closest('[data-drop-list]')]]
  return frames.every(frame => !frame || isInside(point, frame.getBoundingClientRect())) ? point : null
}

function isInside({ x, y }: { x: number, y: number }, { left, top, width, height }: Box): boolean {
  return x >= left && x <= left + width && y >= top && y <= top + height
}
