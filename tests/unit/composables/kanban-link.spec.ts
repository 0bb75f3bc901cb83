import { describe, expect, it, vi } from 'vitest'
import { effectScope, shallowRef } from 'vue'
import type { Connection } from '#shared/realtime/connection.ts'
import { Fault } from '#shared/realtime/fault.ts'
import type { Delivers } from '#shared/realtime/transport.ts'
import { useKanbanStore } from '~/stores/kanban.ts'
import { useRealtimeStore } from '~/stores/realtime.ts'
import { BOARD_ID, buildId, NOW } from '../../helpers/builders.ts'
import type { FakeDisk } from '../../helpers/fake-device.ts'
import { openFakeDevice } from '../../helpers/fake-device.ts'
import { setUpKanban, toReview } from '../../helpers/kanban-bench.ts'
import { buildUpdates } from '../../helpers/wire-builders.ts'

const { device } = vi.hoisted(() => ({ device: { disk: new Map() as FakeDisk, fails: false } }))
vi.mock('~/utils/device/device.ts', () => ({
  openDevice: (memberId: string, options: object) => openFakeDevice(device.disk, memberId, { ...options, fails: device.fails }),
}))

const bench = setUpKanban(device)
const { advance, answer, first, newPage, news, openBoard, opened, results, second, snapshot, turn } = bench

/** Has news come by a link that stands like this. */
function link(connection: Connection, delivers: Delivers): void {
  Object.assign(bench.transport, { connection, delivers })
  bench.transport.tell('connection', connection)
}

