import { navigateTo, useRoute } from '#imports'
import { nextTick } from 'vue'
import type { BoardId } from '#shared/kanban/board.ts'
import type { MatterId } from '#shared/kanban/matter.ts'

export interface UseSidePanelReturn {
  /** Back to the board alone, its filters kept; the keyboard goes to the matter's card where it is on the screen. */
  close: (matterId?: MatterId) => Promise<void>
  /** Shows a matter instead of what is open. */
  show: (matterId: MatterId) => Promise<void>
}

/** The way between the board and what is open beside it. */
export function useSidePanel(boardId: () => BoardId): UseSidePanelReturn {
  const route = useRoute()

  return {
    async close(matterId) {
      const { column: _column, ...query } = route.query
      await navigateTo({ path: `/boards/${boardId()}`, query })
      await nextTick()
      if (matterId)
        focusCard(matterId)
    },
    async show(matterId) {
      const { column: _column, ...query } = route.query
      await navigateTo({ path: `/boards/${boardId()}/matters/${matterId}`, query }, { replace: true })
    },
  }
}

/** The matter's card, where the board shows it. */
export function cardOf(matterId: MatterId): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-matter-id="${CSS.escape(matterId)}"]`)
}

function focusCard(matterId: MatterId): void {
  const card = cardOf(matterId)
  const link = card?.querySelector<HTMLElement>('a[href]') ?? card
  link?.focus()
}
