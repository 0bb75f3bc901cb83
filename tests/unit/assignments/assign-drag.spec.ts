// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EffectScope } from 'vue'
import { effectScope, shallowRef } from 'vue'
import type { UseAssignDragReturn } from '~/composables/useAssignDrag.ts'
import { useAssignDrag } from '~/composables/useAssignDrag.ts'

const ROW_PX = 100
/** Matters lie left of this, colleagues right of it. */
const LIST_PX = 200

let rows: string[]
let scope: EffectScope
let drag: UseAssignDragReturn
let frames: FrameRequestCallback[]
const root = shallowRef<HTMLElement | null>(null)
const onDrop = vi.fn()
const onStep = vi.fn()
const canLift = vi.fn((_matterId: string) => true)
const scrolled = vi.fn()

const find = (selector: string) => document.querySelector<HTMLElement>(selector)!
const steps = () => onStep.mock.calls.map(([kind, { matterId, by, memberId }]) => [kind, matterId, by, memberId])

beforeEach(() => {
  rows = ['ana', 'ben', 'cho']
  frames = []
  vi.stubGlobal('requestAnimationFrame', (callback: FrameRequestCallback) => frames.push(callback))
  vi.stubGlobal('cancelAnimationFrame', () => frames = [])
  document.body.innerHTML = `<main>
    <article data-assign-matter="m1"><h3><button>Lease</button></h3><label><input></label></article>
    <article><button>Sealed</button></article>
    <div id="rows">${rows.map(id => `<li data-assign-member="${id}"><span>${id}</span></li>`).join('')}</div>
  </main><li data-assign-member="elsewhere"></li>`
  root.value = find('main')
  find('article').getBoundingClientRect = () => new DOMRect(10, 20, 180, 60)
  find('#rows').getBoundingClientRect = () => new DOMRect(LIST_PX, 0, 400, rows.length * ROW_PX)
  // What lies at a point: a row by its height, and another page's row far below.
  document.elementFromPoint = (x, y) => y > 1_000
    ? find('[data-assign-member="elsewhere"]')
    : x < LIST_PX ? find('main') : document.querySelectorAll('#rows span')[Math.floor(y / ROW_PX)] ?? null
  vi.spyOn(HTMLElement.prototype, 'scrollIntoView').mockImplementation(scrolled)
  ;[onDrop, onStep, scrolled].forEach(spy => spy.mockClear())
  canLift.mockReset().mockReturnValue(true)
  scope = effectScope()
  drag = scope.run(() => useAssignDrag({ root, scroller: () => find('#rows'), rows: () => rows, canLift, onDrop, onStep }))!
})

afterEach(() => {
  scope.stop()
  vi.unstubAllGlobals()
})

function pointer(type: string, x: number, y: number, target: EventTarget = document.body): void {
  target.dispatchEvent(new PointerEvent(type, { bubbles: true, cancelable: true, isPrimary: true, pointerId: 1, pointerType: 'mouse', clientX: x, clientY: y }))
}

/** Presses the matter's name and moves to a point. */
function dragTo(x: number, y: number, from = find('article button')): void {
  pointer('pointerdown', 30, 40, from)
  pointer('pointermove', x, y)
}

function key(name: string, more: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true, ...more })
  document.body.dispatchEvent(event)
  return event
}

