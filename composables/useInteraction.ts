import type { ConfigurableWindow } from '@vueuse/core'
import { defaultWindow, useEventListener } from '@vueuse/core'
import type { ShallowRef } from 'vue'
import { shallowReadonly, shallowRef } from 'vue'

/** Whether the person holds something: a pressed pointer, or a drag from its start to its drop. */
export function useInteraction({ window = defaultWindow }: ConfigurableWindow = {}): Readonly<ShallowRef<boolean>> {
  const isHeld = shallowRef(false)
  let isDragging = false

  function hold(dragging: boolean): void {
    isDragging ||= dragging
    isHeld.value = true
  }

  /** The browser cancels the pointer when its own drag begins; then only the drag's end counts. */
  function release(endsDrag: boolean): void {
    if (isDragging && !endsDrag)
      return
    isDragging = false
    isHeld.value = false
  }

  useEventListener(window, 'pointerdown', () => hold(false), { passive: true, capture: true })
  useEventListener(window, 'dragstart', () => hold(true), { passive: true, capture: true })
  useEventListener(window, ['pointerup', 'pointercancel'], () => release(false), { passive: true, capture: true })
  useEventListener(window, ['dragend', 'blur'], () => release(true), { passive: true, capture: true })
  return shallowReadonly(isHeld)
}
