import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { useRequestFetch } from '#imports'
import type { MeAnswer } from '#shared/protocol/messages.ts'
import { useSessionStore } from '~/stores/session.ts'
import { createKeptSession } from '~/utils/device/kept-session.ts'
import { BOARD_ID, OWN, PEOPLE } from '../../helpers/builders.ts'

const request = vi.fn()
const me: MeAnswer = { member: { ...PEOPLE.partner, email: 'partner@demo.test', locale: null, transport: null }, transport: 'hybrid', boards: [{ id: BOARD_ID, name: 'Matters', isDefault: true }], timeZone: 'Asia/Tokyo', ...OWN }
const signedOut = { status: 401, data: { code: 'UNAUTHENTICATED', message: '' } }

beforeEach(() => {
  vi.clearAllMocks()
  vi.mocked(useRequestFetch).mockReturnValue(request as never)
  setActivePinia(createPinia())
})

it('knows who is signed in', async () => {
  request.mockResolvedValueOnce(me)
  const session = useSessionStore()
  expect(session.me.id).toBe('')
  await session.load()
  expect([session.member, session.boards, session.me]).toEqual([me.member, me.boards, me.member])
})

it('takes nobody for no error, and a broken server for one', async () => {
  request.mockRejectedValueOnce(signedOut).mockRejectedValueOnce({ status: 500 })
  const session = useSessionStore()
  await session.load()
  expect(session.member).toBeNull()
  await expect(session.load()).rejects.toMatchObject({ status: 500 })
})

it('signs in, or says why not', async () => {
  const session = useSessionStore()
  request.mockRejectedValueOnce({ status: 401, data: { code: 'INVALID_CREDENTIALS', message: '' } })
  await expect(session.login('a@b.c', 'x')).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS' })
  request.mockResolvedValueOnce({}).mockResolvedValueOnce(me)
  await session.login('a@b.c', 'y')
  expect(request.mock.calls[1]).toEqual(['/api/auth/login', { retry: 0, method: 'POST', body: { email: 'a@b.c', password: 'y' }, signal: expect.any(AbortSignal) }])
  expect(session.member).toEqual(me.member)
})

it('forgets everything on signing out', async () => {
  request.mockResolvedValue(me)
  const session = useSessionStore()
  await session.load()
  await session.logout()
  expect([session.member, session.boards, session.lastMember, session.expired]).toEqual([null, [], null, false])
})

it.each([
  ['a question', (session: ReturnType<typeof useSessionStore>) => session.load()],
  ['a choice', (session: ReturnType<typeof useSessionStore>) => session.chooseTransport('polling')],
])('brings nobody back by %s that is answered after they left', async (_, ask) => {
  const answer = Promise.withResolvers<MeAnswer>()
  request.mockResolvedValueOnce(me).mockReturnValueOnce(answer.promise).mockResolvedValueOnce(undefined)
  const session = useSessionStore()
  await session.load()
  const asking = ask(session)
  await session.logout()
  answer.resolve(me)
  await asking
  expect([session.member, session.lastMember, session.boards]).toEqual([null, null, []])
})

it('still knows whose screen it is when the session ends by itself', async () => {
  request.mockResolvedValue(me)
  const session = useSessionStore()
  session.expire()
  expect(session.expired).toBe(false)
  await session.load()
  session.expire()
  expect([session.member, session.expired, session.me]).toEqual([null, true, me.member])
  await session.load()
  expect([session.member, session.expired]).toEqual([me.member, false])
})

it('has the account take a language to every device, also from a page that is left at once', async () => {
  request.mockResolvedValueOnce(me).mockResolvedValueOnce({ ...me, member: { ...me.member, locale: 'ja' } })
  const session = useSessionStore()
  await session.load()
  await session.saveLanguage('ja')
  expect(request.mock.lastCall).toEqual(['/api/auth/me', expect.objectContaining({ method: 'PATCH', body: { locale: 'ja' }, headers: { 'aster-member': me.member.id }, keepalive: true })])
  expect(session.member?.locale).toBe('ja')
  request.mockRejectedValueOnce({ status: 503 })
  await expect(session.saveLanguage('en')).rejects.toMatchObject({ status: 503 })
  expect(session.member?.locale).toBe('ja')
})

