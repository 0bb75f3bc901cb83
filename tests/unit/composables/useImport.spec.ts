import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EffectScope } from 'vue'
import { effectScope, nextTick, ref } from 'vue'
import type { ImportAnswer, ImportMapping } from '#shared/protocol/imports.ts'
import { MAX_IMPORT_BYTES } from '#shared/import/import-fields.ts'
import type { ApiOptions } from '~/composables/useApi.ts'
import { ApiProblem } from '~/composables/useApi.ts'
import type { UseImportReturn } from '~/composables/useImport.ts'
import { useImport } from '~/composables/useImport.ts'
import { buildId, NOW } from '../../helpers/builders.ts'
import { createFakePage } from '../../helpers/fake-page.ts'

const ID = buildId(0x1)
const OTHER = buildId(0x2)

function importAnswer(state: ImportAnswer['job']['state'] = 'preview', id = ID, done = 0): ImportAnswer {
  const results = { created: done, updated: 0, skipped: 0, failed: 0 }
  return {
    job: { id, fileName: 'a.csv', format: 'csv', state, boardId: null, boardName: null, createdAt: NOW, finishedAt: null, progress: { done, total: 9 }, results, reasons: {}, left: 0 },
    mapping: { target: { name: 'A' }, responsibleId: null, fields: ['title'], dateOrders: {}, splitOnBlank: false, statuses: {}, people: {} },
    choices: { boards: [], columns: [], mayAddColumns: true, members: [] },
    preview: null,
  }
}

const refused = (code: 'VALIDATION' | 'IMPORT_BUSY' | 'IMPORT_GONE') => new ApiProblem(422, { code, message: '' })

let scope: EffectScope
let ask: ReturnType<typeof vi.fn<(path: string, options?: ApiOptions) => Promise<unknown>>>
const id = ref<string | null>(null)

function use(initial: ImportAnswer | null = null): UseImportReturn {
  id.value = initial?.job.id ?? id.value
  const api = async <Answer>(path: string, options?: ApiOptions) => await ask(path, options) as Answer
  return scope.run(() => useImport(id, { api, initial, window: createFakePage().window, progressMs: 100 }))!
}

beforeEach(() => {
  vi.useFakeTimers({ now: NOW })
  scope = effectScope()
  id.value = null
  ask = vi.fn(async () => importAnswer())
})

afterEach(() => {
  scope.stop()
  vi.useRealTimers()
})

