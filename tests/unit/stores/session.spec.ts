import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, it, vi } from 'vitest'
import { useRequestFetch } from '#imports'
import type { MeAnswer } from '#shared/protocol/messages.ts'
import { useSessionStore } from '~/stores/session.ts'
import { BOARD_ID, PEOPLE } from '../../helpers/builders.ts'

const request = vi.fn()
const me: MeAnswer = { member: { ...PEOPLE.partner, email: 'partner@demo.test', locale: null }, boards: [{ id: BOARD_ID, name: 'Matters', isDefault: true }] }
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
  expect(request.mock.calls[1]).toEqual(['/api/auth/login', { retry: 0, method: 'POST', body: { email: 'a@b.c', password: 'y' } }])
  expect(session.member).toEqual(me.member)
})

it('forgets everything on signing out', async () => {
  request.mockResolvedValue(me)
  const session = useSessionStore()
  await session.load()
  await session.logout()
  expect([session.member, session.boards, session.lastMember, session.expired]).toEqual([null, [], null, false])
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
