import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { useRequestFetch } from '#imports'
import type { Notification } from '#shared/protocol/notifications.ts'
import { MOST_MARKED } from '#shared/protocol/notifications.ts'
import type { PersonalAnswer } from '#shared/protocol/personal.ts'
import { notificationsDeleteSchema } from '#shared/protocol/personal-requests.ts'
import { useNotificationsStore } from '~/stores/notifications.ts'
import { useSessionStore } from '~/stores/session.ts'
import { BOARD_ID, buildId, NOW, PEOPLE } from '../../helpers/builders.ts'
import { buildNews, buildNotification, buildNotifiedMatter } from '../../helpers/notification-builders.ts'

const personal = vi.hoisted(() => ({ tell: (_: unknown) => {}, now: (): number => 0, refresh: () => Promise.resolve(), noteChange: vi.fn() }))
vi.mock('~/stores/personal.ts', () => ({
  usePersonalStore: () => ({
    now: () => personal.now(),
    refresh: () => personal.refresh(),
    noteChange: personal.noteChange,
    onNotifications(listener: (news: unknown) => void) {
      personal.tell = listener
      return () => {}
    },
  }),
}))

const request = vi.fn()
const me = { member: { ...PEOPLE.associate, email: 'associate@demo.test', locale: null, transport: null } }
const item = (id: string, at = NOW, read = false) => buildNotification({}, { id, at, read })
const refused = Object.assign(new Error('refused'), { status: 503, data: { code: 'UNAVAILABLE', message: '' } })
const tell = (news: Partial<PersonalAnswer['notifications']>) => personal.tell(buildNews(news))
const ids = (items: readonly Notification[]) => items.map(({ id }) => id)

let store: ReturnType<typeof useNotificationsStore>
beforeEach(() => {
  setActivePinia(createPinia())
  vi.mocked(useRequestFetch).mockReturnValue(request as never)
  personal.now = () => NOW
  personal.refresh = () => Promise.resolve()
  useSessionStore().$patch({ member: me.member, lastMember: me.member } as never)
  store = useNotificationsStore()
})
afterEach(() => request.mockReset())

describe('the notifications of a page', () => {
  it('are what the server tells, newest first, with those that came after it', () => {
    expect(store.isLoaded).toBe(false)
    tell({ full: true, items: [item('a', NOW - 2), item('b', NOW - 1)] })
    tell({ items: [item('c')], gone: ['a'], unread: 2 })
    expect([ids(store.items), store.unread, store.isLoaded]).toEqual([['c', 'b'], 2, true])
  })

  it('are told as fresh only when they came after the page was opened', () => {
    const fresh = vi.fn()
    const stop = store.onFresh(fresh)
    tell({ full: true, items: [item('a')] })
    expect(fresh).not.toHaveBeenCalled()
    tell({ items: [item('b', NOW + 1)] })
    expect(ids(fresh.mock.lastCall![0])).toEqual(['b'])
    stop()
    tell({ items: [item('c', NOW + 2)] })
    expect(fresh).toHaveBeenCalledOnce()
  })

  it('are forgotten with their member', () => {
    tell({ full: true, items: [item('a')] })
    store.isOpen = true
    useSessionStore().leave()
    expect([store.items, store.unread, store.isLoaded, store.isOpen]).toEqual([[], 0, false, false])
    const fresh = vi.fn()
    store.onFresh(fresh)
    tell({ full: true, items: [item('z')] })
    expect(fresh).not.toHaveBeenCalled()
  })

  it('are sifted by kind, by board and by whether they were read', () => {
    const elsewhere = { ...buildNotifiedMatter(2), boardId: buildId(0xB2) }
    tell({ full: true, items: [item('a'), buildNotification({ type: 'mentioned', commentId: 'c', matter: elsewhere } as never, { id: 'b', at: NOW - 1, read: true })] })
    store.look({ type: 'mentioned' })
    expect(ids(store.items)).toEqual(['b'])
    store.look({ type: null, unread: true })
    expect(ids(store.items)).toEqual(['a'])
    store.look({ unread: false, boardId: elsewhere.boardId })
    expect(ids(store.items)).toEqual(['b'])
    store.look({ boardId: BOARD_ID })
    expect(ids(store.items)).toEqual(['a'])
  })
})

