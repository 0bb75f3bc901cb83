import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readLetter } from '#server/bus/bus-message.ts'
import { mentionOf } from '#shared/kanban/mentions.ts'
import type { PersonalAnswer } from '#shared/protocol/personal.ts'
import type { ApiServer } from '../helpers/api-server.ts'
import { startApi } from '../helpers/api-server.ts'

/*
 * What somebody without an account, with too small a role, behind a wall, or on another site gets out of all that tells
 * of people and of news: nothing.
 */

let api: ApiServer
let partner: string
let clerk: string
let boardId: string

beforeAll(async () => {
  api = await startApi()
  partner = await api.signIn('partner@demo.test')
  clerk = await api.signIn('clerk@demo.test')
  boardId = ((await api.request('GET', '/api/kanban/snapshot', { as: partner })).body.board as { id: string }).id
})
afterAll(() => api.close())

const READS = () => [
  '/api/personal', '/api/personal?since=0.0', '/api/notifications', '/api/notifications?unread=true&limit=100', '/api/preferences/muted',
  `/api/boards/${boardId}/activity?seen=0&limit=100`, `/api/boards/${boardId}/assignments?days=90`, `/api/presence?board=${boardId}`, `/api/events?board=${boardId}`,
]
const CHANGES = (): [string, string, object | undefined][] => [
  ['PATCH', '/api/preferences', { cursors: true }],
  ['PATCH', '/api/notifications', { all: true, read: true }],
  ['DELETE', '/api/notifications', {}],
  ['PUT', `/api/matters/${randomUUID()}/follow`, undefined],
  ['DELETE', `/api/matters/${randomUUID()}/follow`, undefined],
  ['POST', `/api/boards/${boardId}/visit`, undefined],
  ['PUT', '/api/firm/awareness', { presence: false }],
  ['POST', '/api/events', { board: boardId, topic: 'note', data: { text: 'Hello' } }],
]

const change = (as: string, id: string, set: object) => api.request('PATCH', `/api/matters/${id}`, { as, body: set })

