import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { useRequestFetch } from '#imports'
import type { Matter } from '#shared/kanban/matter.ts'
import { useKanbanStore } from '~/stores/kanban.ts'
import { useRealtimeStore } from '~/stores/realtime.ts'
import { useSessionStore } from '~/stores/session.ts'
import { BOARD_ID, buildId, buildMatter, buildMatters, PEOPLE } from '../../helpers/builders.ts'
import type { FakeTransport } from '../../helpers/fake-transport.ts'
import { createFakeTransport } from '../../helpers/fake-transport.ts'
import { settle } from '../../helpers/virtual-clock.ts'
import { buildSnapshot, buildUpdates } from '../../helpers/wire-builders.ts'

const request = vi.fn()
const matter = buildMatter()
const retitled = { kind: 'edit' as const, id: matter.id, args: { set: { title: 'Mine' } } }
let transport: FakeTransport

beforeEach(() => {
  vi.clearAllMocks()
  vi.mocked(useRequestFetch).mockReturnValue(request as never)
  setActivePinia(createPinia())
  useSessionStore().lastMember = PEOPLE.partner
  transport = createFakeTransport()
  useRealtimeStore().switchTo('polling', () => transport)
  request.mockImplementation(async () => buildSnapshot({ matters: [matter] }))
})

afterEach(() => vi.unstubAllGlobals())

it('reads a board once, and shows it', async () => {
  const store = useKanbanStore()
  await store.load(BOARD_ID)
  await store.load(BOARD_ID)
  expect(request).toHaveBeenCalledExactlyOnceWith('/api/kanban/snapshot', { retry: 0, query: { board: BOARD_ID } })
  expect(store.state).toMatchObject({ boardId: BOARD_ID, isWhole: true })
  expect(store.state.view.matters).toEqual([matter])
})

it('renders a great board without its rows, which the browser then reads', async () => {
  request.mockResolvedValueOnce(buildSnapshot({ matters: buildMatters(301) }))
  const server = useKanbanStore()
  await server.load(BOARD_ID)
  expect(server.state.view.matters).toEqual([])
  expect(server.state.view.columns).toHaveLength(7)
  expect(server.state.isWhole).toBe(false)
})

it('takes all rows in the browser, however many', async () => {
  vi.stubGlobal('window', {})
  request.mockResolvedValueOnce(buildSnapshot({ matters: buildMatters(301) }))
  const store = useKanbanStore()
  await store.load(BOARD_ID)
  expect(store.state.isWhole).toBe(true)
})

it('goes on in the browser from the plain data that the page brought', async () => {
  const server = createPinia()
  setActivePinia(server)
  await useKanbanStore().load(BOARD_ID)
  const payload = JSON.parse(JSON.stringify(server.state.value)) as typeof server.state.value

  const browser = createPinia()
  browser.state.value = payload
  setActivePinia(browser)
  const store = useKanbanStore()
  store.open(BOARD_ID)
  expect(store.state.view.matters).toEqual([matter])
  expect(request).toHaveBeenCalledTimes(1)
})

it('says why a board can\'t be opened', async () => {
  request.mockRejectedValueOnce({ status: 404, data: { code: 'BOARD_GONE', message: '' } })
  const store = useKanbanStore()
  await store.load(BOARD_ID)
  expect(store.loadProblem).toEqual({ boardId: BOARD_ID, code: 'BOARD_GONE' })
})

it('lets a bug be a bug', async () => {
  request.mockResolvedValueOnce(null)
  await expect(useKanbanStore().load(BOARD_ID)).rejects.toThrow(TypeError)
})

it('keeps a board, and sends what waits there, when another one is opened', async () => {
  const store = useKanbanStore()
  await store.load(BOARD_ID)
  store.setOnline(false)
  const first = store.open(BOARD_ID)
  first.submit(retitled)
  expect(store.state.waiting).toHaveLength(1)
  const other = store.open(buildId(0xB2))
  expect(other.waiting).toEqual([])
  expect(store.hasUnsent()).toBe(true)
  store.setOnline(true)
  await vi.waitFor(() => expect(store.hasUnsent()).toBe(false))
  expect(store.state.boardId).toBe(buildId(0xB2))
  expect(store.open(BOARD_ID)).toBe(first)
})

it('passes on what others did, until nobody listens', async () => {
  const store = useKanbanStore()
  await store.load(BOARD_ID)
  const heard = vi.fn()
  const stop = store.onRemoteChanges(heard)
  const moved: Matter = { ...matter, columnId: 'review', updatedBy: PEOPLE.clerk.id }
  transport.emit('updates', BOARD_ID, buildUpdates({ matters: [{ op: 'put', id: matter.id, matter: moved }] }))
  expect(heard).toHaveBeenCalledExactlyOnceWith(BOARD_ID, [{ matterId: matter.id, by: PEOPLE.clerk.id, kind: 'moved', matter: moved }])
  stop()
  transport.emit('updates', BOARD_ID, buildUpdates({ from: 2, version: 3, deleted: [matter.id] }))
  expect(heard).toHaveBeenCalledTimes(1)
})

it('sends after signing in again what was refused for want of it', async () => {
  const { Fault } = await import('#shared/realtime/fault.ts')
  const store = useKanbanStore()
  await store.load(BOARD_ID)
  transport.send.mockRejectedValueOnce(new Fault('signed-out'))
  store.open(BOARD_ID).submit(retitled)
  await vi.waitFor(() => expect(transport.send).toHaveBeenCalledTimes(1))
  await settle()
  expect(store.hasUnsent()).toBe(true)
  store.resume()
  await vi.waitFor(() => expect(store.hasUnsent()).toBe(false))
})

it('forgets all that belonged to the member who left', async () => {
  const store = useKanbanStore()
  await store.load(BOARD_ID)
  store.setOnline(false)
  const { settled } = store.open(BOARD_ID).submit(retitled)
  store.forget()
  expect(await settled).toEqual({ ok: false, problem: { code: 'NETWORK' } })
  expect([store.snapshot, store.state.boardId, store.hasUnsent()]).toEqual([null, '', false])
})

it('asks the browser for what the transport needs', async () => {
  setActivePinia(createPinia())
  const fetch = vi.fn(async () => new Response(null, { status: 304 }))
  vi.stubGlobal('fetch', fetch)
  const { transport: link, kind } = useRealtimeStore()
  link.connect()
  await link.pull({ boardId: BOARD_ID, epoch: 'e', version: 1, cid: 'c' })
  expect(kind).toBe('polling')
  expect(fetch).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('/api/kanban/updates?'), expect.objectContaining({ credentials: 'same-origin' }))
})
