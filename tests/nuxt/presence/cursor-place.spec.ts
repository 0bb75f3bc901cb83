import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { placeOfPoint, pointOfPlace } from '~/utils/cursor-place.ts'

/** Boxes by the part of the board that has them. */
const BOXES: Record<string, [left: number, top: number, width: number, height: number]> = {
  board: [0, 100, 1000, 500], review: [200, 100, 300, 500], list: [200, 140, 300, 460], first: [210, 150, 280, 100], below: [210, 700, 280, 100],
}

beforeEach(() => {
  document.body.innerHTML = `
    <div id="board"><section id="review" data-drop-column="review"><h2 id="heading"></h2><div id="list" data-drop-list><ul>
      <li id="first" data-matter-id="m1"><a id="link"></a></li><li id="below" data-matter-id="m2"></li></ul></div></section><p id="beside"></p></div>`
  vi.spyOn(Element.prototype, 'getBoundingClientRect').mockImplementation(function (this: Element) {
    const [left, top, width, height] = BOXES[this.id] ?? [0, 0, 0, 0]
    return { left, top, width, height } as DOMRect
  })
})
afterEach(() => document.body.replaceChildren())

const part = (id: string) => document.getElementById(id)!

describe('where somebody points', () => {
  it('[A2] is a fraction of the card, or of the column beside the cards', () => {
    expect(placeOfPoint(part('link'), { x: 350, y: 200 })).toEqual({ columnId: 'review', matterId: 'm1', x: 0.5, y: 0.5 })
    expect(placeOfPoint(part('heading'), { x: 275, y: 110 })).toEqual({ columnId: 'review', matterId: null, x: 0.25, y: 0.02 })
  })

  it('is nowhere beside the columns', () => {
    expect(placeOfPoint(part('beside'), { x: 900, y: 200 })).toBeNull()
  })

  it('[A2] is the same point of the card wherever it lies on another screen', () => {
    expect(pointOfPlace(part('board'), { columnId: 'review', matterId: 'm1', x: 0.5, y: 0.5 })).toEqual({ x: 350, y: 200 })
    expect(pointOfPlace(part('board'), { columnId: 'review', matterId: null, x: 0.25, y: 0.02 })).toEqual({ x: 275, y: 110 })
  })

  it('isn\'t drawn where the card is scrolled away, isn\'t there, or lies in another column', () => {
    expect(pointOfPlace(part('board'), { columnId: 'review', matterId: 'm2', x: 0.5, y: 0.5 })).toBeNull()
    expect(pointOfPlace(part('board'), { columnId: 'review', matterId: 'm3', x: 0.5, y: 0.5 })).toBeNull()
    expect(pointOfPlace(part('board'), { columnId: 'closed', matterId: 'm1', x: 0.5, y: 0.5 })).toBeNull()
  })
})