describe('without an account of their own', () => {
  it('nobody reads or changes anything', async () => {
    const answers = [
      ...await Promise.all(READS().map(path => api.request('GET', path))),
      ...await Promise.all(CHANGES().map(([method, path, body]) => api.request(method, path, { body }))),
    ]
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.code}`))).toEqual(new Set(['401 UNAUTHENTICATED']))
  })

  it('another member\'s open page is told that it isn\'t theirs', async () => {
    const headers = { 'aster-member': randomUUID() }
    for (const [method, path, body] of [...READS().map(path => ['GET', path, undefined] as const), ...CHANGES()])
      expect([path, (await api.request(method, path, { as: partner, body, headers })).status]).toEqual([path, 401])
  })
})

it('another site changes nothing with a member\'s cookie', async () => {
  for (const headers of [{ origin: 'https://evil.test' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }] as Record<string, string>[]) {
    for (const [method, path, body] of CHANGES())
      expect([path, (await api.request(method, path, { as: partner, body, headers })).body.code]).toEqual([path, 'BAD_ORIGIN'])
  }
})

it('who only looks at their own matters gets nothing of what the firm\'s people do', async () => {
  const client = await api.signIn('client@demo.test')
  const staffOnly = READS().filter(path => /boards|presence|events/.test(path))
  for (const [method, path, body] of [...staffOnly.map(path => ['GET', path, undefined] as const), ...CHANGES().slice(3)])
    expect([method, path, (await api.request(method, path, { as: client, body })).status]).toEqual([method, path, 403])
})

it('[W3] [N7] behind a wall nothing is left of a matter in any answer, nor of what is done there', async () => {
  const { member } = (await api.request('GET', '/api/auth/me', { as: clerk })).body as unknown as { member: { id: string, name: string } }
  const made = await api.request('POST', '/api/matters', { as: partner, body: { board: boardId, title: 'Project Heron' } })
  const { id } = made.body.matter as { id: string }
  expect((await api.request('PUT', `/api/matters/${id}/follow`, { as: clerk })).status).toBe(204)
  expect((await api.request('POST', `/api/matters/${id}/comments`, { as: partner, body: { body: `Heron: ${mentionOf(member)}` } })).status).toBe(201)
  expect((await change(partner, id, { title: 'Project Heron II' })).status).toBe(200)
  const personal = async () => (await api.request('GET', '/api/personal', { as: clerk })).body as unknown as PersonalAnswer
  const open = await personal()
  expect(open.notifications.items.filter(({ matter }) => matter?.id === id)).toHaveLength(2)

  expect((await change(partner, id, { confidentiality: 'SEALED' })).status).toBe(200)
  const walled = await personal()
  expect(walled.notifications.unread).toBe(open.notifications.unread - 2)
  const quiet = await Promise.all(READS().map(path => api.request('GET', path, { as: clerk })))
  const said = (answers: typeof quiet) => answers.map(({ text }) => text.replace(/"now":\d+|"cursor":\d+/g, ''))
  expect(said(quiet).join()).not.toMatch(new RegExp(`Heron|${id}`))

  expect((await change(partner, id, { title: 'Project Heron III' })).status).toBe(200)
  expect((await api.request('POST', `/api/matters/${id}/comments`, { as: partner, body: { body: `Again: ${mentionOf(member)}` } })).status).toBe(201)
  expect((await api.request('POST', '/api/events', { as: partner, body: { board: boardId, topic: 'member:activity', data: { tab: 't1', matterId: id, action: 'viewing' } } })).status).toBe(204)
  const ids = open.notifications.items.filter(({ matter }) => matter?.id === id).map(one => one.id)
  expect((await api.request('PATCH', '/api/notifications', { as: clerk, body: { ids, read: true } })).status).toBe(204)
  expect((await api.request('DELETE', `/api/matters/${id}`, { as: partner })).status).toBe(200)
  expect(said(await Promise.all(READS().map(path => api.request('GET', path, { as: clerk }))))).toEqual(said(quiet))
  for (const [method, path] of [['PUT', `/api/matters/${id}/follow`], ['DELETE', `/api/matters/${id}/follow`]] as const) {
    const [hidden, missing] = [await api.request(method, path, { as: clerk }), await api.request(method, path.replace(id, randomUUID()), { as: clerk })]
    expect([hidden.status, hidden.text]).toEqual([404, missing.text])
  }
})

it('what no text, place or length may be is refused, and makes nothing fail', async () => {
  const bad: [string, string, object?][] = [
    ['GET', '/api/notifications?before=1.%00'], ['GET', '/api/notifications?limit=101'], ['GET', '/api/notifications?before=x'],
    ['GET', '/api/personal?since=9999999999999999.1'], ['GET', `/api/boards/${boardId}/activity?before=1.%00`], ['GET', `/api/boards/${boardId}/activity?kind=`],
    ['PATCH', '/api/notifications', { ids: ['\u0000'], read: true }], ['PATCH', '/api/notifications', { ids: Array.from({ length: 501 }, () => 'x'), read: true }],
    ['DELETE', '/api/notifications', { ids: [] }], ['PATCH', '/api/preferences', { mutedMatters: Array.from({ length: 1_001 }, () => randomUUID()) }],
    ['PATCH', '/api/preferences', { theme: '\'}catch{}alert(1)//' }], ['POST', '/api/events', { board: boardId, topic: 'note', data: { text: 'x'.repeat(501) } }],
  ]
  for (const [method, path, body] of bad)
    expect([path, (await api.request(method, path, { as: partner, body })).status]).toEqual([path, 422])
})

it('[B1] a time that no page can write isn\'t taken from another process', () => {
  const event = (at: number) => JSON.stringify({ from: 'x', message: { kind: 'event', boardId, event: { id: 'e', at, from: randomUUID(), topic: 'member:joined', data: {} } } })
  expect(readLetter(event(Date.now()))?.message).toMatchObject({ kind: 'event' })
  expect(readLetter(event(Number.MAX_SAFE_INTEGER))).toEqual({ from: 'x', message: null })
})
