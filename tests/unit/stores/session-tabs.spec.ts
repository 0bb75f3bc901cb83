import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { navigateTo, reloadNuxtApp, useRequestFetch } from '#imports'
import { BOARD_ID, PEOPLE } from '../../helpers/builders.ts'
import sessionPlugin from '~/plugins/session.client.ts'
import { useSessionStore } from '~/stores/session.ts'

/** What the other tabs of the browser hear and say. */
let others: BroadcastChannel
let heard: unknown[]
/** What stands for a tab's end. */
let channels: BroadcastChannel[]
const Channel = BroadcastChannel
const request = vi.fn()
const answer = { member: { ...PEOPLE.partner, email: '', locale: null }, boards: [{ id: BOARD_ID, name: 'Matters' }] }

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
    await expect.poll(() => vi.mocked(reloadNuxtApp).mock.calls.length).toBe(1)
  })
})
