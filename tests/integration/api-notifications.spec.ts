import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Notification, NotificationsAnswer } from '#shared/protocol/notifications.ts'
import { mentionOf } from '#shared/kanban/mentions.ts'
import type { ApiServer } from '../helpers/api-server.ts'
import { startApi } from '../helpers/api-server.ts'
import { buildId } from '../helpers/builders.ts'

let api: ApiServer
let partner: string
let associate: string
let client: string

beforeAll(async () => {
  api = await startApi()
  partner = await api.signIn('partner@demo.test')
  associate = await api.signIn('associate@demo.test')
  client = await api.signIn('client@demo.test')
})
afterAll(() => api.close())

interface Personal {
  tag: string
  follows: string[]
  notifications: { full: boolean, items: Notification[], gone: string[], unread: number }
}

async function mine(as: string, query = ''): Promise<NotificationsAnswer> {
  return (await api.request('GET', `/api/notifications${query}`, { as })).body as unknown as NotificationsAnswer
}
async function personal(as: string, since?: string): Promise<Personal> {
  return (await api.request('GET', `/api/personal${since === undefined ? '' : `?since=${since}`}`, { as })).body as unknown as Personal
}
async function create(): Promise<string> {
  const { body } = await api.request('POST', '/api/matters', { as: partner, body: { title: 'Followed' } })
  return (body.matter as { id: string }).id
}
async function idOf(as: string): Promise<{ id: string, name: string }> {
  return (await api.request('GET', '/api/auth/me', { as })).body.member as { id: string, name: string }
}

