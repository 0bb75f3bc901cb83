// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EffectScope } from 'vue'
import { effectScope, shallowRef, watch } from 'vue'
import type { DropColumn } from '#shared/kanban/move-intent.ts'
import type { DragStep, UseMatterDragReturn } from '~/composables/useMatterDrag.ts'
import { useMatterDrag } from '~/composables/useMatterDrag.ts'

const COLUMN_PX = 200
const CARD_PX = 100

let columns: DropColumn[]
let scope: EffectScope
let drag: UseMatterDragReturn
let steps: DragStep[]
let frames: FrameRequestCallback[]
const root = shallowRef<HTMLElement | null>(null)
const onDrop = vi.fn()
const canLift = vi.fn(() => true)

/** A screen of columns side by side and cards below each other, with their boxes. */
function show(): void {
  document.body.innerHTML = `<div id="board">${columns.map(({ columnId, matterIds }) =>
    `<section data-drop-column="${columnId}"><ul data-drop-list>${matterIds.map((id, index) =>
      `<li data-matter-id="${id}" data-index="${index}"><a href="#">${id}</a><button>menu</button></li>`).join('')}</ul></section>`).join('')}</div>`
  const box = (element: Element, left: number, top: number, width: number, height: number) =>
    element.getBoundingClientRect = () => new DOMRect(left, top, width, height)
  box(board(), 0, 0, columns.length * COLUMN_PX, 600)
  document.querySelectorAll('section').forEach((section, column) => {
    box(section, column * COLUMN_PX, 0, COLUMN_PX, 600)
    box(section.querySelector('ul')!, column * COLUMN_PX, 0, COLUMN_PX, 600)
    section.querySelectorAll('li').forEach((card, index) => box(card, column * COLUMN_PX, index * CARD_PX, COLUMN_PX, CARD_PX))
  })
}

const board = () => document.querySelector<HTMLElement>('#board')!
const card = (id: string) => document.querySelector<HTMLElement>(`[data-matter-id="${id}"] a`)!

beforeEach(() => {
  columns = [
    { columnId: 'intake', matterIds: ['a', 'b', 'c'] },
    { columnId: 'review', matterIds: ['d'] },
    { columnId: 'closed', matterIds: ['e', 'f'], sorted: true },
  ]
  steps = []
  frames = []
  vi.stubGlobal('requestAnimationFrame', (callback: FrameRequestCallback) => frames.push(callback))
  vi.stubGlobal('cancelAnimationFrame', () => frames = [])
  onDrop.mockClear()
  canLift.mockReset().mockReturnValue(true)
  show()
  root.value = board()
  scope = effectScope()
  drag = scope.run(() => useMatterDrag({ root, columns: () => columns, canLift, onDrop, onStep: step => steps.push(step) }))!
})

afterEach(() => {
  scope.stop()
  vi.unstubAllGlobals()
})

function pointer(type: string, x: number, y: number, target: EventTarget = document.body): void {
  target.dispatchEvent(new PointerEvent(type, { bubbles: true, cancelable: true, isPrimary: true, pointerId: 1, pointerType: 'mouse', clientX: x, clientY: y }))
}

/** Presses the card `b` and moves to a point. */
function dragTo(x: number, y: number, id = 'b'): void {
  pointer('pointerdown', 50, 150, card(id))
  pointer('pointermove', x, y)
}

function key(name: string, more: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true, ...more })
  document.body.dispatchEvent(event)
  return event
}
const kinds = () => steps.map(({ kind }) => kind)

