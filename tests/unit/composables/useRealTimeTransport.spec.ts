import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { EffectScope } from 'vue'
import { effectScope } from 'vue'
import { useRequestFetch } from '#imports'
import type { Connection } from '#shared/realtime/connection.ts'
import type { UseRealTimeTransportReturn } from '~/composables/useRealTimeTransport.ts'
import { useRealTimeTransport } from '~/composables/useRealTimeTransport.ts'
import { useRealtimeStore } from '~/stores/realtime.ts'
import { BOARD_ID, NOW, PEOPLE } from '../../helpers/builders.ts'
import type { FakeTransport } from '../../helpers/fake-transport.ts'
import { createFakeTransport } from '../../helpers/fake-transport.ts'

const note = { boardId: BOARD_ID, from: PEOPLE.clerk.id, at: NOW, data: { text: 'Hello' } }
let scope: EffectScope
let transport: FakeTransport
let link: UseRealTimeTransportReturn

beforeEach(() => {
  vi.mocked(useRequestFetch).mockReturnValue(vi.fn() as never)
  setActivePinia(createPinia())
  transport = createFakeTransport()
  useRealtimeStore().switchTo('polling', () => transport)
  scope = effectScope()
  link = scope.run(() => useRealTimeTransport())!
})
afterEach(() => scope.stop())

function become(connection: Connection): void {
  transport.connection = connection
  transport.tell('connection', connection)
}

it('[T5] tells how the way to the server stands, as refs', () => {
  expect([link.connecting.value, link.connected.value, link.error.value]).toEqual([true, false, null])
  become({ state: 'live', since: NOW, via: 'polling' })
  expect([link.connecting.value, link.connected.value]).toEqual([false, true])
  become({ state: 'waiting', attempt: 1, retryAt: null, cause: 'server' })
  expect([link.error.value, link.connection.value.state]).toEqual(['server', 'waiting'])
})

it('[T1] tells which way is used, what comes by it, and this tab\'s part', () => {
  expect([link.kind.value, link.delivers.value, link.role.value, link.isFollowing.value]).toEqual(['polling', 'nothing', 'alone', false])
  const socket = createFakeTransport('websocket')
  socket.delivers = 'all'
  useRealtimeStore().switchTo('websocket', () => socket)
  expect([link.kind.value, link.delivers.value]).toEqual(['websocket', 'all'])
})

it('hears events and collections until the scope ends, and says things', async () => {
  const [notes, members, stopped] = [vi.fn(), vi.fn(), vi.fn()]
  scope.run(() => {
    link.subscribe('note', notes)
    link.subscribeTo('members', { event: 'INSERT' }, members)
    link.subscribe('note', stopped)()
  })
  const who = { boardId: BOARD_ID, from: PEOPLE.clerk.id, at: NOW }
  transport.tell('note', note)
  transport.tell('member:joined', who)
  transport.tell('member:left', who)
  expect([notes.mock.calls.length, members.mock.calls.length, stopped.mock.calls.length]).toEqual([1, 1, 0])
  scope.stop()
  transport.tell('note', { ...note, at: NOW + 1 })
  transport.tell('member:joined', { ...who, at: NOW + 1 })
  become({ state: 'live', since: NOW, via: 'polling' })
  expect([notes.mock.calls.length, members.mock.calls.length, link.connected.value]).toEqual([1, 1, false])
  await link.emit('note', { text: 'Hello' })
  expect(transport.emit).toHaveBeenCalledOnce()
})
