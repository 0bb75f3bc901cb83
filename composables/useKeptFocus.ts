import type { Ref } from 'vue'
import { nextTick, watch } from 'vue'
import type { MatterId } from '#shared/kanban/matter.ts'

export interface UseKeptFocusReturn {
  /** Puts the focus on a matter's card, wherever it is by now, once the screen has caught up. */
  focusMatter: (matterId: MatterId, options?: FocusOptions) => Promise<void>
}

/**
 * Keeps the focus on a card that changes its column: its element there is a new one, and the browser
 * would let the focus fall to the page.
 *
 * @param changes what tells that cards may have moved
 * @param reveal mounts a card that a long column has left out
 */
export function useKeptFocus(
  root: Readonly<Ref<HTMLElement | null>>,
  changes: () => unknown,
  reveal: (matterId: MatterId) => void,
): UseKeptFocusReturn {
  async function focusMatter(matterId: MatterId, options?: FocusOptions): Promise<void> {
    await nextTick()
    if (!linkOf(matterId)) {
      reveal(matterId)
      await new Promise(requestAnimationFrame)
    }
    linkOf(matterId)?.focus(options)
  }

  function linkOf(matterId: MatterId): HTMLElement | null {
    return root.value?.querySelector<HTMLElement>(`[data-matter-id="${CSS.escape(matterId)}"] a`) ?? null
  }

  watch(changes, async () => {
    const focused = document.activeElement?.closest<HTMLElement>('[data-matter-id]')
    if (!focused || !root.value?.contains(focused))
      return
    await nextTick()
    // Whoever put the focus elsewhere meanwhile keeps it there.
    if (!focused.isConnected && document.activeElement === document.body)
      await focusMatter(focused.dataset.matterId!, { preventScroll: true })
  }, { flush: 'pre' })

  return { focusMatter }
}
