import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EffectScope } from 'vue'
import { effectScope, nextTick, ref } from 'vue'
import type { Matter } from '#shared/kanban/matter.ts'
import type { ApiOptions } from '~/composables/useApi.ts'
import { ApiProblem } from '~/composables/useApi.ts'
import { useInspectedMatter } from '~/composables/useInspectedMatter.ts'
import { buildMatter } from '../../helpers/builders.ts'
import { settle } from '../../helpers/virtual-clock.ts'

const [first, second] = [buildMatter({ version: 3 }), buildMatter()]
const ask = vi.fn<(path: string, options?: ApiOptions) => Promise<unknown>>()
const api = async <Answer>(path: string, options?: ApiOptions) => await ask(path, options) as Answer
const id = ref<string | null>(null)
const tag = ref<string | undefined>('t1')
let scope: EffectScope

beforeEach(() => {
  ask.mockReset()
  id.value = null
  tag.value = 't1'
  scope = effectScope()
})
afterEach(() => scope.stop())

const open = () => scope.run(() => useInspectedMatter(id, tag, api))!

/** A request that a test answers by hand. */
function pending() {
  const question = Promise.withResolvers<{ matter: Matter }>()
  ask.mockReturnValueOnce(question.promise)
  return question
}

async function opened(matter = first) {
  ask.mockResolvedValueOnce({ matter })
  const inspected = open()
  id.value = matter.id
  await settle()
  return inspected
}
const refuse = (status: number, code: 'MATTER_GONE' | 'FORBIDDEN' | 'UNAVAILABLE') => new ApiProblem(status, { code, message: '' })

describe('the matter that is open beside the overview', () => {
  it('is asked for when it is opened, and again whenever the overview says something new', async () => {
    const { matter } = await opened()
    expect(ask).toHaveBeenCalledExactlyOnceWith(`/api/matters/${first.id}`, { signal: expect.any(AbortSignal) as AbortSignal })
    expect(matter.value).toBe(first)
    const later = { ...first, version: 4 }
    ask.mockResolvedValueOnce({ matter: later })
    tag.value = 't2'
    await settle()
    expect(matter.value).toBe(later)
  })

  it('stays the same object while nothing of it changed, so that nothing is drawn anew', async () => {
    const { matter, reload } = await opened()
    ask.mockResolvedValueOnce({ matter: { ...first } })
    await reload()
    expect(matter.value).toBe(first)
  })

  it('is nothing while none is open, and none is asked for', async () => {
    const { matter } = await opened()
    id.value = null
    expect(matter.value).toBeNull()
    tag.value = 't2'
    await nextTick()
    expect(ask).toHaveBeenCalledOnce()
  })

  it('is the one that was opened last, in whichever order the answers arrive', async () => {
    const { matter, problem } = open()
    const [early, gone, last] = [pending(), pending(), pending()]
    id.value = first.id
    id.value = 'gone'
    id.value = second.id
    last.resolve({ matter: second })
    await settle()
    early.resolve({ matter: first })
    gone.reject(refuse(404, 'MATTER_GONE'))
    await settle()
    expect([matter.value, problem.value]).toEqual([second, null])
    expect(ask.mock.calls.map(([, options]) => options!.signal!.aborted)).toEqual([true, true, false])
  })

  it.each([['MATTER_GONE', 404], ['FORBIDDEN', 403]] as const)('[C6] leaves nothing behind once it isn\'t to be seen any more: %s', async (code, status) => {
    const { matter, problem, reload } = await opened()
    ask.mockRejectedValueOnce(refuse(status, code))
    await reload()
    expect([matter.value, problem.value]).toEqual([null, code])
  })

  it('stays on the screen while the server is out of reach, and says so until it answers again', async () => {
    const { matter, problem, reload } = await opened()
    ask.mockRejectedValueOnce(new ApiProblem(0, null))
    await reload()
    expect([matter.value, problem.value]).toEqual([first, 'NETWORK'])
    ask.mockResolvedValueOnce({ matter: first })
    await reload()
    expect(problem.value).toBeNull()
  })

  it('forgets the problem of the one that was open before', async () => {
    ask.mockRejectedValueOnce(refuse(503, 'UNAVAILABLE'))
    const { problem } = open()
    id.value = first.id
    await settle()
    expect(problem.value).toBe('UNAVAILABLE')
    pending()
    id.value = second.id
    expect(problem.value).toBeNull()
  })
})
