import { tryOnMounted, useEventListener } from '@vueuse/core'
import type { Ref, ShallowRef } from 'vue'
import { shallowReadonly, shallowRef, watch } from 'vue'
import type { ColumnId } from '#shared/kanban/board.ts'
import { nearestSpan } from '#shared/kanban/move-intent.ts'

export interface UseColumnPagerReturn {
  /** The column nearest to the middle of the screen: the one that shows, where only one does. */
  activeId: Readonly<ShallowRef<ColumnId | null>>
  /** Scrolls to a column. */
  show: (columnId: ColumnId) => void
}

/** Which column is before the reader's eyes where the board scrolls sideways. */
export function useColumnPager(root: Readonly<Ref<HTMLElement | null>>, columnIds: () => readonly ColumnId[]): UseColumnPagerReturn {
  const activeId = shallowRef<ColumnId | null>(columnIds()[0] ?? null)

  function look(): void {
    if (!root.value)
      return
    const { left, width } = root.value.getBoundingClientRect()
    const spans = [...root.value.querySelectorAll<HTMLElement>('[data-drop-column]')].map((element) => {
      const box = element.getBoundingClientRect()
      return { key: element.dataset.dropColumn!, start: box.left, end: box.right }
    })
    activeId.value = nearestSpan(left + width / 2, spans)
  }

  function show(columnId: ColumnId): void {
    root.value?.querySelector(`[data-drop-column="${CSS.escape(columnId)}"]`)?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }

  useEventListener(root, 'scroll', look, { passive: true })
  tryOnMounted(look)
  watch(columnIds, look, { flush: 'post' })
  return { activeId: shallowReadonly(activeId), show }
}
