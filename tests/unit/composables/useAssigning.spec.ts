import { beforeEach, describe, expect, it, vi } from 'vitest'
import { shallowRef } from 'vue'
import type { Overview } from '#shared/assignments/overview.ts'
import { loadOf, overviewFrom } from '#shared/assignments/overview.ts'
import type { Matter } from '#shared/kanban/matter.ts'
import type { ProblemBody } from '#shared/protocol/problems.ts'
import type { ApiOptions } from '~/composables/useApi.ts'
import { ApiProblem } from '~/composables/useApi.ts'
import { useAssigning } from '~/composables/useAssigning.ts'
import { buildOverview } from '../../helpers/build-overview.ts'
import { assign, buildMatter, NOW, PEOPLE } from '../../helpers/builders.ts'

const { partner2, associate, associate2, clerk } = PEOPLE
const mine = assign(associate)
const matter = buildMatter({ assignments: [assign(clerk, 'CLERK')], version: 7 })
const overviewOfNow = (rows: Matter[], version: number) => overviewFrom(buildOverview(rows, { version }))

const ask = vi.fn<(path: string, options?: ApiOptions) => Promise<unknown>>()
const api = async <Answer>(path: string, options?: ApiOptions) => await ask(path, options) as Answer
const reload = vi.fn()
let source: ReturnType<typeof shallowRef<Overview | null>>

const refusal = (status: number, code: ProblemBody['code']) => new ApiProblem(status, { code, message: '' })
const as = (assignments: Matter['assignments'], version: number, by = partner2.id): Matter => ({
  ...matter, assignments, version, fieldVersions: { assignments: { v: version, cid: null, n: null, by, at: NOW - 5 } },
})

beforeEach(() => {
  ask.mockReset()
  reload.mockReset()
  source = shallowRef<Overview | null>(overviewOfNow([matter], 7))
})

describe('assigning a matter', () => {
  it('shows at once, goes as an edit of what was looked at, and gives way to the answer that contains it', async () => {
    const { overview, pending, assign: send } = useAssigning(source as never, { api, reload })
    const { promise, resolve } = Promise.withResolvers<unknown>()
    ask.mockReturnValue(promise)
    const sent = send(matter, mine)
    expect([overview.value!.unassigned, loadOf(overview.value!.workload[associate.id]), [...pending.value]]).toEqual([{}, 1, [matter.id]])
    expect(ask).toHaveBeenCalledExactlyOnceWith(`/api/matters/${matter.id}`, {
      method: 'PATCH', body: { assignments: { put: [mine] }, base: { [`assignments/${clerk.id}`]: 7, [`assignments/${associate.id}`]: 7 } },
    })
    resolve({ version: 9 })
    expect(await sent).toMatchObject({ kind: 'done', version: 9 })
    // An answer that was read before it doesn't have it yet.
    source.value = overviewOfNow([matter], 8)
    expect([overview.value!.unassigned, pending.value.size]).toEqual([{}, 0])
    const said = overviewOfNow([as([...matter.assignments, mine], 9)], 9)
    source.value = said
    expect(overview.value).toBe(said)
  })

  it('is taken back and said when it is refused', async () => {
    const { overview, assign: send } = useAssigning(source as never, { api, reload })
    ask.mockRejectedValue(refusal(422, 'NOT_ASSIGNED'))
    expect(await send(matter, mine)).toEqual({ kind: 'refused', code: 'NOT_ASSIGNED' })
    expect(overview.value).toBe(source.value)
    expect(reload).toHaveBeenCalledOnce()
    ask.mockRejectedValue(new ApiProblem(0, null))
    expect(await send(matter, mine)).toEqual({ kind: 'refused', code: 'NETWORK' })
  })

  it('is drawn beside another that is on its way, and each gives way to its own answer', async () => {
    const other = buildMatter({ assignments: [], version: 7 })
    source.value = overviewOfNow([matter, other], 7)
    const { overview, pending, assign: send } = useAssigning(source as never, { api, reload })
    const [first, second] = [Promise.withResolvers<unknown>(), Promise.withResolvers<unknown>()]
    ask.mockReturnValueOnce(first.promise).mockReturnValueOnce(second.promise)
    const sent = [send(matter, mine), send(other, mine)]
    expect([overview.value!.unassigned, pending.value]).toEqual([{}, new Set([matter.id, other.id])])
    first.resolve({ version: 8 })
    await sent[0]
    expect(pending.value).toEqual(new Set([other.id]))
    second.reject(refusal(422, 'NOT_ASSIGNED'))
    await sent[1]
    expect(Object.keys(overview.value!.unassigned)).toEqual([other.id])
  })

  it('takes the place of the choice before it that the overview doesn\'t have yet', async () => {
    const { overview, assign: send } = useAssigning(source as never, { api, reload })
    ask.mockResolvedValue({ version: 9 })
    await send(matter, mine)
    await send(matter, assign(associate2))
    expect([associate, associate2].map(({ id }) => loadOf(overview.value!.workload[id]))).toEqual([0, 1])
  })

  it('is taken back where our own code fails, which is no refusal', async () => {
    const { overview, assign: send, undo } = useAssigning(source as never, { api, reload })
    ask.mockRejectedValue(new TypeError('a bug'))
    await expect(send(matter, mine)).rejects.toThrow('a bug')
    expect(overview.value).toBe(source.value)
    await expect(undo(matter.id, 9)).rejects.toThrow('a bug')
    expect(reload).toHaveBeenCalledTimes(2)
  })
})

