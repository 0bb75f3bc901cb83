import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { UpdatesAnswer } from '#shared/protocol/messages.ts'
import type { ApiServer } from '../helpers/api-server.ts'
import { startApi } from '../helpers/api-server.ts'

let api: ApiServer
let admin: string
let partner: string

beforeAll(async () => {
  api = await startApi()
  admin = await api.signIn('admin@demo.test')
  partner = await api.signIn('partner@demo.test')
})
afterEach(() => api.request('PUT', '/api/transport', { as: admin, body: { mode: null, share: 100 } }))
afterAll(() => api.close())

const set = (body: unknown, as = admin) => api.request('PUT', '/api/transport', { as, body })
const choose = (transport: unknown, as = partner) => api.request('PATCH', '/api/auth/me', { as, body: { transport } })

/** Where a reader stands, as the query of a poll that has nothing to hear. */
async function placeOf(as: string): Promise<string> {
  const { body: { epoch, version } } = await api.request('GET', '/api/kanban/snapshot', { as })
  return `epoch=${String(epoch)}&version=${String(version)}`
}
const poll = (as: string, query: string) => api.request('GET', `/api/kanban/updates?${query}`, { as })

describe('the firm\'s way', () => {
  it('is the flag\'s until an administrator sets another, and can be given back to it', async () => {
    const { body } = await api.request('GET', '/api/transport', { as: admin })
    const all = Object.values(body.members as Record<string, number>).reduce((sum, count) => sum + count)
    expect(body).toEqual({ mode: null, share: 100, flag: 'hybrid', sockets: 0, members: { polling: 0, priority: 0, hybrid: all, websocket: 0, off: 0 } })
    expect((await set({ mode: 'websocket', share: 100 })).body).toMatchObject({ mode: 'websocket', flag: 'hybrid', members: { websocket: all, hybrid: 0 } })
    expect((await api.request('GET', '/api/auth/me', { as: partner })).body).toMatchObject({ transport: 'websocket', member: { transport: null } })
    expect((await set({ mode: null, share: 0 })).body).toMatchObject({ members: { polling: all, websocket: 0, hybrid: 0 } })
  })
  it('is an administrator\'s to see and to set', async () => {
    expect(await set({ mode: 'polling', share: 100 }, partner)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } })
    expect(await api.request('GET', '/api/transport', { as: partner })).toMatchObject({ status: 403 })
    expect(await api.request('GET', '/api/transport')).toMatchObject({ status: 401 })
  })
  it('[W1] is no more theirs once another process made them a clerk', async () => {
    const { repository, accounts } = api.firm
    const one = (await repository.accounts.listMembers()).find(({ role }) => role === 'ADMIN')!
    await api.request('GET', '/api/transport', { as: admin })
    await repository.accounts.updateMember(one.id, { role: 'CLERK' })
    try {
      expect(await set({ mode: 'polling', share: 100 })).toMatchObject({ status: 403 })
      expect(await api.request('GET', '/api/transport', { as: admin })).toMatchObject({ status: 403 })
      accounts.forget(one.id)
      await repository.accounts.updateMember(one.id, { role: 'ADMIN' })
      expect((await api.request('GET', '/api/auth/me', { as: admin })).body).toMatchObject({ member: { role: 'ADMIN' } })
      await repository.accounts.updateMember(one.id, { role: 'CLERK' })
      expect(await api.request('POST', '/api/boards', { as: admin, body: { name: 'Mine' } })).toMatchObject({ status: 403 })
    }
    finally {
      await repository.accounts.updateMember(one.id, { role: 'ADMIN' })
      accounts.forget(one.id)
    }
  })
  it.each([
    ['an unknown way', { mode: 'pigeon', share: 100 }],
    ['more than everybody', { mode: null, share: 101 }],
    ['half a percent', { mode: null, share: 0.5 }],
    ['no share', { mode: null }],
    ['something else besides', { mode: null, share: 1, speed: 3 }],
  ])('is never %s', async (_, body) => {
    expect(await set(body)).toMatchObject({ status: 422, body: { code: 'VALIDATION' } })
    expect((await api.request('GET', '/api/transport', { as: admin })).body).toMatchObject({ mode: null, share: 100 })
  })
})

