import type { ConfigurableDocument, ConfigurableWindow } from '@vueuse/core'
import { defaultWindow, tryOnScopeDispose, useDocumentVisibility, useEventListener } from '@vueuse/core'
import { watch } from 'vue'
import type { Clock, Timer } from '#shared/realtime/clock.ts'
import { systemClock } from '#shared/realtime/clock.ts'

/** Timers of a device that sleeps stand still: one that comes so much too late has slept. */
const TICK_MS = 5_000
const SLEPT_MS = 10_000

export interface UseAttentionOptions extends ConfigurableWindow, ConfigurableDocument {
  /** Time. @default the machine's */
  clock?: Clock
}

/**
 * Tells `onLook` true whenever somebody looks at the page (again): it is shown, gets the focus, has a network again, comes
 * out of the browser's cache, or its device has slept. And false when it is hidden. In a server render it does nothing.
 */
export function useAttention(onLook: (isLooking: boolean) => void, options: UseAttentionOptions = {}): void {
  const { clock = systemClock, window = defaultWindow, document = window?.document } = options
  if (!window || !document)
    return
  const visibility = useDocumentVisibility({ document })
  const isVisible = () => visibility.value !== 'hidden'
  const look = () => isVisible() && onLook(true)
  let tickedAt = clock.now()
  let timer: Timer = null

  function tick(): void {
    const hasSlept = clock.now() - tickedAt >= TICK_MS + SLEPT_MS
    wait()
    if (hasSlept)
      look()
  }

  function wait(): void {
    tickedAt = clock.now()
    timer = clock.setTimer(tick, TICK_MS)
  }

  // A hidden page has slow timers of its own, which are no sleep.
  watch(visibility, () => {
    clock.clearTimer(timer)
    if (isVisible())
      wait()
    onLook(isVisible())
  }, { immediate: true, flush: 'sync' })
  useEventListener(window, ['focus', 'online', 'pageshow'], look)
  useEventListener(document, 'resume', look)
  tryOnScopeDispose(() => clock.clearTimer(timer))
}
