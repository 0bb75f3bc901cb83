import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { useRequestFetch } from '#imports'
import type { Matter } from '#shared/kanban/matter.ts'
import { PROTOCOL_VERSION } from '#shared/protocol/version.ts'
import { Fault } from '#shared/realtime/fault.ts'
import { waitingChanges } from '#shared/sync/board-work.ts'
import { useKanbanStore } from '~/stores/kanban.ts'
import { useRealtimeStore } from '~/stores/realtime.ts'
import { useSessionStore } from '~/stores/session.ts'
import { BOARD_ID, buildId, buildMatter, buildMatters, NOW, PEOPLE } from '../../helpers/builders.ts'
import type { FakeDisk } from '../../helpers/fake-device.ts'
import { openFakeDevice } from '../../helpers/fake-device.ts'
import type { FakeTransport } from '../../helpers/fake-transport.ts'
import { createFakeTransport } from '../../helpers/fake-transport.ts'
import { settle } from '../../helpers/virtual-clock.ts'
import { buildSnapshot, buildUpdates } from '../../helpers/wire-builders.ts'

const { device } = vi.hoisted(() => ({ device: { disk: new Map() as FakeDisk, fails: false } }))
vi.mock('~/utils/device/device.ts', () => ({
  openDevice: (memberId: string, options: object) => openFakeDevice(device.disk, memberId, { ...options, fails: device.fails }),
}))

const OTHER_BOARD = buildId(0xB2)
const request = vi.fn()
const matter = buildMatter()
const retitled = { kind: 'edit' as const, id: matter.id, args: { set: { title: 'Mine' } } }
let transport: FakeTransport

beforeEach(() => {
  vi.clearAllMocks()
  device.disk = new Map()
  device.fails = false
  vi.mocked(useRequestFetch).mockReturnValue(request as never)
  request.mockImplementation(async () => buildSnapshot({ matters: [matter] }))
  inBrowser()
})

afterEach(() => {
  useKanbanStore().forget()
  vi.unstubAllGlobals()
})

function inBrowser(): ReturnType<typeof useKanbanStore> {
  vi.stubGlobal('window', new EventTarget())
  return newPage()
}

/** A page that nothing was done on: another tab, or the same one loaded anew. */
function newPage(pinia = createPinia()): ReturnType<typeof useKanbanStore> {
  setActivePinia(pinia)
  useSessionStore().lastMember = PEOPLE.partner
  transport = createFakeTransport()
  useRealtimeStore().switchTo('polling', () => transport)
  return useKanbanStore()
}

describe('on the server', () => {
  beforeEach(() => {
    vi.unstubAllGlobals()
    newPage()
  })

  it('a board is read for the page, without rows where there are many', async () => {
    request.mockResolvedValueOnce(buildSnapshot({ matters: buildMatters(301) }))
    const store = useKanbanStore()
    await store.load(BOARD_ID)
    expect(store.state.view.matters).toEqual([])
    expect(store.state.view.columns).toHaveLength(7)
    expect(store.state.isWhole).toBe(false)
  })

  it('nothing is kept, and nothing asked but the board', async () => {
    const store = useKanbanStore()
    await store.load(BOARD_ID)
    expect(store.state.view.matters).toEqual([matter])
    await settle()
    expect(device.disk.size).toBe(0)
    expect(transport.pull).not.toHaveBeenCalled()
  })

  it('lets a bug be a bug', async () => {
    request.mockResolvedValueOnce(null)
    await expect(useKanbanStore().load(BOARD_ID)).rejects.toThrow(TypeError)
  })
})

