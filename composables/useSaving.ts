import { useTimeoutFn } from '@vueuse/core'
import type { ShallowRef } from 'vue'
import { readonly, shallowRef } from 'vue'
import { useI18n } from '#imports'
import { problemCodeOf, problemWordsOf } from './useApi.ts'

export interface UseSavingReturn {
  /** What was changed last is kept: true for a moment. */
  saved: Readonly<ShallowRef<boolean>>
  /** Why the last change was refused; empty when it wasn't. */
  problem: Readonly<ShallowRef<string>>
  /** Runs what saves something; its failure becomes words, and isn't thrown. */
  save: (act: () => Promise<unknown>) => Promise<void>
}

/** So long a quiet confirmation stays. */
const SAVED_MS = 4_000

/** Says beside what is saved at once that it was, or why not. */
export function useSaving(): UseSavingReturn {
  const { t } = useI18n()
  const saved = shallowRef(false)
  const problem = shallowRef('')
  const { start, stop } = useTimeoutFn(() => {
    saved.value = false
  }, SAVED_MS, { immediate: false })
  /** Only the newest of several says how it went. */
  let turn = 0

  async function save(act: () => Promise<unknown>): Promise<void> {
    const mine = ++turn
    stop()
    saved.value = false
    problem.value = ''
    try {
      await act()
      if (mine !== turn)
        return
      saved.value = true
      start()
    }
    catch (error) {
      if (mine === turn)
        problem.value = t(problemWordsOf(problemCodeOf(error)))
    }
  }

  return { saved: readonly(saved), problem: readonly(problem), save }
}