describe('an import on the page', () => {
  it('is loaded when the address names it, and not when it came with the page', async () => {
    id.value = ID
    const { answer } = use(importAnswer())
    expect(answer.value!.job.id).toBe(ID)
    expect(ask).not.toHaveBeenCalled()
    ask.mockResolvedValueOnce(importAnswer('done', OTHER))
    id.value = OTHER
    await vi.advanceTimersByTimeAsync(0)
    expect(ask).toHaveBeenCalledExactlyOnceWith(`/api/imports/${OTHER}`, undefined)
    expect(answer.value!.job).toMatchObject({ id: OTHER, state: 'done' })
    id.value = null
    await nextTick()
    expect(answer.value).toBeNull()
  })

  it('says when the address names one that is gone', async () => {
    ask.mockRejectedValue(refused('IMPORT_GONE'))
    id.value = ID
    const { answer, problem } = use()
    await vi.advanceTimersByTimeAsync(0)
    expect([answer.value, problem.value?.code]).toEqual([null, 'IMPORT_GONE'])
  })

  it('begins with a file, under its own name', async () => {
    const { upload, answer, step } = use()
    const file = new File(['a'], '案件.csv')
    const uploading = upload(file, 'shift_jis')
    expect(step.value).toBe('uploading')
    expect(await uploading).toBe(ID)
    expect(ask).toHaveBeenCalledExactlyOnceWith('/api/imports', { method: 'POST', body: file, query: { name: '案件.csv', encoding: 'shift_jis' }, timeoutMs: 600_000 })
    expect([answer.value!.job.state, step.value]).toEqual(['preview', null])
  })

  it('refuses a file that is too large before it is sent, and tells why another was refused', async () => {
    const { upload, problem } = use()
    const large = Object.defineProperty(new File([], 'large.csv'), 'size', { value: MAX_IMPORT_BYTES + 1 })
    expect(await upload(large)).toBeNull()
    expect(problem.value!.body).toMatchObject({ code: 'IMPORT_TOO_LARGE', reason: 'TOO_MANY_BYTES' })
    expect(ask).not.toHaveBeenCalled()
    ask.mockRejectedValueOnce(new ApiProblem(422, { code: 'IMPORT_UNREADABLE', message: '', reason: 'EMPTY' }))
    expect(await upload(new File([], 'empty.csv'))).toBeNull()
    expect(problem.value!.body!.reason).toBe('EMPTY')
  })

  it('shows a changed mapping at once and takes back what the server refuses', async () => {
    const { map, answer, problem } = use(importAnswer())
    ask.mockRejectedValueOnce(refused('VALIDATION'))
    const mapping = map({ splitOnBlank: true })
    expect(answer.value!.mapping.splitOnBlank).toBe(true)
    await mapping
    expect([answer.value!.mapping.splitOnBlank, problem.value!.code]).toEqual([false, 'VALIDATION'])
  })

  it('sends the newest of several changes after the one under way, so that the server ends with it, and is at it until then', async () => {
    const { map, answer, step } = use(importAnswer())
    const answers: ((extra?: Partial<ImportMapping>) => void)[] = []
    ask.mockImplementation((_, options) => new Promise((resolve) => {
      answers.push(extra => resolve({ ...importAnswer(), mapping: { ...options!.body as ImportMapping, ...extra } }))
    }))
    const first = map({ splitOnBlank: true })
    await vi.advanceTimersByTimeAsync(0)
    const others = [map({ responsibleId: 'between' }), map({ responsibleId: OTHER })]
    await vi.advanceTimersByTimeAsync(0)
    expect(answers).toHaveLength(1)
    answers[0]!({ responsibleId: 'older' })
    await vi.advanceTimersByTimeAsync(0)
    expect([answers.length, step.value]).toEqual([2, 'mapping'])
    expect(answer.value!.mapping).toMatchObject({ splitOnBlank: true, responsibleId: OTHER })
    answers[1]!()
    await Promise.all([first, ...others])
    expect(step.value).toBeNull()
    expect(ask.mock.calls.map(([, options]) => (options!.body as ImportMapping).responsibleId)).toEqual([null, OTHER])
    expect(answer.value!.mapping).toMatchObject({ splitOnBlank: true, responsibleId: OTHER })
  })

  it('goes back to what the server took last, where it refuses the next of two changes', async () => {
    const { map, answer } = use(importAnswer())
    ask.mockResolvedValueOnce({ ...importAnswer(), mapping: { ...importAnswer().mapping, splitOnBlank: true } }).mockRejectedValueOnce(refused('VALIDATION'))
    const first = map({ splitOnBlank: true })
    await vi.advanceTimersByTimeAsync(0)
    await Promise.all([first, map({ responsibleId: 'nobody' })])
    expect(answer.value!.mapping).toMatchObject({ splitOnBlank: true, responsibleId: null })
  })

  it('is followed while it runs, to its end and no further', async () => {
    const { commit, answer } = use(importAnswer())
    ask.mockResolvedValueOnce(importAnswer('running'))
    await commit()
    expect(ask).toHaveBeenLastCalledWith(`/api/imports/${ID}/commit`, { method: 'POST' })
    ask.mockResolvedValueOnce(importAnswer('running', ID, 4)).mockResolvedValueOnce(importAnswer('done', ID, 9))
    await vi.advanceTimersByTimeAsync(1_000)
    expect(answer.value!.job).toMatchObject({ state: 'done', progress: { done: 9 } })
    expect(ask).toHaveBeenCalledTimes(3)
  })

  it('drops news of an import that is no longer open', async () => {
    const { answer } = use(importAnswer('running'))
    ask.mockResolvedValue(importAnswer('done', OTHER))
    await vi.advanceTimersByTimeAsync(300)
    expect(answer.value!.job).toMatchObject({ id: ID, state: 'running' })
  })

  it('is taken back, followed, and forgotten', async () => {
    const { undo, discard, answer } = use(importAnswer('done'))
    ask.mockResolvedValueOnce(importAnswer('undoing')).mockResolvedValueOnce(importAnswer('undone'))
    await undo()
    await vi.advanceTimersByTimeAsync(500)
    expect(answer.value!.job.state).toBe('undone')
    expect(await discard()).toBe(true)
    expect(ask).toHaveBeenLastCalledWith(`/api/imports/${ID}`, { method: 'DELETE' })
  })

  it('stays as it is when a step is refused, and knows no step without an import', async () => {
    const { commit, undo, discard, problem, answer } = use(importAnswer())
    ask.mockRejectedValue(refused('IMPORT_BUSY'))
    await commit()
    await undo()
    expect(await discard()).toBe(false)
    expect([answer.value!.job.state, problem.value!.code]).toEqual(['preview', 'IMPORT_BUSY'])
    ask.mockClear()
    id.value = null
    await nextTick()
    const none = use()
    await Promise.all([none.commit(), none.undo(), none.map({})])
    expect(await none.discard()).toBe(false)
    expect(ask).not.toHaveBeenCalled()
  })

  it('lets mistakes of our own through', async () => {
    const { commit } = use(importAnswer())
    ask.mockRejectedValueOnce(new TypeError('ours'))
    await expect(commit()).rejects.toThrow('ours')
  })
})