describe('the link', () => {
  const socket: Connection = { state: 'live', since: NOW, via: 'socket' }

  it('[T1] is told which board is open and where its reader stands, until the scope ends', async () => {
    await opened()
    expect(bench.transport.join).toHaveBeenCalledExactlyOnceWith(BOARD_ID, expect.any(Function), expect.any(Function))
    const [, position, known] = bench.transport.join.mock.lastCall!
    expect(position()).toMatchObject({ boardId: BOARD_ID, epoch: 'e1', version: 1 })
    expect(known!()).toMatchObject({ epoch: 'e1', version: 1 })
    expect(bench.transport.joined).toEqual([BOARD_ID])
    bench.scope.stop()
    expect(bench.transport.joined).toEqual([])
  })

  it('follows to the board that is asked for', async () => {
    const boardId = shallowRef(BOARD_ID)
    await opened(boardId)
    answer(snapshot({ board: { id: buildId(0xB2), name: 'Litigation' } }))
    boardId.value = buildId(0xB2)
    await advance(0)
    expect(bench.transport.joined).toEqual([buildId(0xB2)])
  })

  it('[T3] that brings all is asked once a minute, and at once when it doesn\'t any more', async () => {
    const kanban = await opened()
    link(socket, 'all')
    useRealtimeStore().kind = 'hybrid'
    await advance(59_999)
    expect(bench.transport.pull).toHaveBeenCalledTimes(1)
    await advance(1)
    expect(bench.transport.pull).toHaveBeenCalledTimes(2)
    expect([kanban.status.value, kanban.newsWay.value]).toEqual([{ state: 'live', since: NOW + 60_000, via: 'socket' }, 'socket'])
    await advance(10_000)
    link({ state: 'live', since: NOW, via: 'polling', lacks: 'unsteady' }, 'nothing')
    await advance(50)
    expect(bench.transport.pull).toHaveBeenCalledTimes(3)
    expect(kanban.newsWay.value).toBe('unsteady')
    await advance(5_000)
    expect(bench.transport.pull).toHaveBeenCalledTimes(4)
  })

  it('[T3] that falls away while nobody looks is asked only once somebody does', async () => {
    await opened()
    link(socket, 'all')
    bench.page.hide()
    link({ state: 'waiting', attempt: 1, retryAt: null, cause: 'network' }, 'nothing')
    await advance(60_000)
    expect(bench.transport.pull).toHaveBeenCalledTimes(1)
    bench.page.show()
    await advance(50)
    expect(bench.transport.pull).toHaveBeenCalledTimes(2)
  })

  it('[T3] that brings only what is urgent is asked as often as without', async () => {
    await opened()
    link(socket, 'urgent')
    await advance(5_000)
    expect(bench.transport.pull).toHaveBeenCalledTimes(2)
  })

  it('[T2] keeps the board fresh by each sign of life', async () => {
    const kanban = await opened()
    link(socket, 'all')
    bench.transport.pull.mockRejectedValue(new Fault('network'))
    for (let passed = 0; passed < 200_000; passed += 20_000) {
      await advance(20_000)
      bench.transport.tell('updates', { boardId: BOARD_ID, answer: buildUpdates({ from: 1, version: 1 }) })
    }
    expect([kanban.lastSync.value, kanban.isStale.value, kanban.status.value.state]).toEqual([NOW + 200_000, false, 'live'])
    await advance(121_000)
    expect(kanban.isStale.value).toBe(true)
  })

  it('[T4] sends what waits as soon as the socket is back, whatever polls say', async () => {
    const kanban = await opened()
    link(socket, 'all')
    link({ state: 'waiting', attempt: 1, retryAt: null, cause: 'network' }, 'nothing')
    bench.transport.send.mockRejectedValueOnce(new Fault('server', { retryAfterMs: 600_000 }))
    kanban.moveMatter(first.id, toReview)
    await advance(30_000)
    expect([bench.transport.send.mock.calls.length, kanban.pendingUpdates.value]).toEqual([1, 1])
    link(socket, 'all')
    await advance(10)
    expect(bench.transport.send).toHaveBeenCalledTimes(2)
  })

  it('[T3] proves that it stands whenever somebody looks again, and knows when nobody does', async () => {
    await opened()
    expect(bench.transport.attend).toHaveBeenLastCalledWith(true)
    bench.page.hide()
    expect(bench.transport.attend).toHaveBeenLastCalledWith(false)
    await advance(60_000)
    bench.page.show()
    bench.page.fire('pageshow')
    expect(bench.transport.attend.mock.calls.slice(-2)).toEqual([[true], [true]])
    const calls = bench.transport.pull.mock.calls.length
    await advance(50)
    expect(bench.transport.pull).toHaveBeenCalledTimes(calls + 1)
  })

  it('knows the matters that are open', async () => {
    const kanban = await opened()
    const panel = effectScope()
    panel.run(() => kanban.focus(first.id))
    const stop = kanban.focus(second.id)
    expect(bench.transport.focus).toHaveBeenLastCalledWith([first.id, second.id])
    panel.stop()
    expect(bench.transport.focus).toHaveBeenLastCalledWith([second.id])
    stop()
    stop()
    expect(bench.transport.focus.mock.calls).toEqual([[[first.id]], [[first.id, second.id]], [[second.id]], [[]]])
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
    bench.transport.tell('connection', connection)
  }

  const leading: Connection = { state: 'live', since: NOW, via: 'socket' }

  it('[L1] asks nothing, stands as the leader says, and is fresh by what comes from there', async () => {
    const kanban = await opened()
    follow(true, leading)
    for (let passed = 0; passed < 60_000; passed += 2_000) {
      await advance(2_000)
      bench.transport.tell('updates', { boardId: BOARD_ID, answer: buildUpdates({ from: 1, version: 1 }) })
    }
    expect([bench.transport.pull.mock.calls.length, kanban.isStale.value, kanban.lastSync.value]).toEqual([1, false, NOW + 60_000])
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
    expect(bench.transport.pull).toHaveBeenCalledTimes(2)
  })

  it('is refreshed by hand all the same', async () => {
    const kanban = await opened()
    follow(true, leading)
    await kanban.refresh()
    expect(bench.transport.pull).toHaveBeenCalledTimes(2)
  })
})

describe('with live updates off', () => {
  it('[T3] nothing is asked by itself, and the board says so instead of growing stale', async () => {
    const kanban = await opened()
    turn('off')
    await advance(600_000)
    bench.page.focus()
    bench.page.hide()
    bench.page.show()
    await advance(60_000)
    expect(bench.transport.pull).not.toHaveBeenCalled()
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
    expect(bench.transport.pull).toHaveBeenCalledTimes(1)
  })

  it('own changes go out all the same, each followed by one question', async () => {
    const kanban = await opened()
    turn('off')
    await advance(60_000)
    results({ status: 'ok', version: 2 })
    bench.transport.pull.mockImplementationOnce(async ({ cid }) => news({ matters: [{ op: 'set', id: first.id, fields: { title: 'Mine' } }], acks: { [cid]: 1 } }))
    const { settled } = kanban.editMatter(first.id, { set: { title: 'Mine' } })
    await advance(100)
    expect(await settled).toMatchObject({ ok: true })
    expect([bench.transport.send.mock.calls.length, bench.transport.pull.mock.calls.length]).toEqual([1, 1])
    expect([kanban.pendingUpdates.value, kanban.lastSync.value]).toEqual([0, NOW + 60_000])
    await advance(600_000)
    expect(bench.transport.pull).toHaveBeenCalledTimes(1)
  })

  it('a board that only the device has spoken of is read once', async () => {
    await opened()
    await advance(5_000)
    bench.scope.stop()
    newPage()
    turn('off')
    await useKanbanStore().load(BOARD_ID)
    const kanban = openBoard()
    expect([kanban.loading.value, kanban.isConfirmed.value]).toEqual([false, false])
    await advance(60_000)
    expect([bench.transport.pull.mock.calls.length, kanban.isConfirmed.value]).toEqual([1, true])
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
