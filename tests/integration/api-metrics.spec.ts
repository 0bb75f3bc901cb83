import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closeOperatorDoor, openOperatorDoor } from '#server/utils/operator.ts'
import type { ApiServer } from '../helpers/api-server.ts'
import { startApi } from '../helpers/api-server.ts'

const TOKEN = 'a-collector-of-figures'
let api: ApiServer
let cookie: string

beforeAll(async () => {
  process.env.METRICS_TOKEN = TOKEN
  api = await startApi()
  cookie = await api.signIn('partner@demo.test')
})
afterAll(async () => {
  Reflect.deleteProperty(process.env, 'METRICS_TOKEN')
  await api.close()
})

const read = async (token = TOKEN) => await api.request('GET', '/api/metrics', { headers: { authorization: `Bearer ${token}` } })

/** The value of one figure; undefined where it isn't there. */
async function figure(name: string): Promise<number | undefined> {
  const { text } = await read()
  const line = text.split('\n').find(each => each.startsWith(`${name} `))
  return line === undefined ? undefined : Number(line.slice(name.length + 1))
}

describe('the figures of a server', () => {
  it('are nowhere for who doesn\'t bring the word, whatever the method', async () => {
    const wrong: Record<string, string>[] = [{}, { authorization: 'Bearer ' }, { authorization: 'Bearer a-collector-of-figurez' }, { authorization: TOKEN }]
    for (const headers of wrong) {
      for (const method of ['GET', 'POST', 'PUT', 'DELETE'])
        expect(await api.request(method, '/api/metrics', { headers })).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
    }
    expect(await api.request('GET', '/api/metrics', { as: await api.signIn('admin@demo.test') })).toMatchObject({ status: 404 })
    expect(await api.request('POST', '/api/metrics', { headers: { authorization: `Bearer ${TOKEN}` } })).toMatchObject({ status: 404 })
  })

  it('are there with the word of the collector, or the one in the data folder', async () => {
    const { status, headers, text } = await read()
    expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8', 'no-store'])
    expect(text).toContain('process_resident_memory_bytes')
    await openOperatorDoor()
    const { token } = JSON.parse(await readFile(join(process.env.DATA_DIR!, 'operator.json'), 'utf8')) as { token: string }
    expect(await read(token)).toMatchObject({ status: 200 })
    await closeOperatorDoor()
    expect(await read(token)).toMatchObject({ status: 404 })
  })

  it('count requests by route, polls by what they come to, and changes by kind', async () => {
    const unchanged = 'aster_polls_total{kind="unchanged"}'
    const polls = 'aster_http_requests_total{method="GET",route="/api/kanban/updates",status="3xx"}'
    const [before, requests] = [await figure(unchanged) ?? 0, await figure(polls) ?? 0]
    const all = await api.request('GET', '/api/kanban/updates?version=0', { as: cookie })
    for (let n = 0; n < 3; n++)
      await api.request('GET', `/api/kanban/updates?version=${String(all.body.version)}`, { as: cookie, headers: { 'if-none-match': all.headers.get('etag')! } })
    await expect.poll(() => figure(unchanged)).toBe(before + 3)
    expect(await figure(polls)).toBe(requests + 3)
    expect(await figure('aster_polls_total{kind="news"}')).toBeGreaterThan(0)

    const created = 'aster_commits_total{kind="create",outcome="committed"}'
    const earlier = await figure(created) ?? 0
    await api.request('POST', '/api/matters', { as: cookie, body: { column: 'intake', title: 'Counted', clientName: 'Figures K.K.' } })
    expect(await figure(created)).toBe(earlier + 1)
  })

  it('name nobody and nothing: no id, no address, no title', async () => {
    const { body } = await api.request('POST', '/api/matters', { as: cookie, body: { column: 'intake', title: 'Counted secretly', clientName: 'Figures K.K.' } })
    const { id, boardId } = (body as unknown as { matter: { id: string, boardId: string } }).matter
    await api.request('GET', `/api/matters/${id}`, { as: cookie })
    await api.request('GET', '/api/no/such/address')
    const { text } = await read()
    expect(text).toContain('route="/api/matters/[id]"')
    expect(text).toContain('route="other"')
    for (const secret of [id, boardId, 'Counted secretly', 'partner', 'such'])
      expect(text).not.toContain(secret)
  })

  it('don\'t grow with what callers make up', async () => {
    const lines = async () => (await read()).text.split('\n').filter(line => line.startsWith('aster_http_requests_total')).length
    await api.request('GET', '/api/made-up/0')
    await api.request('MADEUP', '/api/made-up/0').catch(() => {})
    const before = await lines()
    for (let n = 1; n < 20; n++)
      await api.request('GET', `/api/made-up/${n}`)
    expect(await lines()).toBe(before)
  })
})

describe('a ping', () => {
  it('says what time it is, to anybody, and asks the database nothing', async () => {
    const before = Date.now()
    const { status, body, headers } = await api.request('GET', '/api/ping')
    expect(status).toBe(200)
    expect(body.now).toBeGreaterThanOrEqual(before)
    expect(Object.keys(body)).toEqual(['now'])
    expect(headers.get('cache-control')).toBe('private, no-store')
  })
})