describe('notifications over HTTP', () => {
  it('[N2] [N4] are told from a followed matter to the page that asks what is new', async () => {
    const id = await create()
    expect(await api.request('PUT', `/api/matters/${id}/follow`, { as: associate })).toMatchObject({ status: 204, text: '' })
    const before = await personal(associate)
    expect(before.follows).toContain(id)
    await api.request('PATCH', `/api/matters/${id}`, { as: partner, body: { title: 'Renamed' } })
    await api.request('POST', `/api/matters/${id}/comments`, { as: partner, body: { body: mentionOf(await idOf(associate)) } })
    expect(api.firm.heads.tagOf((await idOf(associate)).id)).not.toBe(before.tag)
    const after = await personal(associate, before.tag)
    expect(after.notifications).toMatchObject({
      full: false, gone: [], unread: before.notifications.unread + 2,
      items: [{ type: 'mentioned', read: false, matter: { id, title: 'Renamed' } }, { type: 'followed', kind: 'edited', changes: 1, matter: { id } }],
    })
    expect(await api.request('DELETE', `/api/matters/${id}/follow`, { as: associate })).toMatchObject({ status: 204 })
    expect((await personal(associate)).follows).not.toContain(id)
  })

  it('are marked, cleared and paged, and every tab hears of it', async () => {
    const id = await create()
    await api.request('PUT', `/api/matters/${id}/follow`, { as: associate })
    await api.request('PATCH', `/api/matters/${id}`, { as: partner, body: { title: 'One' } })
    const { tag, notifications: { unread, items: [newest] } } = await personal(associate)
    expect(await api.request('PATCH', '/api/notifications', { as: associate, body: { ids: [newest!.id], read: true } })).toMatchObject({ status: 204, text: '' })
    const marked = await personal(associate, tag)
    expect(marked.notifications).toMatchObject({ unread: unread - 1, items: [{ id: newest!.id, read: true }] })
    expect((await mine(associate, '?unread=true')).notifications.map(item => item.id)).not.toContain(newest!.id)
    expect((await mine(associate, '?type=followed&limit=1'))).toMatchObject({ notifications: [{ id: newest!.id }], before: expect.any(String) })
    await api.request('PATCH', '/api/notifications', { as: associate, body: { all: true, read: true } })
    expect((await personal(associate)).notifications.unread).toBe(0)
    expect(await api.request('DELETE', '/api/notifications', { as: associate, body: { ids: [newest!.id] } })).toMatchObject({ status: 204 })
    expect((await personal(associate, marked.tag)).notifications.gone).toContain(newest!.id)
    expect(await api.request('DELETE', '/api/notifications', { as: associate })).toMatchObject({ status: 204 })
    expect(await mine(associate)).toEqual({ notifications: [], before: null })
  })

  it('[N7] answer for another\'s and for nobody\'s alike, and hidden matters like missing ones', async () => {
    const id = await create()
    await api.request('PATCH', `/api/matters/${id}`, { as: partner, body: { assignments: { put: [{ memberId: (await idOf(associate)).id, role: 'CONSULTANT' }] } } })
    const [theirs] = (await mine(associate)).notifications
    for (const body of [{ ids: [theirs!.id], read: true }, { ids: [buildId(0xBAD)], read: true }])
      expect(await api.request('PATCH', '/api/notifications', { as: partner, body })).toMatchObject({ status: 204, text: '' })
    for (const ids of [[theirs!.id], [buildId(0xBAD)]])
      expect(await api.request('DELETE', '/api/notifications', { as: partner, body: { ids } })).toMatchObject({ status: 204, text: '' })
    expect((await mine(associate)).notifications[0]).toEqual(theirs)
    await api.request('PATCH', `/api/matters/${id}`, { as: partner, body: { confidentiality: 'SEALED' } })
    await api.request('PATCH', `/api/matters/${id}`, { as: partner, body: { assignments: { remove: [(await idOf(associate)).id] } } })
    const [hidden, missing] = await Promise.all([id, buildId(0xBAD)].map(which => api.request('PUT', `/api/matters/${which}/follow`, { as: associate })))
    expect([hidden!.status, hidden!.body]).toEqual([missing!.status, missing!.body])
    expect(hidden).toMatchObject({ status: 404, body: { code: 'MATTER_GONE' } })
    expect((await mine(associate)).notifications).toEqual([])
    expect(await api.request('PUT', `/api/matters/${id}/follow`, { as: client })).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } })
  })

  it('[N4] follow 1,000 matters at most, and say so; of two that come at once for the last place one has it', async () => {
    const { id: memberId } = await idOf(associate)
    const { notifications } = api.firm.repository
    const before = await notifications.followsOf(memberId)
    const others = Array.from({ length: 999 - before.length }, (_, index) => buildId(0xC000 + index))
    for (const id of others)
      await notifications.follow(memberId, id, 1)
    const [one, two] = [await create(), await create()]
    const follow = (id: string) => api.request('PUT', `/api/matters/${id}/follow`, { as: associate })
    const answers = await Promise.all([follow(one), follow(two)])
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 422])
    expect(answers.find(({ status }) => status === 422)).toMatchObject({ body: { code: 'LIST_FULL' } })
    const [has, lacks] = answers[0]!.status === 204 ? [one, two] : [two, one]
    expect(await notifications.followsOf(memberId)).toHaveLength(1_000)
    // Asking again for what is followed adds nothing.
    expect(await follow(has)).toMatchObject({ status: 204 })
    expect(await api.request('DELETE', `/api/matters/${has}/follow`, { as: associate })).toMatchObject({ status: 204 })
    expect(await follow(lacks)).toMatchObject({ status: 204 })
    for (const id of [...others, lacks])
      await notifications.unfollow(memberId, id)
  })

  it.each([
    ['GET', '/api/notifications?limit=0', undefined], ['GET', '/api/notifications?limit=101', undefined], ['GET', '/api/notifications?type=gossip', undefined],
    ['GET', '/api/notifications?before=x', undefined], ['GET', '/api/notifications?before=12', undefined],
    ['PATCH', '/api/notifications', { ids: [], read: true }], ['PATCH', '/api/notifications', { all: true, read: false }], ['PATCH', '/api/notifications', { ids: ['\u0000'], read: true }],
    ['PATCH', '/api/notifications', { ids: ['x'] }], ['DELETE', '/api/notifications', { ids: [] }], ['DELETE', '/api/notifications', { all: true }], ['PUT', '/api/matters/nonsense/follow', undefined],
  ] as const)('refuse a %s of %s with %j', async (method, path, body) => {
    expect(await api.request(method, path, { as: associate, body })).toMatchObject({ status: 422, body: { code: 'VALIDATION' } })
  })

  it.each([
    ['GET', '/api/notifications'], ['PATCH', '/api/notifications'], ['DELETE', '/api/notifications'],
    ['PUT', `/api/matters/${buildId(1)}/follow`], ['DELETE', `/api/matters/${buildId(1)}/follow`],
  ])('want to know who asks for %s %s', async (method, path) => {
    expect(await api.request(method, path, { body: method === 'GET' ? undefined : { all: true, read: true } })).toMatchObject({ status: 401 })
  })
})
