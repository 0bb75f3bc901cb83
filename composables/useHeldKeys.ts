import type { Ref } from 'vue'
import { watch } from 'vue'

/** What is held, and by what. */
type Held = { by: 'pointer' | 'keyboard' } | null

export interface HeldKeysOptions {
  /** Hears every key while something is held, before anybody else. */
  onKeydown: (event: KeyboardEvent) => void
  /** Whoever presses elsewhere lets go of what the keyboard holds. */
  cancel: () => void
}

/** Gives the keyboard to a drag as long as it lasts. */
export function useHeldKeys(held: Readonly<Ref<Held>>, { onKeydown, cancel }: HeldKeysOptions): void {
  function onPointerdown(): void {
    if (held.value?.by === 'keyboard')
      cancel()
  }

  watch(() => held.value !== null, (isHeld, _, onCleanup) => {
    if (!isHeld)
      return
    // First in line, so that Escape ends the drag and not what is open behind it.
    window.addEventListener('keydown', onKeydown, { capture: true })
    window.addEventListener('pointerdown', onPointerdown, { capture: true })
    onCleanup(() => {
      window.removeEventListener('keydown', onKeydown, { capture: true })
      window.removeEventListener('pointerdown', onPointerdown, { capture: true })
    })
  }, { flush: 'sync' })
}