describe('dragging by pointer', () => {
  it('drops between the cards of another column', () => {
    dragTo(250, 20)
    expect(drag.held.value).toMatchObject({ matterId: 'b', by: 'pointer', from: { columnId: 'intake', index: 1 }, target: { columnId: 'review', index: 0 } })
    pointer('pointerup', 250, 80)
    expect(onDrop).toHaveBeenCalledExactlyOnceWith({ matterId: 'b', columnId: 'review', placement: { after: 'd' } })
    expect(drag.held.value).toBeNull()
    expect(kinds()).toEqual(['lifted', 'dropped'])
  })

  it('counts the places of its own column without the held card', () => {
    dragTo(50, 260, 'a')
    expect(drag.held.value?.target).toEqual({ columnId: 'intake', index: 2 })
    pointer('pointermove', 50, 240)
    expect(drag.held.value?.target).toEqual({ columnId: 'intake', index: 1 })
  })

  it('has one place in a column that orders itself', () => {
    dragTo(450, 590)
    pointer('pointerup', 450, 590)
    expect(onDrop).toHaveBeenCalledExactlyOnceWith({ matterId: 'b', columnId: 'closed', placement: { end: true } })
  })

  it('asks for nothing where nothing changes, or beside the board', () => {
    dragTo(60, 160)
    pointer('pointerup', 60, 160)
    dragTo(250, 20)
    pointer('pointerup', 250, 900)
    expect(onDrop).not.toHaveBeenCalled()
    expect(kinds()).toEqual(['lifted', 'unchanged', 'lifted', 'cancelled'])
  })

  it('shows a ghost under the pointer, held where the card was gripped', () => {
    dragTo(250, 300)
    expect(drag.ghost.value).toEqual({ x: 200, y: 250, width: COLUMN_PX })
    pointer('pointerup', 250, 300)
    expect(drag.ghost.value).toBeNull()
  })

  it('leaves buttons on a card alone', () => {
    pointer('pointerdown', 50, 150, document.querySelector('[data-matter-id="b"] button')!)
    pointer('pointermove', 250, 20)
    expect(drag.held.value).toBeNull()
  })

  it('lifts nothing that may not be lifted', () => {
    canLift.mockReturnValue(false)
    dragTo(250, 20)
    expect(drag.held.value).toBeNull()
  })

  it('ends with Escape, which nobody else hears', () => {
    const panel = vi.fn()
    document.body.addEventListener('keydown', panel)
    dragTo(250, 20)
    expect(key('Escape').defaultPrevented).toBe(true)
    expect(panel).not.toHaveBeenCalled()
    expect(drag.held.value).toBeNull()
    expect(steps.at(-1)).toMatchObject({ kind: 'cancelled', columnId: 'intake', position: 2 })
    key('Escape')
    expect(panel).toHaveBeenCalledOnce()
  })

  it('leaves other keys to the page', () => {
    dragTo(250, 20)
    expect(key('ArrowLeft').defaultPrevented).toBe(false)
  })

  it('ends when the held matter goes away', () => {
    dragTo(250, 20)
    drag.cancel('gone')
    pointer('pointerup', 250, 20)
    expect(onDrop).not.toHaveBeenCalled()
    expect(kinds()).toEqual(['lifted', 'gone'])
  })

  it('scrolls at the edges and aims anew', () => {
    dragTo(595, 595)
    board().getBoundingClientRect = () => new DOMRect(0, 0, 600, 600)
    Object.assign(board(), { scrollLeft: 0 })
    frames.shift()!(0)
    expect(board().scrollLeft).toBeGreaterThan(0)
    expect(document.querySelectorAll('ul')[2]!.scrollTop).toBeGreaterThan(0)
    expect(frames, 'one step a frame, however often it is followed').toHaveLength(1)
    pointer('pointerup', 595, 595)
    expect(frames).toEqual([])
  })

  it('rests away from the edges', () => {
    dragTo(300, 300)
    frames.shift()!(0)
    expect(board().scrollLeft).toBe(0)
    expect(frames).toHaveLength(1)
  })

  it('turns to the next column like a page where only one is on the screen', () => {
    vi.spyOn(document.querySelector('section')!, 'offsetWidth', 'get').mockReturnValue(400)
    vi.spyOn(board(), 'clientWidth', 'get').mockReturnValue(400)
    const turn = vi.spyOn(board(), 'scrollTo').mockImplementation(() => {})
    dragTo(595, 300)
    frames.shift()!(0)
    frames.shift()!(600)
    expect(turn).not.toHaveBeenCalled()
    frames.shift()!(700)
    expect(turn).toHaveBeenCalledExactlyOnceWith({ left: 400, behavior: 'smooth' })
    board().scrollLeft = 395
    frames.shift()!(800)
    pointer('pointermove', 300, 300)
    frames.shift()!(1_500)
    pointer('pointermove', 5, 300)
    frames.shift()!(1_600)
    expect(turn).toHaveBeenCalledOnce()
    frames.shift()!(2_300)
    expect(turn).toHaveBeenLastCalledWith({ left: 0, behavior: 'smooth' })
  })

  it('has no place to drop when the board shows no column, or isn\'t there any more', () => {
    dragTo(250, 20)
    document.querySelectorAll('section').forEach(section => section.remove())
    frames.shift()!(0)
    pointer('pointermove', 250, 30)
    expect(drag.held.value?.target).toBeNull()
    root.value = null
    frames.shift()!(16)
    pointer('pointerup', 250, 30)
    expect([onDrop.mock.calls.length, kinds().at(-1)]).toEqual([0, 'cancelled'])
  })

  it('[C8] drops on the board as it is shown while a matter is held', () => {
    // A colleague moved it meanwhile: it is shown where it was lifted until it is let go.
    const moved: DropColumn[] = [{ columnId: 'intake', matterIds: ['a', 'c'] }, { columnId: 'review', matterIds: ['b', 'd'] }, columns[2]!]
    const shown = columns
    watch(drag.held, held => columns = held ? shown : moved, { flush: 'sync' })
    dragTo(250, 20)
    pointer('pointerup', 60, 160)
    expect([onDrop.mock.calls.length, steps.at(-1)]).toEqual([0, { kind: 'unchanged', by: 'pointer', matterId: 'b', columnId: 'intake', position: 2, places: 3 }])
  })

  it('says where a matter stays also when its column was taken from the board meanwhile', () => {
    dragTo(250, 20)
    columns = columns.slice(1)
    drag.cancel()
    expect(steps.at(-1)).toMatchObject({ kind: 'cancelled', columnId: 'intake', position: 2, places: 1 })
  })
})

