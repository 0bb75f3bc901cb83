import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EffectScope, Ref } from 'vue'
import { createSSRApp, effectScope, h, shallowRef } from 'vue'
import { renderToString } from 'vue/server-renderer'
import type { Matter } from '#shared/kanban/matter.ts'
import { Fault } from '#shared/realtime/fault.ts'
import type { KanbanView } from '~/composables/useKanban.ts'
import { provideKanban, useKanban } from '~/composables/useKanban.ts'
import { useKanbanRealTime } from '~/composables/useKanbanRealTime.ts'
import { useRealTimeTransport } from '~/composables/useRealTimeTransport.ts'
import { useKanbanStore } from '~/stores/kanban.ts'
import { useRealtimeStore } from '~/stores/realtime.ts'
import { useSessionStore } from '~/stores/session.ts'
import { assign, BOARD_ID, buildId, buildMatters, NOW, PEOPLE, TIME_ZONE } from '../../helpers/builders.ts'
import type { FakePage } from '../../helpers/fake-page.ts'
import { createFakePage } from '../../helpers/fake-page.ts'
import type { FakeTransport } from '../../helpers/fake-transport.ts'
import { createFakeTransport } from '../../helpers/fake-transport.ts'
import { buildSnapshot, buildUpdates } from '../../helpers/wire-builders.ts'

const [first, second] = buildMatters(2, { assignments: [assign(PEOPLE.partner)] }) as [Matter, Matter]

let scope: EffectScope
let page: FakePage
let transport: FakeTransport

beforeEach(() => {
  vi.useFakeTimers({ now: NOW })
  vi.spyOn(Math, 'random').mockReturnValue(0)
  setActivePinia(createPinia())
  scope = effectScope()
  page = createFakePage()
  transport = createFakeTransport()
  useRealtimeStore().switchTo('polling', () => transport)
  useSessionStore().member = { ...PEOPLE.partner, email: '', locale: null }
})

afterEach(() => {
  scope.stop()
  useKanbanStore().forget()
  vi.useRealTimers()
})

const advance = (ms: number) => vi.advanceTimersByTimeAsync(ms)

function answer(event: 'snapshot' | 'updates', body: unknown): void {
  transport.pull.mockImplementationOnce(async ({ boardId }) => {
    await Promise.resolve()
    transport.emit(event, boardId, body as never)
    return { kind: 'fresh' }
  })
}

/** The board as it is after its first read. */
async function opened(boardId: string | Ref<string> = BOARD_ID): Promise<KanbanView> {
  answer('snapshot', buildSnapshot({ matters: [first, second] }))
  const kanban = scope.run(() => useKanbanRealTime(boardId, { window: page.window }))!
  await advance(0)
  return kanban
}

describe('the view', () => {
  it('is read from the server, and kept live', async () => {
    answer('snapshot', buildSnapshot({ matters: [first, second] }))
    const kanban = scope.run(() => useKanbanRealTime(BOARD_ID, { window: page.window }))!
    expect([kanban.loading.value, kanban.isStale.value, kanban.status.value.state]).toEqual([true, false, 'connecting'])
    await advance(0)
    expect([kanban.loading.value, kanban.version.value, kanban.lastSync.value]).toEqual([false, 1, NOW])
    expect(kanban.boardId.value).toBe(BOARD_ID)
    expect(kanban.board.value).toEqual({ id: BOARD_ID, name: 'Matters' })
    expect(kanban.columns.value).toHaveLength(7)
    expect(kanban.matters.value).toHaveLength(2)
    expect(kanban.mattersIn('in-progress').map(({ id }) => id)).toEqual([first.id, second.id])
    expect(kanban.mattersIn('nowhere')).toEqual([])
    expect(kanban.members.value.get(PEOPLE.clerk.id)).toEqual(PEOPLE.clerk)
    expect([kanban.me.value.id, kanban.timeZone.value, kanban.isOnline.value]).toEqual([PEOPLE.partner.id, TIME_ZONE, true])
    expect(kanban.context.value).toMatchObject({ actor: { id: PEOPLE.partner.id }, now: NOW })

    answer('updates', buildUpdates({ matters: [{ op: 'set', id: first.id, fields: { title: 'Theirs' } }] }))
    await advance(5_000)
    expect(kanban.matterById(first.id)!.title).toBe('Theirs')
    expect(kanban.status.value).toEqual({ state: 'live', since: NOW + 5_000 })
  })

  it('[T3] is asked for every two seconds once something happened', async () => {
    await opened()
    answer('updates', buildUpdates({ matters: [{ op: 'set', id: first.id, fields: { title: 'Theirs' } }] }))
    await advance(5_000)
    const calls = transport.pull.mock.calls.length
    await advance(4_000)
    expect(transport.pull).toHaveBeenCalledTimes(calls + 2)
  })

  it('follows the board that is asked for', async () => {
    const boardId = shallowRef(BOARD_ID)
    const kanban = await opened(boardId)
    answer('snapshot', buildSnapshot({ board: { id: buildId(0xB2), name: 'Litigation' } }))
    boardId.value = buildId(0xB2)
    await advance(0)
    expect(kanban.board.value?.name).toBe('Litigation')
    expect(transport.pull.mock.lastCall![0]).toMatchObject({ boardId: buildId(0xB2), epoch: null })
  })

  it('has a clock that moves on each minute', async () => {
    const kanban = await opened()
    await advance(59_999)
    expect(kanban.now.value).toBe(NOW)
    await advance(1)
    expect(kanban.now.value).toBe(NOW + 60_000)
  })

  it('waits while a card is held, and pauses by hand', async () => {
    const kanban = await opened()
    kanban.interacting.value = true
    await advance(20_000)
    expect(transport.pull).toHaveBeenCalledTimes(1)
    kanban.interacting.value = false
    await advance(500)
    expect(transport.pull).toHaveBeenCalledTimes(2)
    kanban.pause()
    expect(kanban.status.value).toEqual({ state: 'paused', reason: 'manual' })
    kanban.resume()
    await kanban.refresh()
    expect(kanban.status.value.state).toBe('live')
  })

  it('grows stale when asking fails', async () => {
    const kanban = await opened()
    transport.pull.mockRejectedValue(new Fault('server', { retryAfterMs: 600_000 }))
    await advance(15_000)
    expect([kanban.isStale.value, kanban.status.value]).toEqual([true, expect.objectContaining({ state: 'waiting', cause: 'server' })])
  })
})

