import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { EventsAnswer } from '#shared/protocol/events.ts'
import type { ServerFrame } from '#shared/protocol/frames.ts'
import type { PresenceAnswer } from '#shared/protocol/presence.ts'
import { CLOSE } from '#shared/protocol/socket.ts'
import { PROTOCOL_VERSION } from '#shared/protocol/version.ts'
import type { ApiServer } from '../../helpers/api-server.ts'
import { startApi } from '../../helpers/api-server.ts'
import type { TestSocket } from '../../helpers/test-socket.ts'
import { openTestSocket } from '../../helpers/test-socket.ts'

/*
 * What somebody with an account of their own, and bad intent, gets out of the real server beyond what is theirs: nothing.
 */

let api: ApiServer
let partner: string
let boardId: string

beforeAll(async () => {
  api = await startApi()
  partner = await api.signIn('partner@demo.test')
  boardId = (await snapshot(partner)).board.id
})
afterAll(() => api.close())

async function snapshot(as: string) {
  const { body } = await api.request('GET', '/api/kanban/snapshot', { as })
  return body as unknown as { epoch: string, version: number, board: { id: string } }
}

async function ticketOf(as: string): Promise<string> {
  return String((await api.request('POST', '/api/kanban/ticket', { as, body: {} })).body.ticket)
}

async function hello(socket: TestSocket, as: string, overrides: object = {}): Promise<void> {
  const { epoch, version } = await snapshot(as)
  socket.send({ t: 'hello', protocol: PROTOCOL_VERSION, board: boardId, epoch, version, cid: randomUUID(), ticket: await ticketOf(as), ...overrides })
}

async function join(as: string, overrides: object = {}): Promise<TestSocket> {
  const socket = await openTestSocket(api.url, { cookie: as })
  await hello(socket, as, overrides)
  await socket.next('welcome')
  return socket
}

/** A matter of the partner's alone. */
async function hide(): Promise<string> {
  const { status, body } = await api.request('POST', '/api/matters', { as: partner, body: { board: boardId, title: 'Project Heron', confidentiality: 'SEALED' } })
  expect(status).toBe(201)
  return (body.matter as { id: string }).id
}

/** Asks, and gives everything that came before the answer. */
async function framesOf(socket: TestSocket): Promise<ServerFrame[]> {
  socket.send({ t: 'ping', i: 77 })
  await socket.next('pong')
  return [...socket.frames]
}

it('[S1] a ticket is nothing to another session, another member, a second socket, or who changed it', async () => {
  const [mine, again, colleague] = [await api.signIn('clerk@demo.test'), await api.signIn('clerk@demo.test'), await api.signIn('paralegal@demo.test')]
  const used = await ticketOf(mine)
  const first = await join(mine, { ticket: used })
  const fresh = await ticketOf(mine)
  const [expiry, nonce, signature] = fresh.split('.') as [string, string, string]
  const later = (Number.parseInt(expiry, 36) + 1).toString(36)
  for (const [as, ticket] of [[mine, used], [again, fresh], [colleague, fresh], [mine, `${later}.${nonce}.${signature}`], [mine, '']] as const) {
    const socket = await openTestSocket(api.url, { cookie: as })
    await hello(socket, as, { ticket })
    expect(await socket.closed).toBe(CLOSE.TICKET)
    expect(socket.frames).toEqual([{ t: 'err', code: 'UNAUTHENTICATED' }])
  }
  expect(first.closeCode).toBeNull()
  first.terminate()
})

it.each([false, true])('[P5] [W3] what is hidden moves nothing on a socket, whatever it asks (urgent: %s)', async (urgent) => {
  const id = await hide()
  for (const email of ['clerk@demo.test', 'client@demo.test']) {
    const as = await api.signIn(email)
    const { epoch, version } = await snapshot(as)
    const [watching, untouched] = [await join(as, { urgent }), await join(as, { urgent })]
    watching.send({ t: 'focus', matters: [id] })
    const before = await framesOf(watching)
    expect((await api.request('PATCH', `/api/matters/${id}`, { as: partner, body: { title: `Heron for ${email}` } })).status).toBe(200)
    const { version: head } = await snapshot(partner)
    for (const [ref, asked] of [version, version + 1, head].entries())
      watching.send({ t: 'sync', ref, epoch, version: asked, cid: 'another' })
    watching.send({ t: 'sync', ref: 9, epoch, version, cid: 'another' })
    await expect.poll(() => watching.frames.length).toBe(before.length + 4)
    const ahead = version === head ? [] : [{ t: 'reset', why: 'ahead', ref: 2 }]
    expect(watching.frames.slice(before.length)).toEqual([
      { t: 'same', ref: 0, epoch, version }, { t: 'reset', why: 'ahead', ref: 1 }, ...ahead, { t: 'same', ref: 9, epoch, version },
    ])
    expect((await framesOf(untouched)).map(({ t }) => t)).toEqual(['welcome', 'own', 'pong'])
    expect(untouched.frames.at(-1)).toMatchObject({ epoch, version })
    watching.terminate()
    untouched.terminate()
  }
})

