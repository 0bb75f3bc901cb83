import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EventsAnswer } from '#shared/protocol/events.ts'
import type { SnapshotAnswer, UpdatesAnswer } from '#shared/protocol/messages.ts'
import type { ApiServer } from '../../helpers/api-server.ts'
import { startApi } from '../../helpers/api-server.ts'
import { countDatabase } from '../../helpers/count-database.ts'

let api: ApiServer
let [partner, associate, clerk, client]: string[] = []
let board: SnapshotAnswer

beforeAll(async () => {
  api = await startApi()
  ;[partner, associate, clerk, client] = await Promise.all(['partner', 'associate', 'clerk', 'client'].map(name => api.signIn(`${name}@demo.test`)))
  board = (await api.request('GET', '/api/kanban/snapshot', { as: partner! })).body as unknown as SnapshotAnswer
})
afterAll(() => api.close())

const say = (as: string, topic: string, data: unknown, more: object = {}) =>
  api.request('POST', '/api/events', { as, body: { board: board.board.id, topic, data, ...more } })
const read = (as: string, query = '') => api.request('GET', `/api/events?board=${board.board.id}${query}`, { as })

/** A poll of who has the rows that the partner sees, or others. */
async function poll(as: string, query: string): Promise<{ status: number, body: UpdatesAnswer | null }> {
  const { epoch, version } = (await api.request('GET', '/api/kanban/snapshot', { as })).body as unknown as SnapshotAnswer
  const { status, body } = await api.request('GET', `/api/kanban/updates?board=${board.board.id}&epoch=${epoch}&version=${version}&protocol=2${query}`, { as })
  return { status, body: body as unknown as UpdatesAnswer | null }
}

/** What of an answer isn't about who came and went. */
const saidIn = (answer: EventsAnswer | undefined) => answer?.events.filter(({ topic }) => topic === 'note' || topic === 'member:activity').map(({ data }) => data) ?? null

describe('POST and GET /api/events', () => {
  it('[A4] passes on what a member says, and nothing to whom it isn\'t for', async () => {
    const { cursor } = (await read(associate!)).body as unknown as EventsAnswer
    expect(await say(partner!, 'note', { text: ' Lunch? ' })).toMatchObject({ status: 204, text: '' })
    const answer = (await read(associate!, `&since=${cursor}`)).body as unknown as EventsAnswer
    expect(saidIn(answer)).toEqual([{ text: 'Lunch?' }])
    expect(saidIn((await read(associate!, `&since=${answer.cursor}`)).body as unknown as EventsAnswer)).toEqual([])
    // Without a cursor all is told that is kept; the speaker knows what they said.
    expect(saidIn((await api.request('GET', '/api/events', { as: clerk! })).body as unknown as EventsAnswer)).toEqual([{ text: 'Lunch?' }])
    expect(saidIn((await read(partner!)).body as unknown as EventsAnswer)).toEqual([])
    expect(await read(client!)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } })
  })

  it('[A4] refuses with a code', async () => {
    const nobody = '01900000-0000-7000-8000-00000000ffff'
    expect(await say(client!, 'note', { text: 'x' })).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } })
    expect(await say(partner!, 'note', { text: '' })).toMatchObject({ status: 422, body: { code: 'VALIDATION', field: 'data.text' } })
    expect(await say(partner!, 'note', { text: 'half a character \ud83d' })).toMatchObject({ status: 422, body: { code: 'VALIDATION' } })
    expect(await say(partner!, 'member:joined', {})).toMatchObject({ status: 422, body: { code: 'VALIDATION', field: 'topic' } })
    expect(await say(partner!, 'note', { text: 'x' }, { board: nobody })).toMatchObject({ status: 404, body: { code: 'BOARD_GONE' } })
    expect(await say(partner!, 'member:activity', { tab: 't1', matterId: nobody, action: 'viewing' })).toMatchObject({ status: 404, body: { code: 'MATTER_GONE' } })
    // Twenty a second are none of HTTP's business.
    expect(await say(partner!, 'cursor', { at: null })).toMatchObject({ status: 422, body: { code: 'VALIDATION', field: 'topic', message: 'cursors are taken from sockets only' } })
    expect(await say('', 'note', { text: 'x' })).toMatchObject({ status: 401 })
    expect(await api.request('GET', `/api/events?board=${nobody}`, { as: partner! })).toMatchObject({ status: 404, body: { code: 'BOARD_GONE' } })
    expect(await read(partner!, '&since=yesterday')).toMatchObject({ status: 422, body: { field: 'since' } })
    expect(await api.request('DELETE', '/api/events', { as: partner! })).toMatchObject({ status: 405 })
  })

  it('[A4] asks who says too much to wait a second', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => say(clerk!, 'note', { text: 'x' })))
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused.length).toBeGreaterThan(0)
    expect(refused[0]).toMatchObject({ body: { code: 'TOO_MANY_ATTEMPTS' } })
    expect(refused[0]!.headers.get('retry-after')).toBe('1')
  })
})

