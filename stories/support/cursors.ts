import { useElementBounding } from '@vueuse/core'
import type { Ref } from 'vue'
import { computed, shallowRef } from 'vue'
import type { DrawnCursor, UseLiveCursorsReturn } from '~/composables/useLiveCursors.ts'

let drawn: readonly DrawnCursor[] = []

/** Where others point in the story that is shown. */
export function setCursors(cursors: readonly DrawnCursor[]): void {
  drawn = cursors
}

/** Stands in for the app's own of this name: pointers that stay where the story put them. */
export function useLiveCursors(board: Readonly<Ref<HTMLElement | null>>): UseLiveCursorsReturn {
  const { left, top, width, height } = useElementBounding(board)
  return {
    cursors: shallowRef(drawn),
    frame: computed(() => ({ left: left.value, top: top.value, width: width.value, height: height.value })) as UseLiveCursorsReturn['frame'],
    isCarried: shallowRef(false),
  }
}