it('does not call a board stale that was only out of sight', async () => {
  const kanban = await opened()
  page.hide()
  await advance(60_000)
  expect(kanban.isStale.value).toBe(false)
  page.show()
  await advance(10)
  expect(kanban.isStale.value).toBe(false)
  await advance(2_000)
  expect(kanban.isStale.value).toBe(false)
})

describe('what the person does', () => {
  it('shows at once and counts as pending until the server has it', async () => {
    const kanban = await opened()
    const { id, settled } = kanban.moveMatter(first.id, { columnId: 'review', placement: { end: true } })
    expect([id, kanban.mattersIn('review').length, kanban.pendingUpdates.value]).toEqual([first.id, 1, 1])
    expect(kanban.pending.value).toEqual(new Set([first.id]))
    const before = kanban.pending.value
    transport.emit('updates', BOARD_ID, buildUpdates())
    expect(kanban.pending.value).toBe(before)
    transport.send.mockResolvedValueOnce({ version: 2, matter: kanban.matterById(first.id)! })
    await advance(0)
    expect(await settled).toMatchObject({ ok: true, version: 2 })
    expect([kanban.pending.value.size, kanban.pendingUpdates.value]).toEqual([0, 0])
  })

  it('goes back when it is refused', async () => {
    const kanban = await opened()
    transport.send.mockRejectedValueOnce(new Fault('refused', { problem: { code: 'WIP_LIMIT', message: '' } }))
    const { settled } = kanban.moveMatter(first.id, { columnId: 'review', placement: { end: true } })
    await advance(0)
    expect(await settled).toMatchObject({ ok: false, problem: { code: 'WIP_LIMIT' } })
    expect(kanban.matterById(first.id)!.columnId).toBe('in-progress')
  })

  it('is sent as what it is', async () => {
    const kanban = await opened()
    transport.send.mockImplementation(async (_, { id }) => ({ version: 1, matter: kanban.matterById(id) ?? null }))
    const created = kanban.createMatter({ columnId: 'intake', title: 'New', clientName: 'X', assignments: [assign(PEOPLE.partner)] })
    expect(kanban.matterById(created.id)!.title).toBe('New')
    kanban.editMatter(first.id, { set: { title: 'Mine' } }, { title: 0 })
    kanban.editMatter(first.id, { tags: { add: ['x'] } })
    const comment = kanban.addComment(first.id, 'Hi')
    kanban.editComment(first.id, comment.id, 'Ho')
    kanban.removeComment(first.id, comment.id)
    expect(kanban.commentWork(first.id)).toHaveLength(3)
    expect(kanban.commentWork(second.id)).toEqual([])
    kanban.deleteMatter(second.id, 'twice')
    kanban.deleteMatter(first.id)
    await advance(100)
    expect(transport.send.mock.calls.map(([, { kind, args }]) => [kind, args])).toMatchObject([
      ['create', { title: 'New' }], ['edit', { set: { title: 'Mine' } }], ['edit', { tags: { add: ['x'] } }],
      ['comment', { action: 'add', body: 'Hi' }], ['comment', { action: 'edit', body: 'Ho' }], ['comment', { action: 'remove' }],
      ['delete', { reason: 'twice' }], ['delete', {}],
    ])
    expect(transport.send.mock.calls[1]![1].base).toEqual({ title: 0 })
  })

  it('can be taken back, if it was a move', async () => {
    const kanban = await opened()
    expect([kanban.canUndo.value, kanban.undo()]).toEqual([false, null])
    useKanbanStore().setOnline(false)
    kanban.moveMatter(first.id, { columnId: 'review', placement: { end: true } })
    expect(kanban.canUndo.value).toBe(true)
    kanban.undo()
    expect([kanban.canUndo.value, kanban.matterById(first.id)!.columnId]).toEqual([false, 'in-progress'])
  })

  it('needn\'t sit out its own delay once the server answers again', async () => {
    const kanban = await opened()
    transport.pull.mockRejectedValueOnce(new Fault('network'))
    await kanban.refresh()
    transport.send.mockRejectedValueOnce(new Fault('server', { retryAfterMs: 600_000 }))
    kanban.editMatter(first.id, { set: { title: 'Mine' } })
    await advance(1_000)
    expect(kanban.pendingUpdates.value).toBe(1)
    transport.pull.mockRejectedValueOnce(new Fault('network'))
    await kanban.refresh()
    await advance(1_000)
    expect(kanban.pendingUpdates.value).toBe(0)
  })
})