describe('a colleague who was faster', () => {
  const theirs = [...matter.assignments, assign(associate2)]

  it('[X3] stands until the person chooses, and is asked about once more after that', async () => {
    const { conflict, assign: send, resolve, overview } = useAssigning(source as never, { api, reload })
    ask.mockRejectedValueOnce(refusal(409, 'CONFLICT')).mockResolvedValueOnce({ matter: as(theirs, 8) })
    expect(await send(matter, mine)).toEqual({ kind: 'conflict' })
    expect(conflict.value).toMatchObject({ mine, lead: associate2.id, by: partner2.id, at: NOW - 5 })
    expect(overview.value).toBe(source.value)
    ask.mockResolvedValueOnce({ version: 9 })
    expect(await resolve('mine')).toMatchObject({ kind: 'done', version: 9 })
    expect(ask).toHaveBeenLastCalledWith(expect.anything(), expect.objectContaining({ body: expect.objectContaining({ base: expect.objectContaining({ [`assignments/${associate2.id}`]: 8 }) }) }))
    expect(conflict.value).toBeNull()
  })

  it('is named by the matter\'s last change where nothing says who put them there', async () => {
    const { conflict, assign: send } = useAssigning(source as never, { api, reload })
    const now: Matter = { ...as(theirs, 8), fieldVersions: {}, updatedBy: PEOPLE.paralegal.id, updatedAt: NOW - 9 }
    ask.mockRejectedValueOnce(refusal(409, 'CONFLICT')).mockResolvedValueOnce({ matter: now })
    await send(matter, mine)
    expect(conflict.value).toMatchObject({ lead: associate2.id, by: PEOPLE.paralegal.id, at: NOW - 9 })
  })

  it('is left alone by who takes theirs', async () => {
    const { conflict, assign: send, resolve } = useAssigning(source as never, { api, reload })
    ask.mockRejectedValueOnce(refusal(409, 'CONFLICT')).mockResolvedValueOnce({ matter: as(theirs, 8) })
    await send(matter, mine)
    expect(await resolve('theirs')).toBeNull()
    expect([conflict.value, ask.mock.calls.length]).toEqual([null, 2])
  })

  it.each([
    ['added somebody who doesn\'t lead', [...matter.assignments, assign(PEOPLE.paralegal, 'PARALEGAL')]],
    ['chose the same lawyer with more beside them', [...matter.assignments, assign(associate2, 'CONSULTANT'), mine]],
  ])('and only %s needs no choice', async (_, assignments) => {
    const { conflict, assign: send } = useAssigning(source as never, { api, reload })
    ask.mockRejectedValueOnce(refusal(409, 'CONFLICT')).mockResolvedValueOnce({ matter: as(assignments, 8) }).mockResolvedValueOnce({ version: 9 })
    expect(await send(matter, mine)).toMatchObject({ kind: 'done', version: 9 })
    expect(conflict.value).toBeNull()
  })

  it('again and again ends in words', async () => {
    const { assign: send } = useAssigning(source as never, { api, reload })
    ask.mockImplementation(async (_, options) => {
      if (options?.method === 'PATCH')
        throw refusal(409, 'CONFLICT')
      return { matter: as(matter.assignments, 8) }
    })
    expect(await send(matter, mine)).toEqual({ kind: 'refused', code: 'CONFLICT' })
  })
})

describe('taking an assignment back', () => {
  it('names the version that it made, and has the page asked for again', async () => {
    const { overview, assign: send, undo } = useAssigning(source as never, { api, reload })
    ask.mockResolvedValueOnce({ version: 9 })
    await send(matter, mine)
    ask.mockResolvedValueOnce({ version: 10 })
    expect(await undo(matter.id, 9)).toEqual({ kind: 'done' })
    expect(ask).toHaveBeenLastCalledWith(`/api/matters/${matter.id}/move`, { method: 'POST', body: { column: 'back', undoOf: 9 } })
    expect(overview.value).toBe(source.value)
    expect(reload).toHaveBeenCalledOnce()
    ask.mockRejectedValueOnce(refusal(409, 'UNDO_STALE'))
    expect(await undo(matter.id, 9)).toEqual({ kind: 'refused', code: 'UNDO_STALE' })
  })
})
