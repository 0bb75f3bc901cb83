import { tryOnScopeDispose, useTimeoutFn } from '@vueuse/core'
import type { ShallowRef, WritableComputedRef } from 'vue'
import { computed, shallowRef, watch } from 'vue'
import type { RouteLocationNormalized, Router } from 'vue-router'
import { useRouter } from 'vue-router'
import type { MatterFilters } from '#shared/kanban/filter-matters.ts'
import { FILTER_QUERY_KEYS, matterFiltersFromQuery, matterFiltersToQuery } from '#shared/kanban/filter-matters.ts'

export interface UseMatterFiltersOptions {
  /** @default the application's router */
  router?: Router
  /**
   * How long typing rests before the address follows it, in milliseconds.
   *
   * @default 300
   */
  typingDelayMs?: number
}

export interface UseMatterFiltersReturn {
  /** What the board is narrowed to. Set it as a whole; the address follows, and leads when it changes. */
  filters: WritableComputedRef<MatterFilters>
}

/**
 * Filters that live in the address, so that they survive a reload, travel with a link and stay while
 * a matter's panel is opened over the board. A choice is a step that the browser's back button takes
 * back; letters are not. Other parts of the address are left alone.
 */
export function useMatterFilters(options: UseMatterFiltersOptions = {}): UseMatterFiltersReturn {
  const { router = useRouter(), typingDelayMs = 300 } = options
  const current: ShallowRef<MatterFilters> = shallowRef(matterFiltersFromQuery(router.currentRoute.value.query))
  /** Where somebody is on the way to: the address of where they still are would take them back. */
  let next: RouteLocationNormalized | null = null
  const typing = useTimeoutFn(() => {
    if (next)
      typing.start()
    else
      writeAddress('replace')
  }, typingDelayMs, { immediate: false })
  const arrive = (to: RouteLocationNormalized) => {
    if (to === next)
      next = null
  }
  const stops = [
    router.beforeEach((to) => { next = to }),
    router.afterEach(arrive),
    router.onError((_error, to) => arrive(to)),
  ]
  tryOnScopeDispose(() => stops.forEach(stop => stop()))

  function writeAddress(how: 'push' | 'replace'): void {
    typing.stop()
    const { path, hash, query } = router.currentRoute.value
    const others = Object.fromEntries(Object.entries(query).filter(([key]) => !isFilterKey(key)))
    void router[how]({ path, hash, query: { ...others, ...matterFiltersToQuery(current.value) } })
  }

  watch(() => router.currentRoute.value.query, (query) => {
    // While a word is being typed, the address is behind the screen and has nothing to say.
    if (typing.isPending.value)
      return
    const asked = matterFiltersFromQuery(query)
    if (!isSame(asked, current.value))
      current.value = asked
  })

  const filters = computed({
    get: () => current.value,
    set(next) {
      const isTyping = isSame({ ...next, text: '' }, { ...current.value, text: '' })
      current.value = next
      if (isTyping)
        typing.start()
      else
        writeAddress('push')
    },
  })

  return { filters }
}

function isFilterKey(key: string): boolean {
  return (FILTER_QUERY_KEYS as readonly string[]).includes(key)
}

function isSame(a: MatterFilters, b: MatterFilters): boolean {
  return JSON.stringify(matterFiltersToQuery(a)) === JSON.stringify(matterFiltersToQuery(b))
}