describe('the history', () => {
  const newest = Array.from({ length: 100 }, (_, index) => item(`n${index}`, NOW - index))

  it('isn\'t asked for where everything is here', async () => {
    tell({ full: true, items: [item('a')] })
    expect(store.isEnd).toBe(true)
    await store.loadMore()
    expect(request).not.toHaveBeenCalled()
  })

  it('is read page by page to its end, without a gap', async () => {
    tell({ full: true, items: newest })
    request.mockResolvedValueOnce({ notifications: newest.slice(0, 50), before: 'p1' })
    request.mockResolvedValueOnce({ notifications: [item('old', NOW - 5_000)], before: null })
    await store.loadMore()
    expect(store.items).toHaveLength(100)
    await store.loadMore()
    expect(ids(store.items).at(-1)).toBe('old')
    expect(store.isEnd).toBe(true)
    expect(request.mock.calls.map(([, { query }]) => query)).toEqual([{ limit: 50 }, { limit: 50, before: 'p1' }])
  })

  it('of one kind shows nothing of what another reading found further down, until it gets there', async () => {
    tell({ full: true, items: newest })
    store.look({ type: 'assigned' })
    request.mockResolvedValueOnce({ notifications: [item('far', NOW - 90_000)], before: 'p1' })
    await store.loadMore()
    expect(ids(store.items)).toContain('far')
    expect(request.mock.lastCall![1].query).toMatchObject({ type: 'assigned' })
    store.look({ type: null })
    expect(ids(store.items)).not.toContain('far')
  })

  it('says why it couldn\'t be read, and is asked again', async () => {
    tell({ full: true, items: newest })
    request.mockRejectedValueOnce(refused)
    await store.loadMore()
    expect([store.problem?.code, store.isLoading]).toEqual(['UNAVAILABLE', false])
    request.mockResolvedValueOnce({ notifications: [], before: null })
    await store.loadMore()
    expect([store.problem, store.isEnd]).toEqual([null, true])
  })

  it('of one member isn\'t taken in for the next', async () => {
    tell({ full: true, items: newest })
    const { promise, resolve } = Promise.withResolvers()
    request.mockReturnValueOnce(promise)
    const loading = store.loadMore()
    useSessionStore().leave()
    resolve({ notifications: [item('theirs')], before: null })
    await loading
    expect([...store.byId.keys()]).toEqual([])
  })

  it('says why nothing came at all', async () => {
    const { ApiProblem } = await import('~/composables/useApi.ts')
    personal.refresh = () => Promise.reject(new ApiProblem(0, null))
    await store.reload()
    expect(store.problem?.code).toBe('NETWORK')
    personal.refresh = () => Promise.resolve()
    await store.reload()
    expect(store.problem).toBeNull()
  })
})

describe('what a person does to them', () => {
  beforeEach(() => tell({ full: true, items: [item('a'), item('b', NOW - 1), item('c', NOW - 2, true)] }))

  it.each([
    ['reading one', () => store.markRead(['a']), { method: 'PATCH', body: { ids: ['a'], read: true, upTo: NOW } }, 1, ['a', 'b', 'c']],
    ['marking one unread', () => store.markRead(['c'], false), { method: 'PATCH', body: { ids: ['c'], read: false } }, 3, ['a', 'b', 'c']],
    ['reading all', () => store.markAllRead(), { method: 'PATCH', body: { all: true, read: true, upTo: NOW } }, 0, ['a', 'b', 'c']],
    ['clearing one', () => store.clear(['a']), { method: 'DELETE', body: { ids: ['a'], upTo: NOW } }, 1, ['b', 'c']],
    ['clearing what was read', () => store.clear(), { method: 'DELETE', body: {} }, 2, ['a', 'b']],
  ] as [string, () => Promise<void>, object, number, string[]][])('%s shows at once, and is taken back when it is refused', async (_, act, sent, unread, left) => {
    const { promise, reject } = Promise.withResolvers()
    request.mockReturnValueOnce(promise)
    const failing = act()
    expect([store.unread, ids(store.items)]).toEqual([unread, left])
    reject(refused)
    await expect(failing).rejects.toThrow('UNAVAILABLE')
    expect([store.unread, ids(store.items)]).toEqual([2, ['a', 'b', 'c']])
    request.mockResolvedValueOnce(undefined)
    await act()
    expect([store.unread, ids(store.items)]).toEqual([unread, left])
    expect(request.mock.lastCall).toEqual(['/api/notifications', expect.objectContaining({ ...sent, keepalive: true })])
  })

  it('[N5] reads whatever it is where it was seen elsewhere', async () => {
    request.mockResolvedValueOnce(undefined)
    await store.markRead(['elsewhere'])
    expect(request.mock.lastCall![1].body).toEqual({ ids: ['elsewhere'], read: true })
  })

  it.each([
    ['reading', (ids: string[]) => store.markRead(ids)],
    ['clearing', (ids: string[]) => store.clear(ids)],
  ])('%s more than one request takes goes in pieces, and only what was refused is taken back', async (_, act) => {
    const many = Array.from({ length: 1_200 }, (_, index) => item(`m${index}`, NOW - index))
    tell({ full: true, items: many, unread: many.length })
    request.mockResolvedValueOnce(undefined).mockRejectedValueOnce(refused)
    const acting = act(ids(many))
    expect(store.unread).toBe(0)
    await expect(acting).rejects.toThrow('UNAVAILABLE')
    const sent = request.mock.calls.map(([, { body }]) => body.ids.length)
    expect([sent, store.unread]).toEqual([[MOST_MARKED, MOST_MARKED], many.length - MOST_MARKED])
    expect(notificationsDeleteSchema.safeParse({ ids: request.mock.calls[0]![1].body.ids }).success).toBe(true)
  })

  it('asks nothing where nothing changes', async () => {
    await store.markRead(['c'])
    expect(request).not.toHaveBeenCalled()
  })

  it('has what is being read asked for once more, as that may be from before', async () => {
    personal.noteChange.mockClear()
    request.mockResolvedValueOnce(undefined)
    await store.markRead(['a'])
    expect(personal.noteChange).toHaveBeenCalledOnce()
  })

  it('counts once when the server tells of it before it has answered', async () => {
    const { promise, resolve } = Promise.withResolvers()
    request.mockReturnValueOnce(promise)
    const reading = store.markRead(['a'])
    tell({ items: [item('a', NOW, true)], unread: 1 })
    expect(store.unread).toBe(1)
    resolve(undefined)
    await reading
    expect(store.unread).toBe(1)
  })
})