describe('a member\'s way', () => {
  it('is what they choose, on every page of theirs, until they give it back', async () => {
    expect((await choose('off')).body).toMatchObject({ transport: 'off', member: { transport: 'off' } })
    expect((await api.request('GET', '/api/auth/me', { as: partner })).body).toMatchObject({ transport: 'off' })
    expect((await api.request('GET', '/api/transport', { as: admin })).body).toMatchObject({ members: { off: 1 } })
    const another = await api.request('POST', '/api/auth/login', { body: { email: 'partner@demo.test', password: 'demo-password' } })
    expect(another.body).toMatchObject({ transport: 'off', member: { transport: 'off' } })
    expect((await api.request('PATCH', '/api/auth/me', { as: partner, body: { locale: 'ja' } })).body).toMatchObject({ transport: 'off', member: { locale: 'ja' } })
    expect((await choose(null)).body).toMatchObject({ transport: 'hybrid', member: { transport: null, locale: 'ja' } })
  })
  it('is nothing but polling, off or the firm\'s', async () => {
    expect(await choose('websocket')).toMatchObject({ status: 422 })
  })
})

describe('a poll that says which way its page uses', () => {
  it('[R7] is told another in a whole answer, although nothing is new, and is left alone once it uses it', async () => {
    const place = await placeOf(partner)
    expect((await poll(partner, `${place}&via=hybrid`)).status).toBe(304)
    await set({ mode: 'polling', share: 100 })
    const told = await poll(partner, `${place}&via=hybrid`)
    expect(told.status).toBe(200)
    const { from, version, transport, matters } = told.body as unknown as UpdatesAnswer
    expect({ transport, matters }).toEqual({ transport: 'polling', matters: [] })
    expect(from).toBe(version)
    expect((await poll(partner, `${place}&via=polling`)).status).toBe(304)
    expect((await poll(partner, place)).status).toBe(304)
  })
  it('[R7] hears of both at once when there is news, too', async () => {
    const place = await placeOf(partner)
    await api.request('POST', '/api/matters', { as: partner, body: { title: 'Meanwhile' } })
    const { body } = await poll(partner, `${place}&via=websocket`)
    expect(body).toMatchObject({ transport: 'hybrid', matters: [{ op: 'put', matter: { title: 'Meanwhile' } }] })
  })
  it.each([
    ['the firm', () => set({ mode: 'websocket', share: 100 }), 'websocket', () => set({ mode: null, share: 100 })],
    ['the member', () => choose('off'), 'off', () => choose(null)],
  ])('[R7] is held no longer when %s changes the way', async (_, change, transport, takeBack) => {
    const place = await placeOf(partner)
    // Asked once before, so that the held one waits without looking at the database.
    await poll(partner, `${place}&via=hybrid`)
    const held = poll(partner, `${place}&via=hybrid&wait=25`)
    await api.request('GET', '/api/health')
    await change()
    expect(await held).toMatchObject({ status: 200, body: { transport, matters: [] } })
    await takeBack()
  })
  it('[R7] isn\'t sent back by a server that hasn\'t heard yet what another one said', async () => {
    const place = await placeOf(partner)
    const { id } = (await api.request('GET', '/api/auth/me', { as: partner })).body.member as { id: string }
    await poll(partner, `${place}&via=hybrid`)
    await api.firm.repository.firm.setTransport({ mode: 'websocket', share: 100 })
    expect((await poll(partner, `${place}&via=websocket`)).status).toBe(304)
    await api.firm.repository.accounts.updateMember(id, { transport: 'polling' })
    expect((await poll(partner, `${place}&via=polling`)).status).toBe(304)
    await choose(null)
  })
  it('refuses a way that there isn\'t', async () => {
    expect(await poll(partner, 'via=pigeon')).toMatchObject({ status: 422, body: { field: 'via' } })
  })
})