describe('GET /api/kanban/updates with a cursor', () => {
  it('[R4] [A5] answers 200 without ops where something was said, and 304 where nothing was', async () => {
    const first = await poll(associate!, '&events=0')
    expect(first).toMatchObject({ status: 200, body: { matters: [], columns: null, deleted: [], events: { cursor: expect.any(Number) } } })
    expect(first.body!.from).toBe(first.body!.version)
    const next = (cursor: number) => poll(associate!, `&events=${cursor}`)
    await next(first.body!.events!.cursor)
    const before = await next(first.body!.events!.cursor)
    const { cursor } = before.body?.events ?? first.body!.events!
    expect((await next(cursor)).status).toBe(304)
    await say(partner!, 'note', { text: 'Dinner?' })
    const said = await next(cursor)
    expect(said.status).toBe(200)
    expect(saidIn(said.body!.events)).toEqual([{ text: 'Dinner?' }])
    const after = await poll(partner!, `&events=${cursor}`)
    expect(saidIn(after.body?.events)).not.toContainEqual({ text: 'Dinner?' })
    expect((await poll(client!, '&events=1')).status).toBe(304)
    expect((await poll(associate!, '')).status).toBe(304)
  })

  it('[R4] asks the database nothing as long as nothing is said', async () => {
    const { body } = await poll(associate!, '&events=0')
    const path = `/api/kanban/updates?board=${board.board.id}&epoch=${body!.epoch}&version=${body!.version}&protocol=2&events=${body!.events!.cursor}`
    expect((await api.request('GET', path, { as: associate! })).status).toBe(304)
    const count = countDatabase(api.firm.repository)
    expect((await api.request('GET', path, { as: associate! })).status).toBe(304)
    expect({ calls: count.calls, statements: count.statements }).toEqual({ calls: [], statements: 0 })
  })

  it('[A4] ends when something is said, if it is held', async () => {
    const { cursor } = (await poll(associate!, '&events=0')).body!.events!
    const held = poll(associate!, `&events=${cursor}&wait=25`)
    await say(partner!, 'note', { text: 'Now' })
    expect(saidIn((await held).body!.events)).toEqual([{ text: 'Now' }])
  })

  it('[A1] says who is there to the others, but not of who wants no news', async () => {
    const { cursor } = (await read(associate!)).body as unknown as EventsAnswer
    const paralegal = await api.signIn('paralegal@demo.test')
    const { member: { id } } = (await api.request('GET', '/api/auth/me', { as: paralegal })).body as unknown as { member: { id: string } }
    const joined = async () => ((await read(associate!, `&since=${cursor}`)).body as unknown as EventsAnswer).events.filter(({ topic, from }) => topic === 'member:joined' && from === id)
    expect((await api.request('PATCH', '/api/auth/me', { as: paralegal, body: { transport: 'off' } })).status).toBe(200)
    await poll(paralegal, '')
    expect(await joined()).toEqual([])
    expect((await api.request('PATCH', '/api/auth/me', { as: paralegal, body: { transport: null } })).status).toBe(200)
    await poll(paralegal, '')
    await poll(paralegal, '')
    expect(await joined()).toHaveLength(1)
  })
})
