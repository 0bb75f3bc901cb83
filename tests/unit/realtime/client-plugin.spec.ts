import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EffectScope } from 'vue'
import { effectScope, nextTick } from 'vue'
import { useRequestFetch, useRuntimeConfig } from '#imports'
import type { FakePage } from '../../helpers/fake-page.ts'
import { createFakePage } from '../../helpers/fake-page.ts'
import { BOARD_ID, buildMatter, PEOPLE } from '../../helpers/builders.ts'
import type { FakeDisk } from '../../helpers/fake-device.ts'
import { openFakeDevice } from '../../helpers/fake-device.ts'
import type { FakeTransport } from '../../helpers/fake-transport.ts'
import { createFakeTransport } from '../../helpers/fake-transport.ts'
import { settle } from '../../helpers/virtual-clock.ts'
import { buildSnapshot } from '../../helpers/wire-builders.ts'
import type { Connection } from '#shared/realtime/connection.ts'
import realtimePlugin from '~/plugins/realtime.client.ts'
import { useKanbanStore } from '~/stores/kanban.ts'
import { useRealtimeStore } from '~/stores/realtime.ts'
import { useSessionStore } from '~/stores/session.ts'

const { page } = vi.hoisted(() => ({ page: { current: null as FakePage | null } }))

// The library takes the browser's window when it is loaded; here each test has its own.
vi.mock('@vueuse/core', async (original) => {
  const vueuse = await original<typeof import('@vueuse/core')>()
  return {
    ...vueuse,
    useEventListener: (type: string, listener: (event: Event) => void) => vueuse.useEventListener(page.current!.window, type as 'online', listener),
    useOnline: () => vueuse.useOnline({ window: page.current!.window }),
  }
})

const { disk } = vi.hoisted(() => ({ disk: new Map() as FakeDisk }))
vi.mock('~/utils/device/device.ts', () => ({ openDevice: openFakeDevice.bind(null, disk) }))

const matter = buildMatter()
const member = { ...PEOPLE.partner, email: '', locale: null, transport: null }
let scope: EffectScope
let transport: FakeTransport

beforeEach(() => {
  disk.clear()
  vi.stubGlobal('window', new EventTarget())
  page.current = createFakePage()
  setActivePinia(createPinia())
  vi.mocked(useRequestFetch).mockReturnValue(vi.fn() as never)
  transport = createFakeTransport()
  useRealtimeStore().switchTo('polling', () => transport)
  const session = useSessionStore()
  Object.assign(session, { member, lastMember: member, transport: 'polling' })
  scope = effectScope()
  scope.run(() => (realtimePlugin as unknown as () => void)())
})

afterEach(() => {
  useKanbanStore().forget()
  scope.stop()
  vi.unstubAllGlobals()
})

function become(connection: Connection): void {
  transport.connection = connection
  transport.tell('connection', connection)
}

/** A change that waits on an open board. */
function waiting() {
  const store = useKanbanStore()
  store.open(BOARD_ID).start(buildSnapshot({ matters: [matter] }), true)
  store.setOnline(false)
  return store.open(BOARD_ID).submit({ kind: 'edit', id: matter.id, args: { set: { title: 'Mine' } } })
}

/** Whether the browser would ask before it leaves. */
function asksBeforeLeaving(): boolean {
  const event = new Event('beforeunload', { cancelable: true })
  page.current!.window.dispatchEvent(event)
  return event.defaultPrevented
}

it('connects when the page starts, rests when it is put away, and goes on when it comes back', () => {
  expect(transport.connect).toHaveBeenCalledTimes(1)
  page.current!.fire('pagehide')
  expect(transport.disconnect).toHaveBeenCalledTimes(1)
  page.current!.fire('pageshow')
  expect(transport.connect).toHaveBeenCalledTimes(2)
})

it('refuses a way that it does not know', () => {
  vi.mocked(useRuntimeConfig).mockReturnValueOnce({ public: { realtimeTransport: 'pigeon' } } as ReturnType<typeof useRuntimeConfig>)
  expect(() => (realtimePlugin as unknown as () => void)()).toThrow('pigeon')
})

