import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EffectScope } from 'vue'
import { computed, effectScope, nextTick, shallowRef } from 'vue'
import { useRequestFetch } from '#imports'
import type { Activity } from '#shared/kanban/activity.ts'
import type { Matter } from '#shared/kanban/matter.ts'
import type { Member } from '#shared/kanban/member.ts'
import type { NewsWay } from '#shared/realtime/news-way.ts'
import type { CommentWork } from '#shared/sync/engine-types.ts'
import { useMatterActivity } from '~/composables/useMatterActivity.ts'
import { useMatterComments } from '~/composables/useMatterComments.ts'
import { buildComment, buildId, buildMatter, NOW, PEOPLE } from '../../helpers/builders.ts'
import { createFakePage } from '../../helpers/fake-page.ts'

const matter = buildMatter()
const matters = shallowRef<Matter[]>([])
const work = shallowRef<CommentWork[]>([])
const me = shallowRef<Member>(PEOPLE.partner)
const version = shallowRef(5)
const newsWay = shallowRef<NewsWay | null>('polling')

vi.mock('~/composables/useKanban.ts', () => ({
  useKanban: () => ({
    matterById: (id: string) => matters.value.find(row => row.id === id),
    commentWork: () => work.value,
    me: computed(() => me.value),
    version: computed(() => version.value),
    newsWay: computed(() => newsWay.value),
  }),
}))

/** What the device keeps, by matter and route. */
const kept = new Map<string, { readAt: number, content: unknown }>()
const keyOf = (...parts: string[]) => parts.join('/')
vi.mock('~/stores/device.ts', () => ({
  useDeviceStore: () => ({
    of: (memberId: string) => ({
      details: {
        get: async (matterId: string, name: string) => kept.get(keyOf(memberId, matterId, name)) ?? null,
        put: (matterId: string, name: string, detail: { readAt: number, content: unknown }) => kept.set(keyOf(memberId, matterId, name), detail),
        forget: (matterId: string, name: string) => kept.delete(keyOf(memberId, matterId, name)),
      },
    }),
  }),
}))

const request = vi.fn()
const page = createFakePage()
const advance = (ms: number) => vi.advanceTimersByTimeAsync(ms)
let scope: EffectScope

beforeEach(() => {
  vi.useFakeTimers({ now: NOW })
  vi.clearAllMocks()
  vi.mocked(useRequestFetch).mockReturnValue(request as never)
  scope = effectScope()
  matters.value = [matter]
  work.value = []
  me.value = PEOPLE.partner
  newsWay.value = 'polling'
  kept.clear()
  request.mockImplementation(async () => ({ comments: [buildComment()], activity: [{ id: 'a' } as Activity] }))
})

afterEach(() => {
  scope.stop()
  vi.useRealTimers()
})

/** The matter as if somebody had commented on it at a version. */
function commentedAt(v: number): Matter {
  return { ...matter, version: v, fieldVersions: { commentCount: { v, cid: null, n: null, by: 'x', at: NOW } } }
}

describe('comments', () => {
  const comments = (id: string | (() => string) = matter.id) => scope.run(() => useMatterComments(id, { window: page.window }))!

  it('are fetched when the panel opens', async () => {
    const list = comments()
    expect([list.loading.value, list.comments.value]).toEqual([true, []])
    await advance(0)
    expect([list.loading.value, list.comments.value]).toEqual([false, [buildComment()]])
    expect(request).toHaveBeenCalledExactlyOnceWith(`/api/matters/${matter.id}/comments`, expect.objectContaining({ retry: 0 }))
  })

  it('are fetched when the panel opens and then no more by themselves, where live updates are off', async () => {
    newsWay.value = 'off'
    const list = comments()
    await advance(0)
    expect(list.comments.value).toEqual([buildComment()])
    await advance(3_600_000)
    expect(request).toHaveBeenCalledTimes(1)
    // A change that came with what the person did by hand.
    matters.value = [commentedAt(7)]
    await advance(0)
    expect(request).toHaveBeenCalledTimes(2)
  })

  it('are fetched again when the board says that one came, and not for anything else', async () => {
    comments()
    await advance(1_000)
    matters.value = [{ ...matter, title: 'New', version: 6 }]
    await advance(1_000)
    expect(request).toHaveBeenCalledTimes(1)
    matters.value = [commentedAt(7)]
    await advance(0)
    expect(request).toHaveBeenCalledTimes(2)
  })

  it('are fetched once more when one comes while they are fetched', async () => {
    request.mockImplementationOnce(() => new Promise(resolve => setTimeout(() => resolve({ comments: [] }), 1_000)))
    const list = comments()
    await advance(500)
    matters.value = [commentedAt(7)]
    await advance(500)
    expect(request).toHaveBeenCalledTimes(2)
    expect(list.comments.value).toHaveLength(1)
  })

  it('show own ones that are on their way', async () => {
    const list = comments()
    work.value = [{ matterId: matter.id, args: { action: 'add', commentId: buildId(9), body: 'Mine' }, version: null, at: NOW }]
    await advance(0)
    expect(list.comments.value.map(({ body }) => body)).toEqual(['The client agreed.', 'Mine'])
  })

  it('of another matter are never shown for this one', async () => {
    const other = buildMatter()
    matters.value = [matter, other]
    const id = shallowRef(matter.id)
    const list = comments(() => id.value)
    await advance(0)
    id.value = other.id
    await nextTick()
    expect([list.loading.value, list.comments.value]).toEqual([true, []])
    await advance(0)
    expect(request).toHaveBeenLastCalledWith(`/api/matters/${other.id}/comments`, expect.anything())
    expect(list.loading.value).toBe(false)
  })

  it('of a matter that the server has not seen are not asked for', async () => {
    matters.value = [{ ...matter, version: 0 }]
    comments()
    await advance(60_000)
    expect(request).not.toHaveBeenCalled()
  })

  it('are not asked for by who may not read them', async () => {
    me.value = PEOPLE.client
    const list = comments()
    await advance(60_000)
    expect([request.mock.calls.length, list.loading.value]).toEqual([0, false])
  })

  it('say that they could not be fetched', async () => {
    request.mockRejectedValue({ status: 500 })
    const list = comments()
    await advance(0)
    expect([list.loading.value, list.error.value]).toEqual([false, expect.objectContaining({ status: 500 })])
    request.mockResolvedValue({ comments: [] })
    await list.refresh()
    expect(list.error.value).toBeNull()
  })
})

