import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { CLOSE, SOCKET_PATH } from '#shared/protocol/socket.ts'
import { PROTOCOL_VERSION } from '#shared/protocol/version.ts'
import type { ApiServer } from '../../helpers/api-server.ts'
import { startApi } from '../../helpers/api-server.ts'
import type { TestSocket } from '../../helpers/test-socket.ts'
import { openTestSocket } from '../../helpers/test-socket.ts'

let api: ApiServer
let partner: string

beforeAll(async () => {
  api = await startApi()
  partner = await api.signIn('partner@demo.test')
})
afterAll(() => api.close())

async function snapshot(as: string) {
  const { body } = await api.request('GET', '/api/kanban/snapshot', { as })
  return body as unknown as { epoch: string, version: number, board: { id: string }, columns: { id: string, key: string }[], matters: { id: string }[] }
}

/** A socket of a member that was welcomed where the board stands now. */
async function join(as: string): Promise<TestSocket> {
  const { epoch, version, board } = await snapshot(as)
  const { body } = await api.request('POST', '/api/kanban/ticket', { as, body: {} })
  const socket = await openTestSocket(api.url, { cookie: as })
  socket.send({ t: 'hello', protocol: PROTOCOL_VERSION, board: board.id, epoch, version, cid: randomUUID(), ticket: String(body.ticket) })
  await socket.next('welcome')
  return socket
}

describe('the address of the sockets', () => {
  it('[S1] answers who comes without an upgrade', async () => {
    const { status, headers, body } = await api.request('GET', SOCKET_PATH)
    expect({ status, code: body.code, upgrade: headers.get('upgrade') }).toEqual({ status: 426, code: 'UPGRADE_REQUIRED', upgrade: 'websocket' })
    expect(await api.request('POST', SOCKET_PATH)).toMatchObject({ status: 405 })
  })

  it('[S1] wants the cookie of an open session', async () => {
    await expect(openTestSocket(api.url)).rejects.toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } })
    await expect(openTestSocket(api.url, { cookie: `${partner}x` })).rejects.toMatchObject({ status: 401 })
    const old = await api.signIn('paralegal@demo.test')
    await api.request('POST', '/api/auth/logout', { as: old })
    await expect(openTestSocket(api.url, { cookie: old })).rejects.toMatchObject({ status: 401 })
  })
})

describe('a ticket', () => {
  it('[S1] is given to who is signed in, and is whom the page says', async () => {
    expect(await api.request('POST', '/api/kanban/ticket')).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } })
    expect(await api.request('POST', '/api/kanban/ticket', { as: partner, headers: { 'aster-member': randomUUID() } })).toMatchObject({ status: 401 })
    expect(await api.request('POST', '/api/kanban/ticket', { as: partner, headers: { origin: 'https://evil.test' } })).toMatchObject({ status: 403 })
    const { status, headers, body } = await api.request('POST', '/api/kanban/ticket', { as: partner, body: {} })
    expect({ status, cache: headers.get('cache-control') }).toEqual({ status: 200, cache: 'private, no-store' })
    expect(body.ticket).toMatch(/^[\w.-]{60,120}$/)
  })

  it('[B5] is refused with a time to wait, when the member has ten sockets', async () => {
    const cookie = await api.signIn('clerk@demo.test')
    const sockets = []
    for (let index = 0; index < 10; index++)
      sockets.push(await openTestSocket(api.url, { cookie }))
    const { status, headers, body } = await api.request('POST', '/api/kanban/ticket', { as: cookie, body: {} })
    expect({ status, code: body.code }).toEqual({ status: 503, code: 'TOO_MANY_SOCKETS' })
    expect(headers.get('retry-after')).toMatch(/^\d+$/)
    sockets.forEach(socket => socket.terminate())
  })
})

