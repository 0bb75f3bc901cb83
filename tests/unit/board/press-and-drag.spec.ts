// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EffectScope } from 'vue'
import { effectScope, ref } from 'vue'
import { usePressAndDrag } from '~/composables/usePressAndDrag.ts'

let scope: EffectScope
let root: HTMLElement
let card: HTMLElement
let cancel: () => void
const on = { start: vi.fn(() => true), move: vi.fn(), drop: vi.fn(), cancel: vi.fn(), click: vi.fn() }

beforeEach(() => {
  vi.useFakeTimers()
  document.body.innerHTML = '<div><a data-key="k">card</a><p>beside</p></div>'
  root = document.querySelector('div')!
  card = document.querySelector('a')!
  Object.values(on).forEach(spy => spy.mockClear())
  on.start.mockReturnValue(true)
  card.addEventListener('click', on.click)
  scope = effectScope()
  cancel = scope.run(() => usePressAndDrag(ref(root), {
    find: target => target === card ? { key: 'k', element: card } : null,
    onStart: on.start,
    onMove: on.move,
    onDrop: on.drop,
    onCancel: on.cancel,
  }))!.cancel
})

afterEach(() => {
  scope.stop()
  // The click that a drag swallows is waited for a moment longer.
  vi.runOnlyPendingTimers()
  vi.useRealTimers()
})

function pointer(type: string, x: number, y = 0, more: PointerEventInit = {}, target: EventTarget = card): void {
  target.dispatchEvent(new PointerEvent(type, { bubbles: true, cancelable: true, isPrimary: true, pointerId: 1, pointerType: 'mouse', button: 0, clientX: x, clientY: y, ...more }))
}
const touch = { pointerType: 'touch' }
const click = () => card.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }))

describe('a mouse', () => {
  it('clicks when it doesn\'t move', () => {
    pointer('pointerdown', 0)
    pointer('pointermove', 3)
    pointer('pointerup', 3)
    click()
    expect(on.start).not.toHaveBeenCalled()
    expect(on.click).toHaveBeenCalledOnce()
  })

  it('drags after five pixels, from where it was pressed', () => {
    pointer('pointerdown', 0)
    pointer('pointermove', 5)
    expect(on.start).toHaveBeenCalledWith(expect.objectContaining({ key: 'k', element: card, point: { x: 0, y: 0 }, pointerType: 'mouse' }))
    expect(on.move).toHaveBeenLastCalledWith({ x: 5, y: 0 })
  })

  it('drops after a single move, at the point where it lets go', () => {
    pointer('pointerdown', 0)
    pointer('pointermove', 400)
    pointer('pointerup', 410, 20)
    expect(on.drop).toHaveBeenCalledExactlyOnceWith({ x: 410, y: 20 })
  })

  it('never clicks what it dragged, and clicks again afterwards', () => {
    pointer('pointerdown', 0)
    pointer('pointermove', 400)
    pointer('pointerup', 400)
    click()
    expect(on.click).not.toHaveBeenCalled()
    vi.runAllTimers()
    click()
    expect(on.click).toHaveBeenCalledOnce()
  })

  it('leaves alone what is no card, other buttons and other pointers', () => {
    pointer('pointerdown', 0, 0, {}, document.querySelector('p')!)
    pointer('pointermove', 50)
    pointer('pointerdown', 0, 0, { button: 2 })
    pointer('pointermove', 50)
    pointer('pointerdown', 0, 0, { isPrimary: false })
    pointer('pointermove', 50)
    expect(on.start).not.toHaveBeenCalled()
    pointer('pointerdown', 0)
    pointer('pointermove', 50, 0, { pointerId: 2 })
    pointer('pointerup', 50, 0, { pointerId: 2 })
    expect(on.start).not.toHaveBeenCalled()
  })

  it('lets go when the drag isn\'t wanted', () => {
    on.start.mockReturnValue(false)
    pointer('pointerdown', 0)
    pointer('pointermove', 50)
    pointer('pointermove', 60)
    pointer('pointerup', 60)
    expect(on.start).toHaveBeenCalledOnce()
    expect(on.move).not.toHaveBeenCalled()
    expect(on.drop).not.toHaveBeenCalled()
  })
})

describe('a finger', () => {
  it('drags after resting a quarter of a second', () => {
    pointer('pointerdown', 0, 0, touch)
    pointer('pointermove', 4, 4, touch)
    vi.advanceTimersByTime(249)
    expect(on.start).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(on.start).toHaveBeenCalledOnce()
    pointer('pointermove', 100, 0, touch)
    expect(on.move).toHaveBeenLastCalledWith({ x: 100, y: 0 })
  })

  it('scrolls when it swipes before that', () => {
    pointer('pointerdown', 0, 0, touch)
    pointer('pointermove', 0, 30, touch)
    vi.advanceTimersByTime(1_000)
    expect(on.start).not.toHaveBeenCalled()
  })

  it('keeps the page still and the menu shut only while it holds', () => {
    const send = (type: string) => {
      const event = new Event(type, { bubbles: true, cancelable: true })
      card.dispatchEvent(event)
      return event.defaultPrevented
    }
    expect(send('touchmove')).toBe(false)
    expect(send('contextmenu')).toBe(false)
    pointer('pointerdown', 0, 0, touch)
    expect(send('touchmove')).toBe(false)
    expect(send('contextmenu')).toBe(true)
    vi.advanceTimersByTime(250)
    expect(send('touchmove')).toBe(true)
    expect(send('dragstart')).toBe(true)
  })

  it('cancels when the browser takes the pointer away', () => {
    pointer('pointerdown', 0, 0, touch)
    vi.advanceTimersByTime(250)
    pointer('pointercancel', 0, 0, { ...touch, pointerId: 9 })
    expect(on.cancel).not.toHaveBeenCalled()
    pointer('pointercancel', 0, 0, touch)
    expect(on.cancel).toHaveBeenCalledOnce()
    pointer('pointerup', 0, 0, touch)
    expect(on.drop).not.toHaveBeenCalled()
  })
})

describe('ending early', () => {
  it('cancels on request, and swallows the click of the button that is still down', () => {
    pointer('pointerdown', 0)
    pointer('pointermove', 50)
    cancel()
    expect(on.cancel).toHaveBeenCalledOnce()
    pointer('pointerup', 50)
    click()
    expect(on.click).not.toHaveBeenCalled()
    expect(on.drop).not.toHaveBeenCalled()
  })

  it('does nothing when nothing is held', () => {
    cancel()
    expect(on.cancel).not.toHaveBeenCalled()
  })

  it('ends with its scope', () => {
    pointer('pointerdown', 0)
    pointer('pointermove', 50)
    scope.stop()
    expect(on.cancel).toHaveBeenCalledOnce()
    pointer('pointermove', 90)
    expect(on.move).toHaveBeenCalledOnce()
  })
})
