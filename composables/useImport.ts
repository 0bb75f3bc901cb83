import type { ConfigurableWindow } from '@vueuse/core'
import type { MaybeRefOrGetter, Ref, ShallowRef } from 'vue'
import { readonly, ref, shallowReadonly, shallowRef, toValue, watch } from 'vue'
import type { ImportAnswer, ImportMapping } from '#shared/protocol/imports.ts'
import { MAX_IMPORT_BYTES } from '#shared/import/import-fields.ts'
import type { Api } from './useApi.ts'
import { ApiProblem, useApi } from './useApi.ts'
import { useRealTimeUpdates } from './useRealTimeUpdates.ts'

/** Milliseconds between two looks at an import that runs. */
const PROGRESS_MS = 700
/** 20 MB by a third of a megabit a second. */
const UPLOAD_TIMEOUT_MS = 10 * 60_000

export type ImportStep = 'uploading' | 'mapping' | 'starting' | 'discarding'

export interface UseImportOptions extends ConfigurableWindow {
  /** @default useApi() */
  api?: Api
  /** The import as the server rendered it. @default null */
  initial?: ImportAnswer | null
  /** How often a running import is looked at, in milliseconds. @default 700 */
  progressMs?: number
  /** A file that isn't taken in within so many milliseconds counts as not arrived. @default 600_000 */
  uploadTimeoutMs?: number
}

export interface UseImportReturn {
  /** The import as it stands; null while there is none. */
  answer: Readonly<ShallowRef<ImportAnswer | null>>
  /** Why the last step came to nothing. */
  problem: Readonly<ShallowRef<ApiProblem | null>>
  /** What the server is doing for us just now. */
  step: Readonly<Ref<ImportStep | null>>
  /** Sends a file and answers the id of its import, or null when it was refused. */
  upload: (file: File, encoding?: string) => Promise<string | null>
  /** Changes parts of the mapping; the preview follows. */
  map: (change: Partial<ImportMapping>) => Promise<void>
  commit: () => Promise<void>
  undo: () => Promise<void>
  /** Forgets the import; true when that worked. */
  discard: () => Promise<boolean>
}

/** One import from the file to its result, followed while it runs. */
export function useImport(id: MaybeRefOrGetter<string | null>, options: UseImportOptions = {}): UseImportReturn {
  const { api = useApi(), initial = null, progressMs = PROGRESS_MS, uploadTimeoutMs = UPLOAD_TIMEOUT_MS, ...page } = options
  const answer = shallowRef<ImportAnswer | null>(initial)
  const problem = shallowRef<ApiProblem | null>(null)
  const step = ref<ImportStep | null>(null)
  /** Only the newest change of the mapping counts; it waits for the one under way, since whichever came last would be the server's. */
  let mappings = 0
  let mapping: Promise<unknown> = Promise.resolve()
  /** What the server took last. */
  let taken: ImportAnswer | null = null

  const pathOf = (importId: string) => `/api/imports/${importId}`

  async function attempt<Result>(name: ImportStep, work: () => Promise<Result>): Promise<Result | null> {
    step.value = name
    problem.value = null
    try {
      return await work()
    }
    catch (error) {
      if (!(error instanceof ApiProblem))
        throw error
      problem.value = error
      return null
    }
    finally {
      step.value = null
    }
  }

  async function load(importId: string): Promise<void> {
    try {
      answer.value = await api<ImportAnswer>(pathOf(importId))
    }
    catch (error) {
      if (!(error instanceof ApiProblem))
        throw error
      problem.value = error
    }
  }

  watch(() => toValue(id), (importId) => {
    if (importId === null)
      answer.value = null
    else if (answer.value?.job.id !== importId)
      void load(importId)
  }, { immediate: true })

  const isRunning = () => answer.value !== null && ['running', 'undoing'].includes(answer.value.job.state)
  useRealTimeUpdates<ImportAnswer | null>(
    async ({ signal }) => isRunning() ? await api<ImportAnswer>(pathOf(answer.value!.job.id), { signal }) : null,
    {
      ...page,
      interval: progressMs,
      enabled: isRunning,
      immediate: false,
      onUpdate: (next) => {
        if (next && next.job.id === answer.value?.job.id)
          answer.value = next
      },
    },
  )

  return {
    answer: shallowReadonly(answer),
    problem: shallowReadonly(problem),
    step: readonly(step),
    async upload(file, encoding) {
      if (file.size > MAX_IMPORT_BYTES) {
        problem.value = new ApiProblem(413, { code: 'IMPORT_TOO_LARGE', message: 'the file is larger than 20 MB', reason: 'TOO_MANY_BYTES' })
        return null
      }
      const uploaded = await attempt('uploading', () => api<ImportAnswer>('/api/imports', {
        method: 'POST', body: file, query: { name: file.name, encoding }, timeoutMs: uploadTimeoutMs,
      }))
      if (!uploaded)
        return null
      answer.value = uploaded
      return uploaded.job.id
    },
    async map(change) {
      const before = answer.value
      if (!before)
        return
      const body = { ...before.mapping, ...change }
      const mine = ++mappings
      if (step.value !== 'mapping')
        taken = before
      step.value = 'mapping'
      // What the person chose shows at once; the preview beside it follows.
      answer.value = { ...before, mapping: body }
      const turn = mapping.then(async () => {
        if (mine !== mappings)
          return
        const mapped = await attempt('mapping', () => api<ImportAnswer>(`${pathOf(before.job.id)}/mapping`, { method: 'PUT', body }))
        taken = mapped ?? taken
        if (mine !== mappings)
          step.value = 'mapping'
        else if (answer.value?.job.id === before.job.id)
          answer.value = taken
      })
      mapping = turn.catch(() => {})
      await turn
    },
    async commit() {
      const started = answer.value && await attempt('starting', () => api<ImportAnswer>(`${pathOf(answer.value!.job.id)}/commit`, { method: 'POST' }))
      if (started)
        answer.value = started
    },
    async undo() {
      const started = answer.value && await attempt('starting', () => api<ImportAnswer>(`${pathOf(answer.value!.job.id)}/undo`, { method: 'POST' }))
      if (started)
        answer.value = started
    },
    async discard() {
      if (!answer.value)
        return false
      const importId = answer.value.job.id
      const done = await attempt('discarding', async () => {
        await api(pathOf(importId), { method: 'DELETE' })
        return true
      })
      return done === true
    },
  }
}