describe('dragging a matter to a colleague by pointer', () => {
  it('is for whose row it is let go over, with a ghost under the pointer until then', () => {
    dragTo(300, 150)
    expect(drag.held.value).toEqual({ matterId: 'm1', by: 'pointer', memberId: 'ben' })
    expect(drag.ghost.value).toEqual({ x: 280, y: 130, width: 180 })
    pointer('pointerup', 300, 250)
    expect(onDrop).toHaveBeenCalledExactlyOnceWith('m1', 'cho')
    expect([drag.held.value, drag.ghost.value]).toEqual([null, null])
  })

  it('has an empty hand by the time of the drop, so that what it shows isn\'t covered', () => {
    onDrop.mockImplementationOnce(() => expect(drag.held.value).toBeNull())
    dragTo(300, 150)
    pointer('pointerup', 300, 150)
    expect(onDrop).toHaveBeenCalledOnce()
  })

  it('is given up beside the rows, and over rows of something else', () => {
    dragTo(100, 150)
    expect(drag.held.value?.memberId).toBeNull()
    pointer('pointerup', 100, 150)
    dragTo(300, 1_500)
    expect(drag.held.value?.memberId).toBeNull()
    pointer('pointerup', 300, 1_500)
    expect(onDrop).not.toHaveBeenCalled()
    expect(steps().map(([kind]) => kind)).toEqual(['lifted', 'cancelled', 'lifted', 'cancelled'])
  })

  it('lifts only a matter that may be lifted, by what is a handle', () => {
    dragTo(300, 150, document.querySelectorAll<HTMLElement>('article button')[1])
    pointer('pointerup', 300, 150)
    dragTo(300, 150, find('input'))
    pointer('pointerup', 300, 150)
    expect(canLift).not.toHaveBeenCalled()
    canLift.mockReturnValue(false)
    dragTo(300, 150)
    expect(canLift).toHaveBeenCalledExactlyOnceWith('m1')
    expect([drag.held.value, onStep.mock.calls]).toEqual([null, []])
  })

  it('ends with Escape alone, which nobody else hears, and what is let go afterwards is no drop', () => {
    const drawer = vi.fn()
    document.body.addEventListener('keydown', drawer)
    dragTo(300, 150)
    expect(key('ArrowDown').defaultPrevented).toBe(false)
    expect(key('Escape').defaultPrevented).toBe(true)
    expect(drawer).toHaveBeenCalledOnce()
    pointer('pointerup', 300, 150)
    expect([drag.held.value, onDrop.mock.calls.length]).toEqual([null, 0])
    expect(steps().at(-1)).toEqual(['cancelled', 'm1', 'pointer', 'ben'])
  })

  it('stays in the first hand when a second finger touches the screen', () => {
    dragTo(300, 150)
    window.dispatchEvent(new PointerEvent('pointerdown', { pointerId: 2, pointerType: 'touch' }))
    expect(drag.held.value).toEqual({ matterId: 'm1', by: 'pointer', memberId: 'ben' })
  })

  it('can be given up by who hears of the lift, and lifted anew', () => {
    onStep.mockImplementationOnce(() => drag.cancel())
    dragTo(300, 150)
    expect([drag.held.value, drag.ghost.value]).toEqual([null, null])
    pointer('pointermove', 300, 250)
    pointer('pointerup', 300, 250)
    expect(onDrop).not.toHaveBeenCalled()
    dragTo(300, 150)
    expect(drag.held.value?.memberId).toBe('ben')
  })

  it('is given up when the browser takes the pointer away', () => {
    dragTo(300, 150)
    pointer('pointercancel', 300, 150)
    pointer('pointerup', 300, 150)
    expect([drag.held.value, onDrop.mock.calls.length, steps().map(([kind]) => kind)]).toEqual([null, 0, ['lifted', 'cancelled']])
  })

  it('scrolls the rows at their edge, never sideways, and aims anew at what comes under the pointer', () => {
    dragTo(300, 299)
    expect(drag.held.value?.memberId).toBe('cho')
    find('#rows').append(find('[data-assign-member="ana"]'))
    frames.shift()!(0)
    expect([find('#rows').scrollTop > 0, find('#rows').scrollLeft]).toEqual([true, 0])
    expect(drag.held.value?.memberId).toBe('ana')
    pointer('pointerup', 300, 299)
    expect(frames).toEqual([])
  })
})

describe('assigning by keyboard', () => {
  it('goes from row to row, both ways, stays at the ends, and says and shows each', () => {
    expect(drag.lift('m1')).toBe(true)
    key('ArrowUp')
    key('ArrowDown')
    key('ArrowRight')
    key('ArrowRight')
    key('ArrowLeft')
    expect(steps()).toEqual([null, 'ana', 'ben', 'cho', 'ben'].map((memberId, index) => [index === 0 ? 'lifted' : 'over', 'm1', 'keyboard', memberId]))
    expect(scrolled).toHaveBeenCalledTimes(4)
    expect(drag.ghost.value).toBeNull()
    expect(key(' ').defaultPrevented).toBe(true)
    expect(onDrop).toHaveBeenCalledExactlyOnceWith('m1', 'ben')
  })

  it('drops with Enter, too, but not with the key that lifted it and is still down', () => {
    drag.lift('m1')
    key('ArrowDown')
    key('Enter', { repeat: true })
    expect(drag.held.value).not.toBeNull()
    key('Enter')
    expect(onDrop).toHaveBeenCalledExactlyOnceWith('m1', 'ana')
  })

  it('is given up with Escape, Tab, a press elsewhere, a drop before any row, and the page', () => {
    const ends = [() => key('Escape'), () => key('Tab'), () => pointer('pointerdown', 0, 0), () => key(' '), () => scope.stop()]
    for (const end of ends) {
      drag.lift('m1')
      end()
      expect(drag.held.value).toBeNull()
      expect(steps().at(-1)![0]).toBe('cancelled')
    }
    expect(onDrop).not.toHaveBeenCalled()
  })

  it('gives nothing to a colleague whose row went away meanwhile, and goes on from the first row', () => {
    drag.lift('m1')
    key('ArrowDown')
    key('ArrowDown')
    rows = ['ana', 'cho']
    key(' ')
    expect([onDrop.mock.calls.length, steps().at(-1)![0]]).toEqual([0, 'cancelled'])
    drag.lift('m1')
    key('ArrowDown')
    rows = ['cho']
    key('ArrowDown')
    expect(drag.held.value?.memberId).toBe('cho')
    rows = []
    key('ArrowDown')
    expect(drag.held.value?.memberId).toBe('cho')
  })

  it('lets shortcuts through and swallows what means nothing', () => {
    drag.lift('m1')
    expect(['ctrlKey', 'metaKey', 'altKey'].map(held => key('k', { [held]: true }).defaultPrevented)).toEqual([false, false, false])
    expect(key('x').defaultPrevented).toBe(true)
    expect(drag.held.value?.memberId).toBeNull()
  })

  it('holds one matter at a time', () => {
    drag.lift('m1')
    expect(drag.lift('m2')).toBe(false)
    expect(drag.held.value?.matterId).toBe('m1')
  })

  it('says that the matter itself is gone, which is no choice of the person', () => {
    drag.lift('m1')
    drag.cancel('gone')
    expect(steps().map(([kind]) => kind)).toEqual(['lifted', 'gone'])
    drag.cancel('gone')
    expect(onStep).toHaveBeenCalledTimes(2)
  })
})