describe('in the browser', () => {
  it('a board is read once, and shown', async () => {
    const store = useKanbanStore()
    await store.load(BOARD_ID)
    await store.load(BOARD_ID)
    expect(request).toHaveBeenCalledExactlyOnceWith('/api/kanban/snapshot', { retry: 0, query: { board: BOARD_ID }, signal: expect.any(AbortSignal) })
    expect(store.state).toMatchObject({ boardId: BOARD_ID, isWhole: true, isConfirmed: true })
    expect(store.state.view.matters).toEqual([matter])
  })

  it('[W3] is never taken for empty once it was lost, when it is opened again without the server', async () => {
    const store = useKanbanStore()
    await store.load(BOARD_ID)
    transport.pull.mockRejectedValueOnce(new Fault('refused', { problem: { code: 'BOARD_GONE', message: '' } }))
    await store.open(BOARD_ID).sync(AbortSignal.timeout(60_000)).catch(() => {})
    expect(store.state).toMatchObject({ isWhole: false, view: { matters: [] } })
    request.mockRejectedValueOnce(new TypeError('Failed to fetch'))
    await store.load(BOARD_ID)
    expect(store.state.isWhole).toBe(false)
    expect(store.loadProblem).toEqual({ boardId: BOARD_ID, code: 'NETWORK' })
  })

  it('all rows are taken, however many', async () => {
    request.mockResolvedValueOnce(buildSnapshot({ matters: buildMatters(301) }))
    const store = useKanbanStore()
    await store.load(BOARD_ID)
    expect(store.state.isWhole).toBe(true)
  })

  it('it goes on from the plain data that the page brought, and then with what the device kept', async () => {
    await useKanbanStore().load(BOARD_ID)
    useKanbanStore().setOnline(false)
    useKanbanStore().open(BOARD_ID).submit(retitled)
    await settle()

    vi.unstubAllGlobals()
    const server = createPinia()
    newPage(server)
    await useKanbanStore().load(BOARD_ID)
    const payload = JSON.parse(JSON.stringify(server.state.value)) as typeof server.state.value
    request.mockClear()

    vi.stubGlobal('window', new EventTarget())
    const browser = createPinia()
    browser.state.value = payload
    const store = newPage(browser)
    store.setOnline(false)
    store.open(BOARD_ID)
    expect(store.state.view.matters).toEqual([matter])
    // The runner has the rows now; a second place would keep what it drops.
    expect(JSON.stringify(browser.state.value)).not.toContain(matter.title)
    await vi.waitFor(() => expect(store.state.view.byId.get(matter.id)!.title).toBe('Mine'))
    expect(request).not.toHaveBeenCalled()
  })

  it('says why a board can\'t be opened', async () => {
    request.mockRejectedValueOnce({ status: 404, data: { code: 'BOARD_GONE', message: '' } })
    const store = useKanbanStore()
    await store.load(BOARD_ID)
    expect(store.loadProblem).toEqual({ boardId: BOARD_ID, code: 'BOARD_GONE' })
    expect(store.state).toMatchObject({ boardId: BOARD_ID, isWhole: false })
  })
})

describe('what the device kept', () => {
  beforeEach(async () => {
    await useKanbanStore().load(BOARD_ID)
    await settle()
  })

  it('shows without a network, as not confirmed yet', async () => {
    request.mockRejectedValue({ status: 0 })
    const store = newPage()
    await store.load(BOARD_ID)
    expect(store.state.view.matters).toEqual([matter])
    expect([store.state.isConfirmed, store.loadProblem]).toEqual([false, null])
  })

  it('is what another board has nothing of', async () => {
    request.mockRejectedValue({ status: 0 })
    const store = newPage()
    await store.load(OTHER_BOARD)
    expect(store.loadProblem).toEqual({ boardId: OTHER_BOARD, code: 'NETWORK' })
  })

  it('is sent also for a board that nobody looks at', async () => {
    const before = useKanbanStore()
    before.setOnline(false)
    before.open(BOARD_ID).submit(retitled)
    await settle()
    const store = newPage()
    await store.sendKept()
    await vi.waitFor(() => expect(transport.send).toHaveBeenCalledTimes(1))
    expect(transport.send.mock.lastCall![2]).toMatchObject([{ n: 1, kind: 'edit', id: matter.id }])
    expect(store.state.boardId).toBe('')
  })

  it('is not sent for somebody who has left meanwhile', async () => {
    const before = useKanbanStore()
    before.setOnline(false)
    before.open(BOARD_ID).submit(retitled)
    await settle()
    const store = newPage()
    const sending = store.sendKept()
    useSessionStore().lastMember = PEOPLE.clerk
    await sending
    await settle()
    expect(transport.send).not.toHaveBeenCalled()
  })
})