it('[M4] the outbox of another answers nothing', async () => {
  const [clerk, cid] = [await api.signIn('clerk@demo.test'), randomUUID()]
  const { body: opened } = await api.request('POST', '/api/matters', { as: partner, body: { board: boardId, title: 'Lease of a mill' } })
  const edited = { n: 1, key: randomUUID(), kind: 'edit', id: (opened.matter as { id: string }).id, args: { set: { title: 'Lease of two mills' } }, base: {} }
  const { epoch, version } = await snapshot(clerk)
  const thief = await join(clerk, { cid })
  const { body } = await api.request('POST', '/api/kanban/mutations', { as: partner, body: { protocol: PROTOCOL_VERSION, board: boardId, cid, items: [edited] } })
  expect(body).toMatchObject({ results: [{ n: 1, status: 'ok' }] })
  expect((await thief.next('d')).acks).toEqual({})
  thief.send({ t: 'sync', ref: 1, epoch, version, cid })
  expect((await thief.next('d')).acks).toEqual({})
  thief.terminate()
})

it('[A4] a hidden matter and one that there is not are refused alike, and a client hears of nobody', async () => {
  const id = await hide()
  const [clerk, client] = [await join(await api.signIn('clerk@demo.test')), await join(await api.signIn('client@demo.test'))]
  for (const [ref, matterId] of [id, '01900000-0000-7000-8000-00000000dead'].entries()) {
    clerk.send({ t: 'say', ref, topic: 'member:activity', data: { tab: 't1', matterId, action: 'viewing' } })
    expect(await clerk.next('err')).toEqual({ t: 'err', code: 'MATTER_GONE', ref })
  }
  const speaker = await join(partner)
  speaker.send({ t: 'say', ref: 1, topic: 'member:activity', data: { tab: 't1', matterId: id, action: 'editing' } })
  speaker.send({ t: 'say', ref: 2, topic: 'note', data: { text: 'Lunch' } })
  const heard = await clerk.next('said')
  expect(heard.events.filter(({ topic }) => topic === 'member:activity')).toEqual([])
  await expect.poll(() => JSON.stringify(clerk.frames)).toContain('Lunch')
  expect(JSON.stringify(clerk.frames)).not.toContain(id)
  client.send({ t: 'say', ref: 1, topic: 'note', data: { text: 'Hello' } })
  expect(await client.next('err')).toEqual({ t: 'err', code: 'FORBIDDEN', ref: 1 })
  expect((await framesOf(client)).map(({ t }) => t)).toEqual(['welcome', 'own', 'err', 'pong'])
  for (const socket of [clerk, client, speaker])
    socket.terminate()
})

it('[A2] [W3] where somebody points at a hidden matter comes to nobody who doesn\'t see it, and not from who doesn\'t either', async () => {
  const id = await hide()
  const [clerk, client, speaker] = [await join(await api.signIn('clerk@demo.test')), await join(await api.signIn('client@demo.test')), await join(partner)]
  const insider = await join(partner)
  const over = (matterId: string | null, x: number) => ({ at: { columnId: randomUUID(), matterId, x, y: 0 } })
  for (const socket of [clerk, client, insider])
    socket.send({ t: 'wants', cursors: true })
  clerk.send({ t: 'say', ref: 1, topic: 'cursor', data: over(id, 0.111) })
  client.send({ t: 'say', ref: 1, topic: 'cursor', data: over(null, 0.222) })
  expect(await client.next('err')).toEqual({ t: 'err', code: 'FORBIDDEN', ref: 1 })
  speaker.send({ t: 'say', ref: 1, topic: 'cursor', data: over(id, 0.333) })
  await framesOf(speaker)
  await expect.poll(async () => {
    speaker.send({ t: 'say', ref: 2, topic: 'cursor', data: over(null, 0.444) })
    return JSON.stringify(await framesOf(clerk))
  }).toContain('0.444')
  expect(JSON.stringify(clerk.frames)).not.toMatch(/0\.333|"at":null/)
  expect(JSON.stringify(clerk.frames)).not.toContain(id)
  // Neither is what a member points at told to themselves, nor what the clerk made up to who could see it.
  expect(JSON.stringify([await framesOf(insider), await framesOf(client), speaker.frames])).not.toContain('cursor')
  for (const socket of [clerk, client, speaker, insider])
    socket.terminate()
})

