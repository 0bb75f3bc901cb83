import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EffectScope, Ref } from 'vue'
import { createSSRApp, effectScope, h, shallowRef, watchEffect } from 'vue'
import { renderToString } from 'vue/server-renderer'
import type { Matter } from '#shared/kanban/matter.ts'
import type { MutationResult, SnapshotAnswer, UpdatesAnswer } from '#shared/protocol/messages.ts'
import { PROTOCOL_VERSION } from '#shared/protocol/version.ts'
import { Fault } from '#shared/realtime/fault.ts'
import type { Connection } from '#shared/realtime/connection.ts'
import type { Delivers, PullOutcome } from '#shared/realtime/transport.ts'
import type { KanbanView } from '~/composables/useKanban.ts'
import { provideKanban, useKanban } from '~/composables/useKanban.ts'
import { useKanbanRealTime } from '~/composables/useKanbanRealTime.ts'
import { useKanbanStore } from '~/stores/kanban.ts'
import { useRealtimeStore } from '~/stores/realtime.ts'
import { useSessionStore } from '~/stores/session.ts'
import { assign, BOARD_ID, buildId, buildMatters, NOW, PEOPLE, TIME_ZONE } from '../../helpers/builders.ts'
import type { FakeDisk } from '../../helpers/fake-device.ts'
import { openFakeDevice } from '../../helpers/fake-device.ts'
import type { FakePage } from '../../helpers/fake-page.ts'
import { createFakePage } from '../../helpers/fake-page.ts'
import type { FakeTransport } from '../../helpers/fake-transport.ts'
import { createFakeTransport } from '../../helpers/fake-transport.ts'
import { buildSnapshot, buildUpdates } from '../../helpers/wire-builders.ts'

const { device } = vi.hoisted(() => ({ device: { disk: new Map() as FakeDisk, fails: false } }))
vi.mock('~/utils/device/device.ts', () => ({
  openDevice: (memberId: string, options: object) => openFakeDevice(device.disk, memberId, { ...options, fails: device.fails }),
}))

const [first, second] = buildMatters(2, { assignments: [assign(PEOPLE.partner)] }) as [Matter, Matter]

let scope: EffectScope
let page: FakePage
let transport: FakeTransport

beforeEach(() => {
  vi.useFakeTimers({ now: NOW })
  vi.spyOn(Math, 'random').mockReturnValue(0)
  vi.stubGlobal('window', new EventTarget())
  // What a page of the test before told its other tabs would arrive here, about an outbox of the same name.
  vi.stubGlobal('BroadcastChannel', undefined)
  device.disk = new Map()
  device.fails = false
  newPage()
})

/** A page that nothing was done on. */
function newPage(): void {
  setActivePinia(createPinia())
  scope = effectScope()
  page = createFakePage()
  transport = createFakeTransport()
  useRealtimeStore().switchTo('polling', () => transport)
  void useRealtimeStore().transport.connect()
  const session = useSessionStore()
  session.member = { ...PEOPLE.partner, email: '', locale: null, transport: null }
  session.lastMember = PEOPLE.partner
}

