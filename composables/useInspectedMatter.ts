import type { Ref, ShallowRef } from 'vue'
import { shallowReadonly, shallowRef, watch } from 'vue'
import type { Matter, MatterId } from '#shared/kanban/matter.ts'
import type { ProblemCode } from '#shared/protocol/problems.ts'
import type { Api } from './useApi.ts'
import { problemCodeOf } from './useApi.ts'

export interface UseInspectedMatterReturn {
  /** The open matter as a whole; null before it is there, and once it is not to be seen. */
  matter: Readonly<ShallowRef<Matter | null>>
  problem: Readonly<ShallowRef<ProblemCode | 'NETWORK' | null>>
  reload: () => Promise<void>
}

/** The matter that is open beside the overview: read when it is opened, and again whenever the overview says something new. */
export function useInspectedMatter(id: Readonly<Ref<MatterId | null>>, tag: Readonly<Ref<string | undefined>>, api: Api): UseInspectedMatterReturn {
  const matter = shallowRef<Matter | null>(null)
  const problem = shallowRef<ProblemCode | 'NETWORK' | null>(null)
  let asked: AbortController | undefined

  async function reload(): Promise<void> {
    asked?.abort()
    const { signal } = asked = new AbortController()
    const wanted = id.value
    if (wanted === null)
      return
    try {
      const answer = await api<{ matter: Matter }>(`/api/matters/${wanted}`, { signal })
      if (signal.aborted)
        return
      problem.value = null
      if (matter.value?.id !== wanted || matter.value.version !== answer.matter.version)
        matter.value = answer.matter
    }
    catch (error) {
      if (signal.aborted)
        return
      problem.value = problemCodeOf(error)
      // What is no longer to be seen leaves nothing behind (rule C6); a server out of reach takes nothing away.
      if (problem.value === 'MATTER_GONE' || problem.value === 'FORBIDDEN')
        matter.value = null
    }
  }

  watch(id, () => {
    matter.value = null
    problem.value = null
    void reload()
  }, { flush: 'sync' })
  watch(tag, () => void reload())

  return { matter: shallowReadonly(matter), problem: shallowReadonly(problem), reload }
}
