import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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
afterAll(() => api.close())

/** A new associate, signed in, with a poll that is held open. */
async function holdPoll(email: string) {
  const { body: member } = await api.request('POST', '/api/members', {
    as: admin, body: { name: email, email, role: 'ASSOCIATE', password: 'demo-password' },
  })
  const cookie = await api.signIn(email)
  const { body: { epoch, version } } = await api.request('GET', '/api/kanban/snapshot', { as: cookie })
  const held = api.request('GET', `/api/kanban/updates?epoch=${String(epoch)}&version=${String(version)}&wait=20`, { as: cookie })
  // A request that came in later is answered: the held one is being held.
  await api.request('GET', '/api/health')
  return { id: String(member.id), cookie, held }
}

describe('a held poll', () => {
  it('[W5] tells nothing to a session that ended meanwhile', async () => {
    const { id, held } = await holdPoll('held1@demo.test')
    await api.firm.accounts.setPassword(id, 'another long password')
    await api.request('POST', '/api/matters', { as: partner, body: { title: 'After the end' } })
    expect(await held).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } })
  })

  it('[W5] is answered by the role that its reader has when it ends', async () => {
    const { body } = await api.request('POST', '/api/matters', { as: partner, body: { title: 'Lawyers only', confidentiality: 'RESTRICTED' } })
    const { id: hidden } = body.matter as { id: string }
    const { id, held } = await holdPoll('held2@demo.test')
    await api.request('PATCH', `/api/members/${id}`, { as: admin, body: { role: 'CLERK' } })
    const answer = await held
    expect(answer.status).toBe(200)
    expect(answer.body.deleted).toContain(hidden)
    expect(JSON.stringify(answer.body.matters)).not.toContain(hidden)
  })
})

describe('signing in again', () => {
  it('ends the session that the browser had before', async () => {
    const first = await api.signIn('clerk@demo.test')
    const { status, headers } = await api.request('POST', '/api/auth/login', { as: first, body: { email: 'clerk@demo.test', password: 'demo-password' } })
    const second = headers.getSetCookie()[0]!.split(';')[0]!
    expect(status).toBe(200)
    expect((await api.request('GET', '/api/auth/me', { as: second })).status).toBe(200)
    expect((await api.request('GET', '/api/auth/me', { as: first })).status).toBe(401)
  })

  it('leaves the session alone when the password was wrong', async () => {
    const first = await api.signIn('clerk@demo.test')
    expect((await api.request('POST', '/api/auth/login', { as: first, body: { email: 'clerk@demo.test', password: 'wrong' } })).status).toBe(401)
    expect((await api.request('GET', '/api/auth/me', { as: first })).status).toBe(200)
  })
})

describe('what a member sees', () => {
  it.each(['/', '/boards/x', '/login', '/api/auth/me', '/api/nothing'])('is kept by no cache: %s', async (path) => {
    expect((await api.request('GET', path, { as: partner })).headers.get('cache-control')).toBe('private, no-store')
  })

  it('is told apart from built files, which may be kept', async () => {
    expect((await api.request('GET', '/_nuxt/entry.js')).headers.get('cache-control')).toBeNull()
  })
})

describe('a mapping', () => {
  it('isn\'t even read from who may not import', async () => {
    const clerk = await api.signIn('clerk@demo.test')
    const path = '/api/imports/01900000-0000-7000-8000-00000000dead/mapping'
    expect(await api.request('PUT', path, { as: clerk, raw: '{ no JSON' })).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } })
  })
})

describe('a page of somebody who isn\'t signed in any more', () => {
  it('neither writes nor reads in the name of who is', async () => {
    const { body: { member } } = await api.request('GET', '/api/auth/me', { as: partner })
    const { id } = member as { id: string }
    const { body: { board } } = await api.request('GET', '/api/kanban/snapshot', { as: partner, headers: { 'aster-member': id } })
    const request = { board: (board as { id: string }).id, cid: '01900000-0000-7000-8000-00000000abcd', items: [{ n: 1, kind: 'void' }] }
    const asks = (as: string) => Promise.all([
      api.request('POST', '/api/kanban/mutations', { as, body: request, headers: { 'aster-member': id } }),
      api.request('GET', '/api/kanban/updates', { as, headers: { 'aster-member': id } }),
    ])
    const partner2 = await api.signIn('partner2@demo.test')
    expect((await asks(partner2)).map(({ status, body }) => [status, body.code])).toEqual([[401, 'UNAUTHENTICATED'], [401, 'UNAUTHENTICATED']])
    expect((await asks(partner)).map(({ status }) => status)).toEqual([200, 200])
  })
})
