import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick, reactive } from 'vue'
import { navigateTo, reloadNuxtApp, useRequestFetch } from '#imports'
import { BOARD_ID, OWN, PEOPLE } from '../../helpers/builders.ts'
import { createFakeTransport } from '../../helpers/fake-transport.ts'
import sessionPlugin from '~/plugins/session.client.ts'
import { useRealtimeStore } from '~/stores/realtime.ts'
import { useSessionStore } from '~/stores/session.ts'

/** What the other tabs of the browser hear and say. */
let others: BroadcastChannel
let heard: unknown[]
/** What stands for a tab's end. */
let channels: BroadcastChannel[]
const Channel = BroadcastChannel
const request = vi.fn()
/** The open board, as far as it matters here. */
const kanban = reactive({ state: { contactAt: null as number | null } })
vi.mock('~/stores/kanban.ts', () => ({ useKanbanStore: () => kanban }))
const answer = { member: { ...PEOPLE.partner, email: '', locale: null, transport: null }, transport: 'hybrid', boards: [{ id: BOARD_ID, name: 'Matters' }], timeZone: 'Asia/Tokyo', ...OWN }

beforeEach(() => {
  setActivePinia(createPinia())
  vi.mocked(useRequestFetch).mockReturnValue(request as never)
  vi.clearAllMocks()
  channels = []
  vi.stubGlobal('BroadcastChannel', function open(name: string) {
    const channel = new Channel(name)
    channels.push(channel)
    return channel
  })
  kanban.state.contactAt = null
  request.mockReset().mockResolvedValue(answer)
  heard = []
  others = new BroadcastChannel('aster-session')
  others.addEventListener('message', ({ data }) => heard.push(data))
  ;(sessionPlugin as unknown as () => void)()
})

afterEach(() => {
  channels.forEach(channel => channel.close())
  vi.unstubAllGlobals()
})

describe('the tabs of one browser', () => {
  it('hear of a sign-in and a sign-out', async () => {
    const session = useSessionStore()
    await session.login('a', 'b')
    await expect.poll(() => heard).toEqual(['in'])
    await session.logout()
    await expect.poll(() => heard).toEqual(['in', 'out'])
  })

  it('hear that news are to come another way, and ask which', async () => {
    const session = useSessionStore()
    await session.chooseTransport('off')
    await expect.poll(() => heard).toEqual(['in'])
    expect(session.transport).toBe('hybrid')
    request.mockResolvedValue({ ...answer, transport: 'off' })
    others.postMessage('in')
    await expect.poll(() => session.transport).toBe('off')
    expect(reloadNuxtApp).not.toHaveBeenCalled()
  })

  it('leave with the one that signed out', async () => {
    const session = useSessionStore()
    await session.load()
    others.postMessage('out')
    await expect.poll(() => session.lastMember).toBeNull()
    expect(session.member).toBeNull()
    await expect.poll(() => vi.mocked(navigateTo).mock.calls).toEqual([['/login']])
  })

  it('go on when the same person has signed in again', async () => {
    const session = useSessionStore()
    await session.load()
    session.expire()
    others.postMessage('in')
    await expect.poll(() => session.expired).toBe(false)
    expect(session.member?.id).toBe(PEOPLE.partner.id)
    expect(reloadNuxtApp).not.toHaveBeenCalled()
  })

  it('start anew when it is somebody else', async () => {
    const session = useSessionStore()
    await session.load()
    session.expire()
    request.mockResolvedValue({ ...answer, member: { ...answer.member, id: PEOPLE.clerk.id } })
    others.postMessage('in')
    await expect.poll(() => vi.mocked(reloadNuxtApp).mock.calls).toEqual([[{ force: true }]])
  })
})

describe('a page that began without a server', () => {
  function begin() {
    const session = useSessionStore()
    Object.assign(session, { member: answer.member, lastMember: answer.member, isKept: true })
    return session
  }

  function connect() {
    const transport = createFakeTransport()
    void transport.connect()
    useRealtimeStore().switchTo('polling', () => transport)
  }

  it('asks who is signed in as soon as there is one again', async () => {
    const session = begin()
    connect()
    await expect.poll(() => session.isKept).toBe(false)
    expect(request).toHaveBeenCalledExactlyOnceWith('/api/auth/me', { retry: 0, signal: expect.any(AbortSignal) })
    expect(reloadNuxtApp).not.toHaveBeenCalled()
  })

  it('is begun anew when it is somebody else', async () => {
    request.mockResolvedValue({ ...answer, member: { ...answer.member, id: PEOPLE.clerk.id } })
    begin()
    connect()
    await expect.poll(() => vi.mocked(reloadNuxtApp).mock.calls.length).toBe(1)
  })

  it('keeps its screen and says so when the session is over', async () => {
    request.mockRejectedValue({ status: 401, data: { code: 'UNAUTHENTICATED', message: '' } })
    const session = begin()
    connect()
    await expect.poll(() => session.expired).toBe(true)
    expect(session.me.id).toBe(PEOPLE.partner.id)
    expect(reloadNuxtApp).not.toHaveBeenCalled()
  })

  it.each([['now', 0, 1], ['by what the device remembers, an hour ago', 3_600_000, 0]])('counts its 12 hours from when the server was last heard of: %s', async (_, agoMs, times) => {
    const renew = vi.spyOn(useSessionStore(), 'renew')
    kanban.state.contactAt = Date.now() - agoMs
    await nextTick()
    expect(renew).toHaveBeenCalledTimes(times)
  })

  it('asks nothing when the server itself said who is here', async () => {
    const session = begin()
    session.isKept = false
    connect()
    await nextTick()
    expect(request).not.toHaveBeenCalled()
  })
})