it('[A1] [W3] the list of who is there names nobody\'s hidden place, and isn\'t for clients', async () => {
  const id = await hide()
  const [clerk, client] = [await api.signIn('clerk@demo.test'), await api.signIn('client@demo.test')]
  const speaker = await join(partner)
  speaker.send({ t: 'say', ref: 1, topic: 'member:activity', data: { tab: 't1', matterId: id, action: 'editing', field: 'title' } })
  expect(await speaker.next('ok')).toMatchObject({ ref: 1 })
  const listOf = (as: string, query = `?board=${boardId}`) => api.request('GET', `/api/presence${query}`, { as })
  const { status, text, body } = await listOf(clerk)
  expect([status, (body.members as { places: unknown[] }[]).flatMap(({ places }) => places)]).toEqual([200, []])
  expect(text).not.toContain(id)
  expect((await listOf(await api.signIn('admin@demo.test'))).text).not.toContain(id)
  expect(await listOf(client)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } })
  expect(await listOf('')).toMatchObject({ status: 401 })
  expect(await listOf(clerk, `?board=${randomUUID()}`)).toMatchObject({ status: 404, body: { code: 'BOARD_GONE' } })
  expect(await listOf(clerk, '?board=x')).toMatchObject({ status: 422 })
  speaker.terminate()
})

it('[A1] a page that says to be 500 tabs is at the last ten of them', async () => {
  const [clerk, colleague] = [await api.signIn('clerk@demo.test'), await api.signIn('associate@demo.test')]
  const { body } = await api.request('POST', '/api/matters', { as: partner, body: { board: boardId, title: 'Lease of a barn' } })
  const matterId = (body.matter as { id: string }).id
  const { member } = (await api.request('GET', '/api/auth/me', { as: clerk })).body as unknown as { member: { id: string } }
  const refused = new Set<number>()
  for (let tab = 1; tab <= 500; tab++) {
    const { status } = await api.request('POST', '/api/events', { as: clerk, body: { board: boardId, topic: 'member:activity', data: { tab: `t${tab}`, matterId, action: 'viewing' } } })
    if (status !== 204)
      refused.add(status)
  }
  expect([...refused]).toEqual([429])
  const { epoch, version } = await snapshot(clerk)
  await api.request('GET', `/api/kanban/updates?board=${boardId}&epoch=${epoch}&version=${version}&protocol=${PROTOCOL_VERSION}`, { as: clerk })
  const { members } = (await api.request('GET', `/api/presence?board=${boardId}`, { as: colleague })).body as unknown as PresenceAnswer
  expect(members.find(({ id }) => id === member.id)?.places).toHaveLength(10)
})

it('[A3] who went invisible is named by nothing from the moment on that this was answered', async () => {
  const [shy, clerk] = [await api.signIn('paralegal@demo.test'), await api.signIn('clerk@demo.test')]
  const { member } = (await api.request('GET', '/api/auth/me', { as: shy })).body as unknown as { member: { id: string } }
  const [watcher, socket] = [await join(clerk), await join(shy)]
  watcher.send({ t: 'wants', cursors: true })
  const isHeard = (topic: string) => watcher.frames.some(frame => frame.t === 'said' && frame.events.some(event => event.topic === topic && event.from === member.id))
  await expect.poll(() => isHeard('member:joined')).toBe(true)
  expect((await api.request('PATCH', '/api/preferences', { as: shy, body: { presence: 'invisible' } })).status).toBe(200)
  socket.send({ t: 'say', ref: 1, topic: 'member:activity', data: { tab: 't1', matterId: null, action: 'viewing' } })
  socket.send({ t: 'say', ref: 2, topic: 'cursor', data: { at: { columnId: randomUUID(), matterId: null, x: 0, y: 0 } } })
  expect(await socket.next('ok')).toEqual({ t: 'ok', ref: 1 })
  await expect.poll(() => isHeard('member:left')).toBe(true)
  socket.send({ t: 'say', ref: 3, topic: 'note', data: { text: 'Lunch' } })
  await expect.poll(() => isHeard('note')).toBe(true)
  expect([isHeard('member:activity'), isHeard('cursor')]).toEqual([false, false])
  expect((await api.request('GET', `/api/presence?board=${boardId}`, { as: clerk })).text).not.toContain(member.id)
  const answer = (await api.request('GET', `/api/events?board=${boardId}`, { as: clerk })).body as unknown as EventsAnswer
  expect(answer.events.filter(({ from, topic }) => from === member.id && topic === 'member:activity')).toEqual([])
  for (const end of [watcher, socket])
    end.terminate()
})

it('[A1] a board that there is not announces nobody', async () => {
  const clerk = await api.signIn('clerk@demo.test')
  const board = randomUUID()
  const socket = await openTestSocket(api.url, { cookie: clerk })
  await hello(socket, clerk, { board })
  expect(await socket.closed).toBe(CLOSE.FORBIDDEN)
  expect((await api.firm.events.since({ id: randomUUID(), role: 'PARTNER' }, board, 1))).toBeNull()
})
