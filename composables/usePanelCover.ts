import { useRoute } from '#imports'
import { useMediaQuery, useMounted } from '@vueuse/core'
import type { ComputedRef } from 'vue'
import { computed } from 'vue'

/**
 * Whether a side panel lies over the board, as it does where there is no room for both. What is beneath
 * is then out of the keyboard's reach. Pages that are a panel say so in their meta: `panel: true`.
 */
export function usePanelCover(): ComputedRef<boolean> {
  const route = useRoute()
  const isNarrow = useMediaQuery('(max-width: 63.99rem)')
  // The server doesn't know how wide the screen is, and a page must come alive as it was sent.
  const isMounted = useMounted()
  return computed(() => isMounted.value && isNarrow.value && route.meta.panel === true)
}