describe('the way', () => {
  it('[T1] is the one that the server names for this member, and follows it while people work', () => {
    const switchTo = vi.spyOn(useRealtimeStore(), 'switchTo')
    const session = useSessionStore()
    session.transport = 'websocket'
    expect(switchTo).toHaveBeenCalledExactlyOnceWith('websocket')
    expect(useRealtimeStore().kind).toBe('websocket')
    session.transport = 'off'
    expect(useRealtimeStore().transport.kind).toBe('off')
  })

  it('is the flag\'s where the server hasn\'t said', () => {
    scope.stop()
    scope = effectScope()
    useSessionStore().transport = null
    vi.mocked(useRuntimeConfig).mockReturnValueOnce({ public: { realtimeTransport: 'priority' } } as ReturnType<typeof useRuntimeConfig>)
    scope.run(() => (realtimePlugin as unknown as () => void)())
    expect(useRealtimeStore().kind).toBe('priority')
  })
})

it('asks before the page is closed on changes that the device hasn\'t kept', async () => {
  expect(asksBeforeLeaving()).toBe(false)
  void waiting()
  expect(asksBeforeLeaving()).toBe(true)
  await settle()
  expect(asksBeforeLeaving()).toBe(false)
})

it('sends what an earlier page left behind', async () => {
  void waiting()
  await settle()
  useKanbanStore().forget()
  setActivePinia(createPinia())
  useRealtimeStore().switchTo('polling', () => transport)
  Object.assign(useSessionStore(), { lastMember: member, transport: 'polling' })
  scope.run(() => (realtimePlugin as unknown as () => void)())
  await vi.waitFor(() => expect(transport.send).toHaveBeenCalledTimes(1))
})

it('sends what waits when the browser is online again', async () => {
  page.current!.goOffline()
  await nextTick()
  const { settled } = waiting()
  page.current!.goOnline()
  await nextTick()
  expect(await settled).toMatchObject({ ok: true })
})

describe('a session', () => {
  it('that ends by itself is noted, and what waits is sent after signing in again', async () => {
    const session = useSessionStore()
    const tell = vi.spyOn(useKanbanStore().open(BOARD_ID), 'tell')
    become({ state: 'paused', reason: 'signed-out' })
    await nextTick()
    expect(session.expired).toBe(true)
    expect(transport.reconnect).not.toHaveBeenCalled()
    session.member = member
    await nextTick()
    expect(tell).toHaveBeenCalledWith({ kind: 'resumed' })
    expect(transport.reconnect).toHaveBeenCalledOnce()
  })

  it('[W5] that somebody ends takes the link and every subscription along, and leaves a new link for who comes next', () => {
    const { subscribeToEvent } = useRealtimeStore()
    const heard = vi.fn()
    subscribeToEvent('note', heard)
    useRealtimeStore().transport.join(BOARD_ID, () => ({ boardId: BOARD_ID, epoch: null, version: 0, cid: '' }))
    useSessionStore().leave()
    expect(transport.joined).toEqual([])
    expect(transport.disconnect).toHaveBeenCalled()
    transport.tell('note', { boardId: BOARD_ID, from: member.id, at: 0, data: { text: 'Hello' } })
    expect(heard).not.toHaveBeenCalled()
  })

  it('of somebody else has no part in the boards of the one before, nor their place', () => {
    const position = vi.fn(() => ({ boardId: BOARD_ID, epoch: 'e', version: 7, cid: 'outbox' }))
    const link = useRealtimeStore().transport
    link.focus([matter.id])
    const leave = link.join(BOARD_ID, position)
    position.mockClear()
    transport.focus.mockClear()
    useSessionStore().lastMember = PEOPLE.clerk
    expect(transport.connection.state).toBe('live')
    expect([transport.joined, position.mock.calls.length, transport.focus.mock.lastCall]).toEqual([[], 0, [[]]])
    link.join(BOARD_ID, () => ({ boardId: BOARD_ID, epoch: null, version: 0, cid: '' }))
    leave()
    expect(transport.joined).toEqual([BOARD_ID])
  })

  it('of somebody else finds nothing of the one before', async () => {
    const { settled } = waiting()
    useSessionStore().lastMember = PEOPLE.clerk
    expect(await settled).toEqual({ ok: false, problem: { code: 'NETWORK' } })
    expect(useKanbanStore().hasUnsent()).toBe(false)
  })
})
