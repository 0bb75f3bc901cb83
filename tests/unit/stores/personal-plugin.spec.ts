import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EffectScope } from 'vue'
import { effectScope } from 'vue'
import { DEFAULT_PREFERENCES } from '#shared/protocol/preferences.ts'
import type { Connection } from '#shared/realtime/connection.ts'
import personalPlugin from '~/plugins/personal.client.ts'
import { usePersonalStore } from '~/stores/personal.ts'
import { useRealtimeStore } from '~/stores/realtime.ts'
import { useSessionStore } from '~/stores/session.ts'
import { BOARD_ID, NOW, PEOPLE } from '../../helpers/builders.ts'
import type { FakeTransport } from '../../helpers/fake-transport.ts'
import { createFakeTransport } from '../../helpers/fake-transport.ts'

/** Somebody looks at the page, or away from it. */
const attention = vi.hoisted(() => ({ look: (_: boolean) => {} }))
vi.mock('~/composables/useAttention.ts', () => ({
  useAttention(onLook: (isLooking: boolean) => void) {
    attention.look = onLook
    onLook(true)
  },
}))

const MINUTE = 60_000
const POLLING: Connection = { state: 'live', since: NOW, via: 'polling' }
const SOCKET: Connection = { state: 'live', since: NOW, via: 'socket' }
const member = { ...PEOPLE.partner, email: '', locale: null, transport: null }
let scope: EffectScope
let transport: FakeTransport
let refresh: ReturnType<typeof vi.fn>

beforeEach(() => {
  vi.useFakeTimers({ now: NOW })
  vi.stubGlobal('navigator', { onLine: true })
  vi.stubGlobal('window', new EventTarget())
  setActivePinia(createPinia())
  transport = createFakeTransport()
  useRealtimeStore().switchTo('polling', () => transport)
  Object.assign(useSessionStore(), { member, lastMember: member, transport: 'hybrid' })
  refresh = vi.spyOn(usePersonalStore(), 'refresh').mockResolvedValue()
  scope = effectScope()
  scope.run(() => (personalPlugin as unknown as () => void)())
  refresh.mockClear()
})
afterEach(() => {
  scope.stop()
  vi.clearAllTimers()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** A page in the background, of a member who wants notices of the operating system there or doesn't. */
function hide({ desktop = true, permission = 'granted', connection = POLLING }: { desktop?: boolean, permission?: string, connection?: Connection } = {}): void {
  vi.stubGlobal('Notification', { permission })
  useSessionStore().preferences = { ...DEFAULT_PREFERENCES, desktop }
  useRealtimeStore().transport.join(BOARD_ID, () => ({ boardId: BOARD_ID, epoch: null, version: 0 }) as never)
  transport.connection = connection
  attention.look(false)
}

describe('what is the member\'s own', () => {
  it('[N2] is asked for every half minute where no board is open, while somebody looks', () => {
    vi.advanceTimersByTime(2 * MINUTE)
    expect(refresh).toHaveBeenCalledTimes(4)
    attention.look(false)
    vi.advanceTimersByTime(10 * MINUTE)
    expect(refresh).toHaveBeenCalledTimes(4)
  })

  it('[N2] is asked for each minute in the background, where the member wants to be told there and nothing else would', () => {
    hide()
    vi.advanceTimersByTime(5 * MINUTE)
    expect(refresh).toHaveBeenCalledTimes(5)
  })

  it.each<[string, Parameters<typeof hide>[0]]>([
    ['doesn\'t want that', { desktop: false }],
    ['hasn\'t allowed it in this browser', { permission: 'default' }],
    ['is told by a socket', { connection: SOCKET }],
  ])('[N2] is asked for no more in the background where the member %s', (_, situation) => {
    hide(situation)
    vi.advanceTimersByTime(10 * MINUTE)
    expect(refresh).not.toHaveBeenCalled()
  })

  it('[N3] that was changed and waits to be sent is sent when its page is left', () => {
    const hurry = vi.spyOn(usePersonalStore(), 'hurry')
    window.dispatchEvent(new Event('pagehide'))
    expect(hurry).toHaveBeenCalledOnce()
  })

  it('[N3] isn\'t asked for by itself where the member turned live updates off', () => {
    useSessionStore().transport = 'off'
    hide()
    vi.advanceTimersByTime(10 * MINUTE)
    attention.look(true)
    vi.advanceTimersByTime(10 * MINUTE)
    expect(refresh).not.toHaveBeenCalled()
  })
})