describe('a socket', () => {
  it('[A1] lets who closes the page be gone with it, though the page polled before the device had named its outbox', async () => {
    const clerk = await api.signIn('clerk@demo.test')
    const { epoch, version, board } = await snapshot(clerk)
    const poll = `/api/kanban/updates?board=${board.id}&epoch=${epoch}&version=${version}&protocol=${PROTOCOL_VERSION}&cid=${randomUUID()}`
    const present = async () => {
      const { body } = await api.request('GET', `/api/presence?board=${board.id}`, { as: partner })
      return (body.members as unknown[]).length
    }
    await api.request('GET', poll, { as: clerk })
    const before = await present()
    const socket = await join(clerk)
    socket.terminate()
    await vi.waitFor(async () => expect(await present()).toBe(before - 1), { timeout: 10_000, interval: 200 })
  })

  it('[S1] brings what a colleague does, with the acks of its own reader', async () => {
    const associate = await api.signIn('associate@demo.test')
    const socket = await join(partner)
    const { board } = await snapshot(associate)
    const { status, body } = await api.request('POST', '/api/matters', { as: associate, body: { board: board.id, title: 'Lease of the harbour office' } })
    expect(status).toBeLessThan(300)
    const { id } = body.matter as { id: string }
    const news = await socket.next('d')
    expect(news.matters).toEqual([expect.objectContaining({ op: 'put', id })])
    socket.close()
  })

  it('[W5] ends when its session is signed out, and only that', async () => {
    const [here, there] = [await api.signIn('partner@demo.test'), await api.signIn('partner@demo.test')]
    const [leaving, staying] = [await join(here), await join(there)]
    await api.request('POST', '/api/auth/logout', { as: here })
    expect(await leaving.closed).toBe(CLOSE.TICKET)
    expect(leaving.frames.at(-1)).toEqual({ t: 'bye', code: 'auth', after: 0 })
    staying.send({ t: 'ping', i: 1 })
    await staying.next('pong')
    staying.close()
  })

  it('[W5] ends when its member gets another role, another password, or a closed account', async () => {
    const admin = await api.signIn('admin@demo.test')
    const email = 'newcomer@demo.test'
    const { body: member } = await api.request('POST', '/api/members', { as: admin, body: { name: 'Newcomer', email, role: 'CLERK', password: 'demo-password' } })
    const path = `/api/members/${String(member.id ?? (member.member as { id: string }).id)}`
    for (const [patch, code] of [[{ role: 'PARALEGAL' }, CLOSE.RESYNC], [{ password: 'demo-password' }, CLOSE.TICKET], [{ active: false }, CLOSE.TICKET]] as const) {
      const socket = await join(await api.signIn(email))
      expect((await api.request('PATCH', path, { as: admin, body: patch })).status).toBe(200)
      expect(await socket.closed).toBe(code)
    }
  })

  it('[W5] is told the way that the administrator chose, and closed where that has none', async () => {
    const admin = await api.signIn('admin@demo.test')
    const socket = await join(partner)
    await api.request('PUT', '/api/transport', { as: admin, body: { mode: 'websocket', share: 100 } })
    expect(await socket.next('mode')).toEqual({ t: 'mode', transport: 'websocket' })
    await api.request('PUT', '/api/transport', { as: admin, body: { mode: 'polling', share: 100 } })
    expect(await socket.next('mode')).toEqual({ t: 'mode', transport: 'polling' })
    expect(await socket.closed).toBe(1000)
    await expect(openTestSocket(api.url, { cookie: partner })).rejects.toMatchObject({ status: 403, body: { code: 'SOCKETS_OFF' } })
    expect(await api.request('POST', '/api/kanban/ticket', { as: partner, body: {} })).toMatchObject({ status: 403, body: { code: 'SOCKETS_OFF' } })
    await api.request('PUT', '/api/transport', { as: admin, body: { mode: null, share: 100 } })
    const again = await join(partner)
    await api.request('PATCH', '/api/auth/me', { as: partner, body: { transport: 'off' } })
    expect(await again.next('mode')).toEqual({ t: 'mode', transport: 'off' })
    expect(await again.closed).toBe(1000)
    await api.request('PATCH', '/api/auth/me', { as: partner, body: { transport: null } })
  })

  it('[S4] of a board that is gone ends for good', async () => {
    const { epoch, version } = await snapshot(partner)
    const { body } = await api.request('POST', '/api/kanban/ticket', { as: partner, body: {} })
    const socket = await openTestSocket(api.url, { cookie: partner })
    socket.send({ t: 'hello', protocol: PROTOCOL_VERSION, board: '01900000-0000-7000-8000-00000000dead', epoch, version, cid: '', ticket: String(body.ticket) })
    expect(await socket.closed).toBe(CLOSE.FORBIDDEN)
    expect(socket.frames).toEqual([{ t: 'err', code: 'BOARD_GONE' }])
  })

  it('[A4] carries what a colleague says', async () => {
    const associate = await api.signIn('associate@demo.test')
    const [speaker, listener] = [await join(associate), await join(partner)]
    speaker.send({ t: 'say', ref: 1, topic: 'note', data: { text: 'Court called' } })
    await speaker.next('ok')
    await vi.waitFor(() => expect(JSON.stringify(listener.frames)).toContain('Court called'))
    speaker.send({ t: 'say', ref: 2, topic: 'note', data: { text: 1 } })
    expect(await speaker.next('err')).toEqual({ t: 'err', code: 'VALIDATION', ref: 2 })
    speaker.close()
    listener.close()
  })
})

it('[B5] nothing is left of sockets that are closed', async () => {
  await vi.waitFor(() => expect(api.door.size).toBe(0))
  expect(api.firm.sockets.size).toBe(0)
})