describe('history', () => {
  it('is fetched, and again whenever the matter changes', async () => {
    const history = scope.run(() => useMatterActivity(matter.id, { window: page.window }))!
    expect([history.loading.value, history.activity.value]).toEqual([true, []])
    await advance(0)
    expect([history.loading.value, history.error.value, history.activity.value]).toEqual([false, null, [{ id: 'a' }]])
    matters.value = [{ ...matter, version: 6 }]
    await advance(0)
    expect(request).toHaveBeenCalledTimes(2)
    await history.refresh()
    expect(request).toHaveBeenCalledTimes(3)
  })

  it('of a matter that is gone is not asked for', async () => {
    matters.value = []
    scope.run(() => useMatterActivity(matter.id, { window: page.window }))
    await advance(60_000)
    expect(request).not.toHaveBeenCalled()
  })
})

describe('what was fetched of a matter', () => {
  const comments = () => scope.run(() => useMatterComments(matter.id, { window: page.window }))!
  const bodies = (list: ReturnType<typeof comments>) => list.comments.value.map(({ body }) => body)
  const place = keyOf(PEOPLE.partner.id, matter.id, 'comments')
  const keptNow = () => kept.set(place, { readAt: 3, content: { comments: [buildComment({ body: 'Kept' })] } })
  const noAnswer = () => request.mockImplementation(() => new Promise(() => {}))

  it('is kept on the device', async () => {
    comments()
    await advance(0)
    expect([...kept]).toEqual([[place, { readAt: 5, content: expect.objectContaining({ comments: [buildComment()] }) }]])
  })

  it('shows at once the next time, and gives way to what the server answers', async () => {
    keptNow()
    request.mockImplementation(() => new Promise(resolve => setTimeout(() => resolve({ comments: [buildComment({ body: 'New' })] }), 1_000)))
    const list = comments()
    await advance(0)
    expect([bodies(list), list.loading.value]).toEqual([['Kept'], false])
    await advance(1_000)
    expect(bodies(list)).toEqual(['New'])
  })

  it('shows without a network, with own ones that are on their way', async () => {
    keptNow()
    request.mockRejectedValue({ status: 0 })
    work.value = [{ matterId: matter.id, args: { action: 'add', commentId: buildId(9), body: 'Mine' }, version: 4, at: NOW }]
    const list = comments()
    await advance(0)
    expect(bodies(list)).toEqual(['Kept', 'Mine'])
  })

  it('comes late only beneath what the server answered', async () => {
    const list = comments()
    await advance(0)
    keptNow()
    await advance(0)
    expect(bodies(list)).toEqual(['The client agreed.'])
  })

  it('[C6] is not shown of a matter that isn\'t on the board any more, nor kept when its answer comes', async () => {
    keptNow()
    noAnswer()
    const list = comments()
    await advance(0)
    matters.value = []
    expect(bodies(list)).toEqual([])

    kept.clear()
    matters.value = [matter]
    request.mockImplementation(() => new Promise(resolve => setTimeout(() => resolve({ comments: [] }), 1_000)))
    scope.run(() => useMatterActivity(matter.id, { window: page.window }))
    await advance(10)
    matters.value = []
    await advance(1_000)
    expect([...kept]).toEqual([])
  })

  it('[C6] is forgotten when the server says that it isn\'t to be seen, until it is again', async () => {
    keptNow()
    request.mockRejectedValue({ status: 404, data: { code: 'MATTER_GONE', message: '' } })
    const list = comments()
    await advance(0)
    expect([bodies(list), [...kept]]).toEqual([[], []])
    request.mockResolvedValue({ comments: [buildComment()] })
    await list.refresh()
    expect(bodies(list)).toEqual(['The client agreed.'])
  })

  it('is never another member\'s', async () => {
    kept.set(keyOf(PEOPLE.clerk.id, matter.id, 'comments'), { readAt: 3, content: { comments: [buildComment({ body: 'Another\'s' })] } })
    noAnswer()
    const list = comments()
    await advance(0)
    expect(bodies(list)).toEqual([])
  })

  it('is not kept for a member who came while it was fetched', async () => {
    request.mockImplementation(() => new Promise(resolve => setTimeout(() => resolve({ comments: [] }), 1_000)))
    comments()
    await advance(10)
    me.value = PEOPLE.associate
    await advance(1_000)
    expect([...kept]).toEqual([])
  })

  it('is not looked up by who may not read it', async () => {
    keptNow()
    kept.set(keyOf(PEOPLE.client.id, matter.id, 'comments'), kept.get(place)!)
    me.value = PEOPLE.client
    const list = comments()
    await advance(0)
    expect(bodies(list)).toEqual([])
  })
})