describe('what waits', () => {
  it('is lost with the page only until the device has it', async () => {
    const store = useKanbanStore()
    await store.load(BOARD_ID)
    store.setOnline(false)
    store.open(BOARD_ID).submit(retitled)
    expect(store.hasUnsent()).toBe(true)
    await settle()
    expect(store.hasUnsent()).toBe(false)
    expect(waitingChanges(store.state)).toHaveLength(1)
    expect(store.unsent()).toEqual({ changes: 1, conflicts: 0 })
  })

  it('is lost with the page where the device keeps nothing', async () => {
    device.fails = true
    const store = inBrowser()
    await store.load(BOARD_ID)
    store.setOnline(false)
    store.open(BOARD_ID).submit(retitled)
    await settle()
    expect(store.hasUnsent()).toBe(true)
    store.setOnline(true)
    await vi.waitFor(() => expect(store.hasUnsent()).toBe(false))
  })

  it('is lost with the page where it asks for a choice that the device keeps nothing of', async () => {
    device.fails = true
    const store = inBrowser()
    await store.load(BOARD_ID)
    transport.send.mockImplementationOnce(async (_, cid, [item]) => ({
      protocol: PROTOCOL_VERSION, cid,
      results: [{
        n: item!.n, status: 'conflict', version: 0, code: 'CONFLICT',
        conflicts: [{ field: 'title', version: 2, value: 'Theirs', by: PEOPLE.clerk.id, at: NOW }],
      }],
    }))
    expect(await store.open(BOARD_ID).submit(retitled).settled).toMatchObject({ ok: false, problem: { code: 'CONFLICT' } })
    expect([waitingChanges(store.state), store.hasUnsent()]).toEqual([[], true])
    expect(store.unsent()).toEqual({ changes: 0, conflicts: 1 })
  })

  it('is sent also when another board is opened', async () => {
    const store = useKanbanStore()
    await store.load(BOARD_ID)
    store.setOnline(false)
    const first = store.open(BOARD_ID)
    first.submit(retitled)
    const other = store.open(OTHER_BOARD)
    expect(waitingChanges(other.state)).toEqual([])
    await settle()
    store.setOnline(true)
    await vi.waitFor(() => expect(waitingChanges(first.state)).toEqual([]))
    expect(store.state.boardId).toBe(OTHER_BOARD)
    expect(store.open(BOARD_ID)).toBe(first)
  })

  it('is sent after signing in again', async () => {
    const store = useKanbanStore()
    await store.load(BOARD_ID)
    transport.send.mockRejectedValueOnce(new Fault('signed-out'))
    const runner = store.open(BOARD_ID)
    runner.submit(retitled)
    await vi.waitFor(() => expect(transport.send).toHaveBeenCalledTimes(1))
    await settle()
    expect(waitingChanges(runner.state)).toHaveLength(1)
    store.resume()
    await vi.waitFor(() => expect(waitingChanges(runner.state)).toEqual([]))
  })

  it('is given up with all else that belonged to a member who left', async () => {
    const store = useKanbanStore()
    await store.load(BOARD_ID)
    store.setOnline(false)
    const { settled } = store.open(BOARD_ID).submit(retitled)
    store.forget()
    expect(await settled).toEqual({ ok: false, problem: { code: 'NETWORK' } })
    expect([store.snapshot, store.state.boardId, store.hasUnsent()]).toEqual([null, '', false])
  })
})

describe('who listens', () => {
  it('hears what others did, until they stop', async () => {
    const store = useKanbanStore()
    await store.load(BOARD_ID)
    const heard = vi.fn()
    const stop = store.onNews(heard)
    const moved: Matter = { ...matter, columnId: 'review', updatedBy: PEOPLE.clerk.id }
    transport.tell('updates', { boardId: BOARD_ID, answer: buildUpdates({ matters: [{ op: 'put', id: matter.id, matter: moved }] }) })
    expect(heard).toHaveBeenCalledExactlyOnceWith(BOARD_ID, [{ matterId: matter.id, by: PEOPLE.clerk.id, kind: 'moved', matter: moved }])
    stop()
    transport.tell('updates', { boardId: BOARD_ID, answer: buildUpdates({ from: 2, version: 3, deleted: [matter.id] }) })
    expect(heard).toHaveBeenCalledTimes(1)
  })

  it('hears how own changes ended, until they stop', async () => {
    const store = useKanbanStore()
    await store.load(BOARD_ID)
    const heard = vi.fn()
    const stop = store.onSettled(heard)
    await store.open(BOARD_ID).submit(retitled).settled
    expect(heard).toHaveBeenCalledExactlyOnceWith(BOARD_ID, expect.objectContaining({ matterId: matter.id, settled: expect.objectContaining({ ok: true }) }))
    stop()
    await store.open(BOARD_ID).submit({ ...retitled, args: { set: { title: 'Again' } } }).settled
    expect(heard).toHaveBeenCalledTimes(1)
  })
})

it('draws by the role that the person has now', async () => {
  const store = useKanbanStore()
  await store.load(BOARD_ID)
  useSessionStore().lastMember = { ...PEOPLE.partner, role: 'CLERK' }
  expect(store.open(BOARD_ID).state.me.role).toBe('CLERK')
  useSessionStore().lastMember = PEOPLE.clerk
  expect(store.open(BOARD_ID).state.me.id).toBe(PEOPLE.partner.id)
})

it('asks the browser for what the transport needs, and says for whom', async () => {
  setActivePinia(createPinia())
  useSessionStore().lastMember = PEOPLE.partner
  const fetch = vi.fn(async () => new Response(null, { status: 304 }))
  vi.stubGlobal('fetch', fetch)
  const { transport: link, kind } = useRealtimeStore()
  link.connect()
  await link.pull({ boardId: BOARD_ID, epoch: 'e', version: 1, cid: 'c' })
  expect(kind).toBe('polling')
  expect(fetch).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('/api/kanban/updates?'), expect.objectContaining({
    credentials: 'same-origin', headers: expect.objectContaining({ 'aster-member': PEOPLE.partner.id, 'if-none-match': '"e.1"' }),
  }))
})
