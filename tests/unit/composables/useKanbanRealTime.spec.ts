import { createPinia, setActivePinia } from 'pinia'
import { describe, expect, it, vi } from 'vitest'
import { createSSRApp, h, shallowRef, watchEffect } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { Fault } from '#shared/realtime/fault.ts'
import { provideKanban, useKanban } from '~/composables/useKanban.ts'
import { useKanbanStore } from '~/stores/kanban.ts'
import { useSessionStore } from '~/stores/session.ts'
import { BOARD_ID, buildId, NOW, PEOPLE, TIME_ZONE } from '../../helpers/builders.ts'
import type { FakeDisk } from '../../helpers/fake-device.ts'
import { openFakeDevice } from '../../helpers/fake-device.ts'
import { setUpKanban } from '../../helpers/kanban-bench.ts'
import { buildSnapshot } from '../../helpers/wire-builders.ts'

const { device } = vi.hoisted(() => ({ device: { disk: new Map() as FakeDisk, fails: false } }))
vi.mock('~/utils/device/device.ts', () => ({
  openDevice: (memberId: string, options: object) => openFakeDevice(device.disk, memberId, { ...options, fails: device.fails }),
}))

const bench = setUpKanban(device)
const { advance, answer, first, newPage, news, openBoard, opened, second, snapshot } = bench

describe('the view', () => {
  it('is read from the server, and kept live', async () => {
    answer(snapshot({ matters: [first, second] }))
    const kanban = openBoard()
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
    const calls = bench.transport.pull.mock.calls.length
    await advance(25_000)
    expect(bench.transport.pull).toHaveBeenCalledTimes(calls)
    session.takeOwn({ preferences: { ...session.preferences, pollIntervalMs: 2_000 } })
    await advance(6_000)
    expect(bench.transport.pull.mock.calls.length).toBeGreaterThanOrEqual(calls + 3)
  })

  it('[T3] is asked for every two seconds once something happened', async () => {
    await opened()
    answer(news({ matters: [{ op: 'set', id: first.id, fields: { title: 'Theirs' } }] }))
    await advance(5_000)
    const calls = bench.transport.pull.mock.calls.length
    await advance(4_000)
    expect(bench.transport.pull).toHaveBeenCalledTimes(calls + 2)
  })

  it('follows the board that is asked for', async () => {
    const boardId = shallowRef(BOARD_ID)
    const kanban = await opened(boardId)
    answer(snapshot({ board: { id: buildId(0xB2), name: 'Litigation' } }))
    boardId.value = buildId(0xB2)
    await advance(0)
    expect(kanban.board.value?.name).toBe('Litigation')
    expect(bench.transport.pull.mock.lastCall![0]).toMatchObject({ boardId: buildId(0xB2), epoch: null })
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
    expect(bench.transport.pull).toHaveBeenCalledTimes(1)
    kanban.interacting.value = false
    await advance(500)
    expect(bench.transport.pull).toHaveBeenCalledTimes(2)
    kanban.pause()
    expect(kanban.status.value).toEqual({ state: 'paused', reason: 'manual' })
    kanban.resume()
    await kanban.refresh()
    expect(kanban.status.value.state).toBe('live')
  })

  it('grows stale when asking fails', async () => {
    const kanban = await opened()
    bench.transport.pull.mockRejectedValue(new Fault('server', { retryAfterMs: 600_000 }))
    await advance(15_000)
    expect([kanban.isStale.value, kanban.status.value]).toEqual([true, expect.objectContaining({ state: 'waiting', cause: 'server' })])
  })

  it('is no longer stale the moment the server has answered', async () => {
    const kanban = await opened()
    bench.transport.pull.mockRejectedValue(new Fault('network'))
    await advance(20_000)
    expect(kanban.isStale.value).toBe(true)
    answer(news({}))
    await kanban.refresh()
    expect([kanban.status.value.state, kanban.isStale.value]).toEqual(['live', false])
  })
})

it('does not call a board stale that was only out of sight', async () => {
  const kanban = await opened()
  bench.page.hide()
  await advance(60_000)
  expect(kanban.isStale.value).toBe(false)
  bench.page.show()
  await advance(10)
  expect(kanban.isStale.value).toBe(false)
  await advance(2_000)
  expect(kanban.isStale.value).toBe(false)
})

it('says how old the board is, never less than now, and nothing before it was read', async () => {
  answer(snapshot({ matters: [first] }))
  const kanban = openBoard()
  expect(kanban.age()).toBeNull()
  await advance(0)
  expect(kanban.age()).toBe(0)
  bench.transport.pull.mockRejectedValue(new Fault('network'))
  await advance(90_000)
  expect(kanban.age()).toBe(90_000)
  vi.setSystemTime(NOW - 60_000)
  expect(kanban.age()).toBe(0)
})

it('draws nothing anew while polls bring nothing', async () => {
  const kanban = await opened()
  const drawn = vi.fn()
  bench.scope.run(() => watchEffect(() => {
    drawn(kanban.matters.value, kanban.columns.value, kanban.members.value, kanban.mattersIn('review'), kanban.conflicts.value, kanban.notes.value,
      kanban.pending.value, kanban.pendingUpdates.value, kanban.undoStep.value, kanban.version.value, kanban.context.value, kanban.loading.value)
  }, { flush: 'sync' }))
  await advance(20_000)
  expect(bench.transport.pull.mock.calls.length).toBeGreaterThan(3)
  expect(drawn).toHaveBeenCalledTimes(1)
})

describe('what the device kept', () => {
  it('shows with the changes that wait, as of when the server last spoke', async () => {
    const before = await opened()
    expect([before.isConfirmed.value, before.isStoredHere.value]).toEqual([true, true])
    useKanbanStore().setOnline(false)
    before.editMatter(first.id, { set: { title: 'Mine' } })
    await advance(5_000)
    bench.scope.stop()

    newPage()
    bench.transport.pull.mockRejectedValue(new Fault('network'))
    useKanbanStore().setOnline(false)
    await useKanbanStore().load(BOARD_ID)
    const kanban = openBoard()
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

describe('a board that can\'t be shown', () => {
  it('says why when it could not be loaded', async () => {
    const store = useKanbanStore()
    store.loadProblem = { boardId: BOARD_ID, code: 'BOARD_GONE' }
    bench.transport.pull.mockRejectedValue(new Fault('network'))
    const kanban = openBoard()
    expect([kanban.error.value, kanban.loading.value]).toEqual([{ code: 'BOARD_GONE' }, false])
  })

  it('says why when it goes away later', async () => {
    const kanban = await opened()
    bench.transport.pull.mockRejectedValueOnce(new Fault('refused', { problem: { code: 'BOARD_GONE', message: '' } }))
    await advance(60_000)
    expect(kanban.error.value).toEqual({ code: 'BOARD_GONE' })
  })

  it('is kept, and asked no more, while the session is over', async () => {
    const kanban = await opened()
    useSessionStore().expire()
    await advance(60_000)
    expect(bench.transport.pull).toHaveBeenCalledTimes(1)
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