afterEach(() => {
  scope.stop()
  useKanbanStore().forget()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const advance = (ms: number) => vi.advanceTimersByTimeAsync(ms)

/** What the next request brings. */
function answer(outcome: PullOutcome): void {
  transport.pull.mockResolvedValueOnce(outcome)
}

const snapshot = (parts: Partial<SnapshotAnswer>): PullOutcome => ({ kind: 'snapshot', answer: buildSnapshot(parts) })
const news = (parts: Partial<UpdatesAnswer>): PullOutcome => ({ kind: 'updates', answer: buildUpdates(parts) })

/** The board as it is after its first read. */
async function opened(boardId: string | Ref<string> = BOARD_ID): Promise<KanbanView> {
  answer(snapshot({ matters: [first, second] }))
  const kanban = scope.run(() => useKanbanRealTime(boardId, { window: page.window }))!
  await advance(0)
  return kanban
}

describe('the view', () => {
  it('is read from the server, and kept live', async () => {
    answer(snapshot({ matters: [first, second] }))
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

    answer(news({ matters: [{ op: 'set', id: first.id, fields: { title: 'Theirs' } }] }))
    await advance(5_000)
    expect(kanban.matterById(first.id)!.title).toBe('Theirs')
    expect(kanban.status.value).toEqual({ state: 'live', since: NOW + 5_000, via: 'polling' })
  })

  it('[T3] is asked for as often as its reader chose, from that moment on', async () => {
    await opened()
    const session = useSessionStore()
    session.takeOwn({ preferences: { ...session.preferences, pollIntervalMs: 30_000 } })
    const calls = transport.pull.mock.calls.length
    await advance(25_000)
    expect(transport.pull).toHaveBeenCalledTimes(calls)
    session.takeOwn({ preferences: { ...session.preferences, pollIntervalMs: 2_000 } })
    await advance(6_000)
    expect(transport.pull.mock.calls.length).toBeGreaterThanOrEqual(calls + 3)
  })

  it('[T3] is asked for every two seconds once something happened', async () => {
    await opened()
    answer(news({ matters: [{ op: 'set', id: first.id, fields: { title: 'Theirs' } }] }))
    await advance(5_000)
    const calls = transport.pull.mock.calls.length
    await advance(4_000)
    expect(transport.pull).toHaveBeenCalledTimes(calls + 2)
  })

  it('follows the board that is asked for', async () => {
    const boardId = shallowRef(BOARD_ID)
    const kanban = await opened(boardId)
    answer(snapshot({ board: { id: buildId(0xB2), name: 'Litigation' } }))
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

  it('is no longer stale the moment the server has answered', async () => {
    const kanban = await opened()
    transport.pull.mockRejectedValue(new Fault('network'))
    await advance(20_000)
    expect(kanban.isStale.value).toBe(true)
    answer(news({}))
    await kanban.refresh()
    expect([kanban.status.value.state, kanban.isStale.value]).toEqual(['live', false])
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

/** How the server takes the next changes: each number with this result. */
function results(result: Omit<MutationResult, 'n'>): void {
  transport.send.mockImplementationOnce(async (_, cid, items) => ({ protocol: PROTOCOL_VERSION, cid, results: items.map(({ n }) => ({ n, ...result })) }))
}

const toReview = { columnId: 'review', placement: { end: true } } as const

describe('what the person does', () => {
  it('shows at once and counts as pending until the server has it', async () => {
    const kanban = await opened()
    const { id, settled } = kanban.moveMatter(first.id, toReview)
    expect([id, kanban.mattersIn('review').length, kanban.pendingUpdates.value]).toEqual([first.id, 1, 1])
    expect(kanban.pending.value).toEqual(new Set([first.id]))
    const before = kanban.pending.value
    transport.tell('updates', { boardId: BOARD_ID, answer: buildUpdates() })
    expect(kanban.pending.value).toBe(before)
    results({ status: 'ok', version: 3 })
    await advance(0)
    expect(await settled).toEqual({ ok: true, version: 3, merged: false })
    expect([kanban.pending.value.size, kanban.pendingUpdates.value, kanban.mattersIn('review').length]).toEqual([0, 0, 1])
  })

  it('goes back when it is refused', async () => {
    const kanban = await opened()
    results({ status: 'rejected', version: 0, code: 'WIP_LIMIT' })
    const { settled } = kanban.moveMatter(first.id, toReview)
    await advance(0)
    expect(await settled).toMatchObject({ ok: false, problem: { code: 'WIP_LIMIT' } })
    expect(kanban.matterById(first.id)!.columnId).toBe('in-progress')
  })

  it('is sent as what it is', async () => {
    const kanban = await opened()
    const created = kanban.createMatter({ columnId: 'intake', title: 'New', clientName: 'X', assignments: [assign(PEOPLE.partner)] })
    expect(kanban.matterById(created.id)!.title).toBe('New')
    kanban.editMatter(first.id, { set: { title: 'Mine' } }, { title: { version: 0, value: 'Old' } })
    kanban.editMatter(first.id, { tags: { add: ['x'] } })
    const comment = kanban.addComment(first.id, 'Hi')
    kanban.editComment(first.id, comment.id, 'Ho')
    kanban.removeComment(first.id, comment.id)
    expect(kanban.commentWork(first.id)).toHaveLength(3)
    expect(kanban.commentWork(second.id)).toEqual([])
    kanban.deleteMatter(second.id, 'twice')
    kanban.deleteMatter(first.id)
    await advance(100)
    const sent = transport.send.mock.calls.flatMap(([,, items]) => items)
    expect(sent.map(item => [item.n, item.kind, item.kind === 'void' || item.args])).toMatchObject([
      [1, 'create', { title: 'New' }], [2, 'edit', { set: { title: 'Mine' } }], [3, 'edit', { tags: { add: ['x'] } }],
      [4, 'comment', { action: 'add', body: 'Hi' }], [5, 'comment', { action: 'edit', body: 'Ho' }], [6, 'comment', { action: 'remove' }],
      [7, 'delete', { reason: 'twice' }], [8, 'delete', {}],
    ])
    expect(sent[1]).toMatchObject({ base: { title: 0 } })
  })

  it.each<[string, (kanban: KanbanView) => unknown]>([
    ['a move', kanban => kanban.moveMatter(first.id, toReview)],
    ['an edit', kanban => kanban.editMatter(first.id, { set: { title: 'Mine' } })],
    ['a deletion', kanban => kanban.deleteMatter(first.id)],
  ])('can be taken back, like %s', async (_, change) => {
    const kanban = await opened()
    expect([kanban.undoStep.value, kanban.undo()]).toEqual([null, null])
    useKanbanStore().setOnline(false)
    change(kanban)
    await advance(0)
    expect(kanban.undoStep.value).toMatchObject({ matterId: first.id })
    kanban.undo()
    expect(kanban.undoStep.value).toBeNull()
    expect(kanban.matterById(first.id)).toMatchObject({ columnId: 'in-progress', title: first.title })
  })

  it('is told of when it ends, to who listens', async () => {
    const kanban = await opened()
    const [heard, elsewhere] = [vi.fn(), vi.fn()]
    scope.run(() => kanban.onSettled(heard))
    kanban.onSettled(elsewhere)()
    kanban.moveMatter(first.id, toReview)
    await advance(0)
    expect(heard).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ matterId: first.id, settled: expect.objectContaining({ ok: true }) }))
    expect(elsewhere).not.toHaveBeenCalled()
  })

  it('waits for a choice where it met a newer value', async () => {
    const kanban = await opened()
    expect([kanban.conflicts.value, kanban.resolveConflict('none', { type: 'remote' })]).toEqual([[], null])
    results({
      status: 'conflict', version: 0, code: 'CONFLICT',
      conflicts: [{ field: 'title', version: 2, value: 'Theirs', by: PEOPLE.clerk.id, at: NOW }],
    })
    const { settled } = kanban.editMatter(first.id, { set: { title: 'Mine' } })
    await advance(0)
    expect(await settled).toMatchObject({ ok: false, problem: { code: 'CONFLICT' }, conflictId: kanban.conflicts.value[0]!.id })
    expect(kanban.conflicts.value).toMatchObject([{ matterId: first.id, fields: [{ field: 'title', base: first.title, mine: 'Mine', theirs: 'Theirs' }] }])
    expect(kanban.matterById(first.id)!.title).not.toBe('Mine')
    expect(await kanban.resolveConflict(kanban.conflicts.value[0]!.id, { type: 'remote' })!.settled).toMatchObject({ ok: true })
    expect(kanban.conflicts.value).toEqual([])
  })

  it('leaves a quiet note where it went in beside somebody else\'s', async () => {
    const kanban = await opened()
    results({ status: 'merged', version: 3, others: [{ field: 'priority', version: 2, by: PEOPLE.clerk.id, at: NOW }] })
    kanban.editMatter(first.id, { set: { title: 'Mine' } })
    await advance(0)
    expect(kanban.notes.value).toMatchObject([{ matterId: first.id, others: [{ field: 'priority' }] }])
    kanban.readNote(kanban.notes.value[0]!.id)
    expect(kanban.notes.value).toEqual([])
  })

  it('is kept, and can\'t be added to, once the server wants a newer page', async () => {
    const kanban = await opened()
    transport.send.mockRejectedValueOnce(new Fault('outdated'))
    kanban.editMatter(first.id, { set: { title: 'Mine' } })
    await advance(0)
    expect([kanban.isOutdated.value, kanban.status.value, kanban.pendingUpdates.value]).toEqual([true, { state: 'refused', code: 'UPGRADE_REQUIRED' }, 1])
    expect(await kanban.editMatter(first.id, { set: { title: 'Again' } }).settled).toMatchObject({ ok: false, problem: { code: 'UPGRADE_REQUIRED' } })
    expect(kanban.matterById(first.id)!.title).toBe('Mine')
  })

  it('needn\'t sit out its own delay once the server answers again', async () => {
    const kanban = await opened()
    transport.send.mockRejectedValueOnce(new Fault('server', { retryAfterMs: 600_000 }))
    kanban.editMatter(first.id, { set: { title: 'Mine' } })
    await advance(1_000)
    expect(kanban.pendingUpdates.value).toBe(1)
    transport.pull.mockRejectedValueOnce(new Fault('network'))
    await kanban.refresh()
    await advance(1_000)
    expect(kanban.pendingUpdates.value).toBe(0)
  })

  it('[T4] goes out at once when somebody tries again by hand, and the link is opened anew', async () => {
    const kanban = await opened()
    transport.send.mockRejectedValueOnce(new Fault('server', { retryAfterMs: 600_000 }))
    kanban.editMatter(first.id, { set: { title: 'Mine' } })
    await advance(1_000)
    transport.pull.mockRejectedValueOnce(new Fault('network'))
    await kanban.refresh()
    await kanban.retry()
    await advance(0)
    expect([kanban.pendingUpdates.value, transport.reconnect.mock.calls.length]).toEqual([0, 1])
  })
})

it('says how old the board is, never less than now, and nothing before it was read', async () => {
  answer(snapshot({ matters: [first] }))
  const kanban = scope.run(() => useKanbanRealTime(BOARD_ID, { window: page.window }))!
  expect(kanban.age()).toBeNull()
  await advance(0)
  expect(kanban.age()).toBe(0)
  transport.pull.mockRejectedValue(new Fault('network'))
  await advance(90_000)
  expect(kanban.age()).toBe(90_000)
  vi.setSystemTime(NOW - 60_000)
  expect(kanban.age()).toBe(0)
})

describe('what the device kept', () => {
  it('shows with the changes that wait, as of when the server last spoke', async () => {
    const before = await opened()
    expect([before.isConfirmed.value, before.isStoredHere.value]).toEqual([true, true])
    useKanbanStore().setOnline(false)
    before.editMatter(first.id, { set: { title: 'Mine' } })
    await advance(5_000)
    scope.stop()

    newPage()
    transport.pull.mockRejectedValue(new Fault('network'))
    useKanbanStore().setOnline(false)
    await useKanbanStore().load(BOARD_ID)
    const kanban = scope.run(() => useKanbanRealTime(BOARD_ID, { window: page.window }))!
    expect([kanban.loading.value, kanban.isConfirmed.value, kanban.error.value]).toEqual([false, false, null])
    expect([kanban.matterById(first.id)!.title, kanban.pendingUpdates.value, kanban.lastSync.value]).toEqual(['Mine', 1, NOW])
  })

  it('is nothing where the device fails, and the view says so', async () => {
    device.fails = true
    newPage()
    const kanban = await opened()
    expect(kanban.isStoredHere.value).toBe(false)
  })
})

it('draws nothing anew while polls bring nothing', async () => {
  const kanban = await opened()
  const drawn = vi.fn()
  scope.run(() => watchEffect(() => {
    drawn(kanban.matters.value, kanban.columns.value, kanban.members.value, kanban.mattersIn('review'), kanban.conflicts.value, kanban.notes.value,
      kanban.pending.value, kanban.pendingUpdates.value, kanban.undoStep.value, kanban.version.value, kanban.context.value, kanban.loading.value)
  }, { flush: 'sync' }))
  await advance(20_000)
  expect(transport.pull.mock.calls.length).toBeGreaterThan(3)
  expect(drawn).toHaveBeenCalledTimes(1)
})

describe('what others do', () => {
  it('is told to who listens, until they stop or their scope ends', async () => {
    const kanban = await opened()
    const [heard, stopped] = [vi.fn(), vi.fn()]
    scope.run(() => kanban.onRemoteChange(heard))
    kanban.onRemoteChange(stopped)()
    transport.tell('updates', { boardId: BOARD_ID, answer: buildUpdates({ deleted: [first.id] }) })
    expect(heard).toHaveBeenCalledExactlyOnceWith([{ matterId: first.id, by: null, kind: 'deleted', matter: first }])
    scope.stop()
    transport.tell('updates', { boardId: BOARD_ID, answer: buildUpdates({ from: 2, version: 3, deleted: [second.id] }) })
    expect([heard.mock.calls.length, stopped.mock.calls.length]).toEqual([1, 0])
  })

  it('on another board is not told here', async () => {
    const kanban = await opened()
    const heard = vi.fn()
    kanban.onRemoteChange(heard)
    useKanbanStore().open(buildId(0xB2)).start(buildSnapshot({ matters: [first] }), true)
    transport.tell('updates', { boardId: buildId(0xB2), answer: buildUpdates({ deleted: [first.id] }) })
    expect(heard).not.toHaveBeenCalled()
  })
})

/** Has news come by a link that stands like this. */
function link(connection: Connection, delivers: Delivers): void {
  Object.assign(transport, { connection, delivers })
  transport.tell('connection', connection)
}

describe('the link', () => {
  const socket: Connection = { state: 'live', since: NOW, via: 'socket' }

  it('[T1] is told which board is open and where its reader stands, until the scope ends', async () => {
    await opened()
    expect(transport.join).toHaveBeenCalledExactlyOnceWith(BOARD_ID, expect.any(Function), expect.any(Function))
    const [, position, known] = transport.join.mock.lastCall!
    expect(position()).toMatchObject({ boardId: BOARD_ID, epoch: 'e1', version: 1 })
    expect(known!()).toMatchObject({ epoch: 'e1', version: 1 })
    expect(transport.joined).toEqual([BOARD_ID])
    scope.stop()
    expect(transport.joined).toEqual([])
  })

  it('follows to the board that is asked for', async () => {
    const boardId = shallowRef(BOARD_ID)
    await opened(boardId)
    answer(snapshot({ board: { id: buildId(0xB2), name: 'Litigation' } }))
    boardId.value = buildId(0xB2)
    await advance(0)
    expect(transport.joined).toEqual([buildId(0xB2)])
  })

  it('[T3] that brings all is asked once a minute, and at once when it doesn\'t any more', async () => {
    const kanban = await opened()
    link(socket, 'all')
    useRealtimeStore().kind = 'hybrid'
    await advance(59_999)
    expect(transport.pull).toHaveBeenCalledTimes(1)
    await advance(1)
    expect(transport.pull).toHaveBeenCalledTimes(2)
    expect([kanban.status.value, kanban.newsWay.value]).toEqual([{ state: 'live', since: NOW + 60_000, via: 'socket' }, 'socket'])
    await advance(10_000)
    link({ state: 'live', since: NOW, via: 'polling', lacks: 'unsteady' }, 'nothing')
    await advance(50)
    expect(transport.pull).toHaveBeenCalledTimes(3)
    expect(kanban.newsWay.value).toBe('unsteady')
    await advance(5_000)
    expect(transport.pull).toHaveBeenCalledTimes(4)
  })

  it('[T3] that falls away while nobody looks is asked only once somebody does', async () => {
    await opened()
    link(socket, 'all')
    page.hide()
    link({ state: 'waiting', attempt: 1, retryAt: null, cause: 'network' }, 'nothing')
    await advance(60_000)
    expect(transport.pull).toHaveBeenCalledTimes(1)
    page.show()
    await advance(50)
    expect(transport.pull).toHaveBeenCalledTimes(2)
  })

  it('[T3] that brings only what is urgent is asked as often as without', async () => {
    await opened()
    link(socket, 'urgent')
    await advance(5_000)
    expect(transport.pull).toHaveBeenCalledTimes(2)
  })

  it('[T2] keeps the board fresh by each sign of life', async () => {
    const kanban = await opened()
    link(socket, 'all')
    transport.pull.mockRejectedValue(new Fault('network'))
    for (let passed = 0; passed < 200_000; passed += 20_000) {
      await advance(20_000)
      transport.tell('updates', { boardId: BOARD_ID, answer: buildUpdates({ from: 1, version: 1 }) })
    }
    expect([kanban.lastSync.value, kanban.isStale.value, kanban.status.value.state]).toEqual([NOW + 200_000, false, 'live'])
    await advance(121_000)
    expect(kanban.isStale.value).toBe(true)
  })

  it('[T4] sends what waits as soon as the socket is back, whatever polls say', async () => {
    const kanban = await opened()
    link(socket, 'all')
    link({ state: 'waiting', attempt: 1, retryAt: null, cause: 'network' }, 'nothing')
    transport.send.mockRejectedValueOnce(new Fault('server', { retryAfterMs: 600_000 }))
    kanban.moveMatter(first.id, toReview)
    await advance(30_000)
    expect([transport.send.mock.calls.length, kanban.pendingUpdates.value]).toEqual([1, 1])
    link(socket, 'all')
    await advance(10)
    expect(transport.send).toHaveBeenCalledTimes(2)
  })

  it('[T3] proves that it stands whenever somebody looks again, and knows when nobody does', async () => {
    await opened()
    expect(transport.attend).toHaveBeenLastCalledWith(true)
    page.hide()
    expect(transport.attend).toHaveBeenLastCalledWith(false)
    await advance(60_000)
    page.show()
    page.fire('pageshow')
    expect(transport.attend.mock.calls.slice(-2)).toEqual([[true], [true]])
    const calls = transport.pull.mock.calls.length
    await advance(50)
    expect(transport.pull).toHaveBeenCalledTimes(calls + 1)
  })

  it('knows the matters that are open', async () => {
    const kanban = await opened()
    const panel = effectScope()
    panel.run(() => kanban.focus(first.id))
    const stop = kanban.focus(second.id)
    expect(transport.focus).toHaveBeenLastCalledWith([first.id, second.id])
    panel.stop()
    expect(transport.focus).toHaveBeenLastCalledWith([second.id])
    stop()
    stop()
    expect(transport.focus.mock.calls).toEqual([[[first.id]], [[first.id, second.id]], [[second.id]], [[]]])
  })

  it('[T1] says by polling that the network blocks sockets', async () => {
    const kanban = await opened()
    useRealtimeStore().kind = 'websocket'
    link({ state: 'live', since: NOW, via: 'polling', lacks: 'blocked' }, 'nothing')
    expect([kanban.status.value, kanban.newsWay.value]).toEqual([{ state: 'live', since: NOW, via: 'polling', lacks: 'blocked' }, 'blocked'])
  })
})

describe('a tab that follows another', () => {
  /** Has another tab lead, and say how things stand there. */
  function follow(isFollowing: boolean, connection: Connection): void {
    const tabs = useRealtimeStore().transport
    vi.spyOn(tabs, 'isFollowing', 'get').mockReturnValue(isFollowing)
    vi.spyOn(tabs, 'connection', 'get').mockReturnValue(connection)
    transport.tell('connection', connection)
  }

  const leading: Connection = { state: 'live', since: NOW, via: 'socket' }

  it('[L1] asks nothing, stands as the leader says, and is fresh by what comes from there', async () => {
    const kanban = await opened()
    follow(true, leading)
    for (let passed = 0; passed < 60_000; passed += 2_000) {
      await advance(2_000)
      transport.tell('updates', { boardId: BOARD_ID, answer: buildUpdates({ from: 1, version: 1 }) })
    }
    expect([transport.pull.mock.calls.length, kanban.isStale.value, kanban.lastSync.value]).toEqual([1, false, NOW + 60_000])
    expect([kanban.status.value, kanban.newsWay.value]).toEqual([leading, 'following'])
    follow(true, { state: 'waiting', attempt: 1, retryAt: null, cause: 'network' })
    expect([kanban.status.value.state, kanban.newsWay.value]).toEqual(['waiting', null])
  })

  it('[L2] asks for itself at once when it leads, or hears nothing of the leader', async () => {
    await opened()
    follow(true, leading)
    await advance(60_000)
    follow(false, { state: 'live', since: NOW, via: 'polling' })
    await advance(50)
    expect(transport.pull).toHaveBeenCalledTimes(2)
  })

  it('is refreshed by hand all the same', async () => {
    const kanban = await opened()
    follow(true, leading)
    await kanban.refresh()
    expect(transport.pull).toHaveBeenCalledTimes(2)
  })
})

describe('with live updates off', () => {
  function turn(kind: 'off' | 'hybrid'): void {
    transport = createFakeTransport(kind)
    useRealtimeStore().switchTo(kind, () => transport)
  }

  it('[T3] nothing is asked by itself, and the board says so instead of growing stale', async () => {
    const kanban = await opened()
    turn('off')
    await advance(600_000)
    page.focus()
    page.hide()
    page.show()
    await advance(60_000)
    expect(transport.pull).not.toHaveBeenCalled()
    expect([kanban.status.value, kanban.newsWay.value, kanban.isStale.value, kanban.lastSync.value]).toEqual([{ state: 'paused', reason: 'off' }, 'off', false, NOW])
  })

  it('it is asked by hand, and is as of then', async () => {
    const kanban = await opened()
    turn('off')
    await advance(60_000)
    answer(news({ matters: [{ op: 'set', id: first.id, fields: { title: 'Theirs' } }] }))
    await kanban.refresh()
    expect([kanban.matterById(first.id)!.title, kanban.lastSync.value]).toEqual(['Theirs', NOW + 60_000])
    await advance(60_000)
    expect(transport.pull).toHaveBeenCalledTimes(1)
  })

  it('own changes go out all the same, each followed by one question', async () => {
    const kanban = await opened()
    turn('off')
    await advance(60_000)
    results({ status: 'ok', version: 2 })
    transport.pull.mockImplementationOnce(async ({ cid }) => news({ matters: [{ op: 'set', id: first.id, fields: { title: 'Mine' } }], acks: { [cid]: 1 } }))
    const { settled } = kanban.editMatter(first.id, { set: { title: 'Mine' } })
    await advance(100)
    expect(await settled).toMatchObject({ ok: true })
    expect([transport.send.mock.calls.length, transport.pull.mock.calls.length]).toEqual([1, 1])
    expect([kanban.pendingUpdates.value, kanban.lastSync.value]).toEqual([0, NOW + 60_000])
    await advance(600_000)
    expect(transport.pull).toHaveBeenCalledTimes(1)
  })

  it('a board that only the device has spoken of is read once', async () => {
    await opened()
    await advance(5_000)
    scope.stop()
    newPage()
    turn('off')
    await useKanbanStore().load(BOARD_ID)
    const kanban = scope.run(() => useKanbanRealTime(BOARD_ID, { window: page.window }))!
    expect([kanban.loading.value, kanban.isConfirmed.value]).toEqual([false, false])
    await advance(60_000)
    expect([transport.pull.mock.calls.length, kanban.isConfirmed.value]).toEqual([1, true])
  })

  it('[T1] news come at once when they are turned on again', async () => {
    const kanban = await opened()
    turn('off')
    await advance(60_000)
    turn('hybrid')
    answer(news({ matters: [{ op: 'set', id: first.id, fields: { title: 'Theirs' } }] }))
    await advance(50)
    expect([kanban.matterById(first.id)!.title, kanban.newsWay.value]).toEqual(['Theirs', 'opening'])
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
    expect([kanban.status.value, kanban.me.value.id]).toEqual([{ state: 'paused', reason: 'signed-out' }, PEOPLE.partner.id])
    expect(kanban.matters.value).toHaveLength(2)
  })
})

describe('in components', () => {
  it('is provided once and shared below, in a server render without any timer', async () => {
    vi.unstubAllGlobals()
    const pinia = createPinia()
    setActivePinia(pinia)
    useKanbanStore().open(BOARD_ID).start(buildSnapshot({ matters: [first] }), true)
    const Child = { setup: () => () => h('p', useKanban().matters.value[0]!.title) }
    const app = createSSRApp({ setup: () => provideKanban(BOARD_ID) && (() => h(Child)) })
    expect(await renderToString(app.use(pinia))).toContain(first.title)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is missed aloud where nobody provides it', async () => {
    // Caught where it is thrown: a render that throws leaves its component behind as the current one, for the next test.
    const asking = vi.fn(() => expect(useKanban).toThrow('provideKanban'))
    await renderToString(createSSRApp({ setup: () => (asking(), () => h('p')) }))
    expect(asking).toHaveBeenCalledOnce()
  })
})