describe('what others do', () => {
  it('is told to who listens, until they stop or their scope ends', async () => {
    const kanban = await opened()
    const [heard, stopped] = [vi.fn(), vi.fn()]
    scope.run(() => kanban.onRemoteChange(heard))
    kanban.onRemoteChange(stopped)()
    transport.emit('updates', BOARD_ID, buildUpdates({ deleted: [first.id] }))
    expect(heard).toHaveBeenCalledExactlyOnceWith([{ matterId: first.id, by: null, kind: 'deleted', matter: first }])
    scope.stop()
    transport.emit('updates', BOARD_ID, buildUpdates({ from: 2, version: 3, deleted: [second.id] }))
    expect([heard.mock.calls.length, stopped.mock.calls.length]).toEqual([1, 0])
  })

  it('on another board is not told here', async () => {
    const kanban = await opened()
    const heard = vi.fn()
    kanban.onRemoteChange(heard)
    useKanbanStore().open(buildId(0xB2)).start(buildSnapshot({ matters: [first] }))
    transport.emit('updates', buildId(0xB2), buildUpdates({ deleted: [first.id] }))
    expect(heard).not.toHaveBeenCalled()
  })
})

describe('a board that can\'t be shown', () => {
  it('says why when it could not be loaded', async () => {
    const store = useKanbanStore()
    store.loadProblem = { boardId: BOARD_ID, code: 'BOARD_GONE' }
    transport.pull.mockRejectedValue(new Fault('network'))
    const kanban = scope.run(() => useKanbanRealTime(BOARD_ID, { window: page.window }))!
    expect([kanban.error.value, kanban.loading.value]).toEqual([{ code: 'BOARD_GONE' }, false])
  })

  it('says why when it goes away later', async () => {
    const kanban = await opened()
    transport.pull.mockRejectedValueOnce(new Fault('refused', { problem: { code: 'BOARD_GONE', message: '' } }))
    await advance(60_000)
    expect(kanban.error.value).toEqual({ code: 'BOARD_GONE' })
  })

  it('is kept, and asked no more, while the session is over', async () => {
    const kanban = await opened()
    useSessionStore().expire()
    await advance(60_000)
    expect(transport.pull).toHaveBeenCalledTimes(1)
    expect([kanban.status.value, kanban.me.value.id]).toEqual([{ state: 'paused', reason: 'signed-out' }, ''])
    expect(kanban.matters.value).toHaveLength(2)
  })
})

describe('in components', () => {
  it('is provided once and shared below, in a server render without any timer', async () => {
    const pinia = createPinia()
    setActivePinia(pinia)
    useKanbanStore().open(BOARD_ID).start(buildSnapshot({ matters: [first] }))
    const Child = { setup: () => () => h('p', useKanban().matters.value[0]!.title) }
    const app = createSSRApp({ setup: () => provideKanban(BOARD_ID) && (() => h(Child)) })
    expect(await renderToString(app.use(pinia))).toContain(first.title)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is missed aloud where nobody provides it', async () => {
    vi.spyOn(console, 'warn').mockReturnValue()
    await expect(renderToString(createSSRApp({ setup: () => () => useKanban() }))).rejects.toThrow('provideKanban')
  })
})

it('tells how the way to the server stands, as refs', () => {
  const link = scope.run(() => useRealTimeTransport())!
  expect([link.connecting.value, link.connected.value, link.error.value]).toEqual([true, false, null])
  transport.emit('connection', { state: 'live', since: NOW })
  expect([link.connecting.value, link.connected.value]).toEqual([false, true])
  const heard = vi.fn()
  const stop = link.subscribe('connection', heard)
  link.emit('connection', { state: 'waiting', attempt: 1, retryAt: null, cause: 'server' })
  expect([link.error.value, link.connection.value.state]).toEqual(['server', 'waiting'])
  stop()
  link.emit('connection', { state: 'connecting' })
  expect(heard).toHaveBeenCalledTimes(1)
})