describe('moving by keyboard', () => {
  it('lifts, steps through columns and places, and drops, saying each step', () => {
    expect(drag.lift('b')).toBe(true)
    expect(steps).toEqual([{ kind: 'lifted', by: 'keyboard', matterId: 'b', columnId: 'intake', position: 2, places: 3 }])
    key('ArrowRight')
    expect(steps.at(-1)).toMatchObject({ kind: 'over', columnId: 'review', position: 2, places: 2 })
    key('ArrowUp')
    expect(key(' ').defaultPrevented).toBe(true)
    expect(onDrop).toHaveBeenCalledExactlyOnceWith({ matterId: 'b', columnId: 'review', placement: { before: 'd' } })
    expect(steps.at(-1)).toMatchObject({ kind: 'dropped', columnId: 'review', position: 1, places: 2 })
  })

  it('drops with Enter, too, but not with a key that is still down', () => {
    drag.lift('b')
    key('ArrowDown')
    key('Enter', { repeat: true })
    expect(drag.held.value).not.toBeNull()
    key('Enter')
    expect(onDrop).toHaveBeenCalledExactlyOnceWith({ matterId: 'b', columnId: 'intake', placement: { after: 'c' } })
  })

  it('cancels with Escape, Tab and a press of the pointer', () => {
    for (const cancel of [() => key('Escape'), () => key('Tab'), () => pointer('pointerdown', 0, 0)]) {
      drag.lift('b')
      cancel()
      expect(drag.held.value).toBeNull()
      expect(steps.at(-1)!.kind).toBe('cancelled')
    }
    expect(onDrop).not.toHaveBeenCalled()
  })

  it('lets shortcuts through and swallows what means nothing', () => {
    drag.lift('b')
    expect(key('z', { ctrlKey: true }).defaultPrevented).toBe(false)
    expect(key('x').defaultPrevented).toBe(true)
    expect(drag.held.value?.target).toEqual({ columnId: 'intake', index: 1 })
  })

  it('lifts one matter at a time, and only what is on the board', () => {
    expect(drag.lift('gone')).toBe(false)
    drag.lift('b')
    expect(drag.lift('c')).toBe(false)
    expect(drag.held.value?.matterId).toBe('b')
  })

  it('cancels with its scope', () => {
    drag.lift('b')
    scope.stop()
    expect(steps.at(-1)!.kind).toBe('cancelled')
  })
})