describe('how news come to the member', () => {
  const off: MeAnswer = { ...me, member: { ...me.member, transport: 'off' }, transport: 'off' }

  it('is chosen for all of their pages', async () => {
    request.mockResolvedValueOnce(me).mockResolvedValueOnce(off)
    const session = useSessionStore()
    await session.load()
    expect(session.transport).toBe('hybrid')
    await session.chooseTransport('off')
    expect(request.mock.lastCall).toEqual(['/api/auth/me', { retry: 0, method: 'PATCH', body: { transport: 'off' }, headers: { 'aster-member': me.member.id }, keepalive: true, signal: expect.any(AbortSignal) }])
    expect([session.transport, session.member?.transport]).toEqual(['off', 'off'])
  })

  it('stays when the server can\'t be asked', async () => {
    request.mockResolvedValueOnce(me).mockRejectedValueOnce({ status: 503 })
    const session = useSessionStore()
    await session.load()
    await expect(session.chooseTransport('off')).rejects.toMatchObject({ status: 503 })
    expect(session.transport).toBe('hybrid')
  })

  it('is what the server says, at once, and asks once whose wish that was', async () => {
    request.mockResolvedValueOnce(me).mockResolvedValueOnce(off)
    const session = useSessionStore()
    await session.load()
    const followed = session.follow('off')
    expect(session.transport).toBe('off')
    await followed
    expect(session.member?.transport).toBe('off')
    await session.follow('off')
    expect(request).toHaveBeenCalledTimes(2)
  })

  it('is nobody\'s after sign-out', async () => {
    request.mockResolvedValue(me)
    const session = useSessionStore()
    await session.load()
    session.leave()
    await session.follow('polling')
    expect([session.transport, request.mock.calls.length]).toEqual([null, 1])
  })
})

describe('on a device', () => {
  const noNetwork = new TypeError('fetch failed')
  let kept: Map<string, string>

  /** The page of a tab that was just opened. */
  function open() {
    setActivePinia(createPinia())
    return useSessionStore()
  }

  beforeEach(() => {
    kept = new Map()
    vi.useFakeTimers({ now: Date.UTC(2026, 10, 21, 9) })
    vi.stubGlobal('window', globalThis)
    vi.stubGlobal('localStorage', {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    })
  })

  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  it.each([['no network', noNetwork], ['a proxy without its server', { status: 502 }]])('goes on with %s as who was here', async (_, failure) => {
    request.mockResolvedValueOnce(me)
    await open().load()
    request.mockRejectedValueOnce(failure)
    const session = open()
    await session.load()
    expect([session.member, session.boards, session.me, session.isKept]).toEqual([me.member, me.boards, me.member, true])
    request.mockResolvedValueOnce(me)
    await session.load()
    expect(session.isKept).toBe(false)
  })

  it('waits so long and no longer for a server that only hangs', async () => {
    request.mockResolvedValueOnce(me)
    await open().load()
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(AbortSignal.abort())
    request.mockImplementationOnce(async (_path: string, { signal }: { signal: AbortSignal }) => signal.throwIfAborted())
    const session = open()
    await session.load()
    expect(timeout).toHaveBeenCalledExactlyOnceWith(2_000)
    timeout.mockRestore()
    expect([session.member, session.isKept]).toEqual([me.member, true])
  })

  it('knows nobody where nobody was here, and takes that for no error', async () => {
    request.mockRejectedValueOnce(noNetwork)
    const session = open()
    await session.load()
    expect([session.member, session.isKept, session.expired]).toEqual([null, false, false])
  })

  it('takes a broken server for an error', async () => {
    request.mockRejectedValueOnce({ status: 500 })
    await expect(open().load()).rejects.toMatchObject({ status: 500 })
  })

  it('keeps whoever is on the screen when the network goes', async () => {
    request.mockResolvedValueOnce(me).mockRejectedValueOnce(noNetwork)
    const session = open()
    await session.load()
    await session.load()
    expect([session.member, session.isKept]).toEqual([me.member, false])
  })

  it('ends what it went on with, and keeps the screen, when the server no longer knows the session', async () => {
    request.mockResolvedValueOnce(me)
    await open().load()
    request.mockRejectedValueOnce(noNetwork).mockRejectedValueOnce(signedOut).mockRejectedValueOnce(noNetwork)
    const session = open()
    await session.load()
    await session.load()
    expect([session.member, session.expired, session.isKept, session.me]).toEqual([null, true, false, me.member])
    await session.load()
    expect(session.member).toBeNull()
  })

  it.each(['logout', 'leave'] as const)('forgets who was here on %s', async (action) => {
    request.mockResolvedValue(me)
    const session = open()
    await session.load()
    expect(kept.size).toBe(1)
    await session[action]()
    expect(kept.size).toBe(0)
  })

  it('knows who was here for 12 hours after the last word of the server', async () => {
    request.mockResolvedValueOnce(me)
    const session = open()
    await session.load()
    vi.setSystemTime(Date.UTC(2026, 10, 21, 20))
    session.renew()
    vi.setSystemTime(Date.UTC(2026, 10, 22, 7, 59))
    expect(createKeptSession().read()).toEqual(me)
    vi.setSystemTime(Date.UTC(2026, 10, 22, 8))
    request.mockRejectedValueOnce(noNetwork)
    const next = open()
    await next.load()
    expect(next.member).toBeNull()
  })

  it('takes what it keeps itself for no word of the server', async () => {
    request.mockResolvedValueOnce(me)
    await open().load()
    const before = [...kept]
    request.mockRejectedValueOnce(noNetwork)
    const session = open()
    await session.load()
    vi.advanceTimersByTime(60_000)
    session.renew()
    session.keep()
    expect([...kept]).toEqual(before)
  })
})
