import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isProblemBody } from '#shared/protocol/problems.ts'
import { SOCKET_PATH } from '#shared/protocol/socket.ts'
import { API_ROUTES } from '#server/utils/api-routes.ts'
import type { ApiServer } from '../helpers/api-server.ts'
import { HANDLER_FILES, routeOf, startApi } from '../helpers/api-server.ts'

const UNKNOWN = '01900000-0000-7000-8000-00000000dead'
const BODY_METHODS = ['POST', 'PUT', 'PATCH']
/** They answer without a session. */
const OPEN = ['/api/auth/login', '/api/auth/logout', '/api/health', '/api/kanban/ws', '/api/ping']
/** They take no JSON body. */
const BODILESS = [
  '/api/auth/logout', '/api/boards/[id]/visit', '/api/imports', '/api/imports/[id]/commit', '/api/imports/[id]/undo', '/api/kanban/ticket', '/api/matters/[id]/follow',
]

const routes = Object.entries(API_ROUTES).flatMap(([path, methods]) => methods.map(method => ({ path, method, name: `${method} ${path}` })))
const bodied = routes.filter(({ path, method }) => BODY_METHODS.includes(method) && !BODILESS.includes(path))
const withId = (path: string, id: string) => path.replaceAll(/\[\w+\]/g, id)

let api: ApiServer
let cookies: string[]

beforeAll(async () => {
  api = await startApi()
  cookies = [await api.signIn('partner@demo.test'), await api.signIn('admin@demo.test')]
})
afterAll(() => api.close())

/** Everything that a request could have changed. */
async function state(): Promise<string> {
  const { repository } = api.firm
  const boards = await repository.boards.list()
  const columns = await Promise.all(boards.map(({ id }) => repository.boards.columns(id)))
  const matters = await Promise.all(boards.map(({ id }) => repository.matters.listByBoard(id)))
  return JSON.stringify([boards, columns, matters, await repository.accounts.listMembers(), await repository.imports.list(10)])
}

/** Asks as a partner and as an administrator: whoever gets through the door, the body is bad. */
async function expectProblem(
  { method, path }: { method: string, path: string },
  statuses: number[],
  options: Parameters<ApiServer['request']>[2] = {},
): Promise<void> {
  for (const as of cookies) {
    const { status, body } = await api.request(method, path, { as, ...options })
    expect(isProblemBody(body), `${method} ${path} answered ${status} ${JSON.stringify(body)}`).toBe(true)
    expect([...statuses, 403], `${method} ${path} answered ${status} ${JSON.stringify(body)}`).toContain(status)
  }
}

describe('the list of routes', () => {
  it('is that of the files', () => {
    // The file of the sockets takes every method, and the list leaves it the one that an upgrade has.
    const files = HANDLER_FILES.map(routeOf).filter(({ path, method }) => method !== null || path === SOCKET_PATH)
      .map(({ path, method }) => `${(method ?? 'get').toUpperCase()} ${path}`)
    expect(files.sort()).toEqual(routes.map(({ name }) => name).sort())
  })
})

describe('bad input', () => {
  let before: string
  beforeAll(async () => {
    before = await state()
  })
  afterAll(async () => {
    expect(await state()).toBe(before)
  })

  it.each(routes.filter(({ path }) => !OPEN.includes(path)))('$name wants a session', async ({ path, method }) => {
    for (const cookie of ['none=1', 'aster-session=Fe26.2**nonsense']) {
      const body = BODY_METHODS.includes(method) ? {} : undefined
      expect(await api.request(method, withId(path, UNKNOWN), { body, as: cookie })).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } })
    }
  })

  it.each(Object.entries(API_ROUTES))('%s refuses other methods, naming its own', async (path, methods) => {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter(method => !methods.includes(method))) {
      const { status, headers, body } = await api.request(method, withId(path, UNKNOWN), { as: cookies[0]! })
      expect({ status, body, allow: headers.get('allow') }).toMatchObject({ status: 405, body: { code: 'METHOD_NOT_ALLOWED' }, allow: methods.join(', ') })
    }
  })

  it('HEAD, which no address knows, is such a method', async () => {
    expect(await api.request('HEAD', '/api/health')).toMatchObject({ status: 405 })
  })

  it.each(['/api/nothing', '/api/matters/x/y/z', '/api/kanban', '/api/constructor'])('%s is nowhere', async (path) => {
    for (const method of ['GET', 'POST'])
      expect(await api.request(method, path, { as: cookies[0]! })).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
  })

  it.each(['__proto__', 'constructor', '%5F_proto__', 'EN', ''])('messages in %j are nowhere', async (locale) => {
    expect(await api.request('GET', `/_i18n/x/${locale}/messages.json`)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
  })

  it.each(routes.filter(({ path }) => path.includes('[')))('$name refuses an id that is none, and one that is nobody\'s', async ({ path, method }) => {
    const body = BODY_METHODS.includes(method) ? {} : undefined
    for (const id of ['x', '0', 'null', '%00', '%E0%A4%A', '..%2F..', UNKNOWN.toUpperCase(), `${UNKNOWN}0`, '\'%20OR%201=1', 'a'.repeat(4_000)])
      await expectProblem({ method, path: withId(path, id) }, [404, 422], { body })
    await expectProblem({ method, path: withId(path, UNKNOWN) }, [404, 422], { body })
  })

  it.each(bodied)('$name refuses what is no JSON', async ({ path, method }) => {
    for (const raw of ['{', 'nonsense', '{"a":1}}', new Uint8Array([0x22, 0xFF, 0x22])])
      await expectProblem({ method, path: withId(path, UNKNOWN) }, [400], { raw })
    await expectProblem({ method, path: withId(path, UNKNOWN) }, [400], {})
  })

  it.each(bodied)('$name refuses JSON of another shape', async ({ path, method }) => {
    for (const body of [null, [], [{}], 'text', 7, true, { unknown: 1 }, { ['__proto__x']: 1 }])
      await expectProblem({ method, path: withId(path, UNKNOWN) }, [422], { body })
    await expectProblem({ method, path: withId(path, UNKNOWN) }, [422], { raw: '{"__proto__": {"admin": true}, "constructor": 1}' })
    await expectProblem({ method, path: withId(path, UNKNOWN) }, [422], { raw: '['.repeat(100_000) + ']'.repeat(100_000) })
  })

  it.each(bodied)('$name refuses other media and too much', async ({ path, method }) => {
    await expectProblem({ method, path: withId(path, UNKNOWN) }, [415], { raw: '{}', headers: { 'content-type': 'text/plain' } })
    // What belongs to an import may be as long as a file.
    const tooMuch = path.startsWith('/api/imports') ? 22 * 1024 * 1024 : 1_100_000
    await expectProblem({ method, path: withId(path, UNKNOWN) }, [413], { raw: JSON.stringify({ title: 'x'.repeat(tooMuch) }) })
  })

  it.each([
    ['title', { title: '' }], ['title', { title: 'x'.repeat(256) }], ['title', { title: 5 }], ['title', { title: 'a\0b' }], ['title', { title: '\uD800' }],
    ['description', { description: 'x'.repeat(20_001) }], ['priority', { priority: 'HUGE' }], ['openedOn', { openedOn: '2026-02-30' }],
    ['tags', { tags: Array.from({ length: 11 }, (_, index) => String(index)) }], ['tags', { tags: ['x'.repeat(51)] }],
    ['assignments', { assignments: [{ memberId: UNKNOWN, role: 'PRIMARY_LAWYER' }] }],
    ['clientMemberIds', { clientMemberIds: [UNKNOWN] }], ['tasks', { tasks: [{ id: 'x', title: 'y' }] }],
    ['deadlines', { deadlines: [{ id: UNKNOWN, kind: 'TRIAL', date: '2026-13-01' }] }],
    ['deadlines', { deadlines: [{ id: UNKNOWN, kind: 'TRIAL', date: '2026-12-01', timeZone: 'Mars/Base' }] }],
  ] as [string, Record<string, unknown>][])('POST and PATCH name the field %s', async (field, body) => {
    const matter = (await api.firm.repository.matters.listByBoard((await api.firm.reader.listBoards())[0]!.id))[0]!
    for (const [method, path, extra] of [['POST', '/api/matters', { title: 'Lease' }], ['PATCH', `/api/matters/${matter.id}`, {}]] as const) {
      const answer = await api.request(method, path, { as: cookies[0]!, body: { ...extra, ...body } })
      expect(answer, `${method} ${JSON.stringify(body).slice(0, 80)}`).toMatchObject({ status: 422, body: { code: 'VALIDATION', field: expect.stringMatching(new RegExp(`^${field}`)) } })
    }
  })

  it.each([
    '/api/kanban/snapshot?board=x', `/api/kanban/snapshot?board=${UNKNOWN}`, '/api/kanban/snapshot?board=1&board=2',
    '/api/kanban/updates?version=-1', '/api/kanban/updates?version=x', '/api/kanban/updates?version=1.5', '/api/kanban/updates?version=99999999999999999999',
    '/api/kanban/updates?wait=26', '/api/kanban/updates?wait=x', '/api/kanban/updates?includeDeleted=maybe', '/api/kanban/updates?version=1&version=2',
    `/api/kanban/updates?board=${UNKNOWN}&version=1`, `/api/kanban/updates?epoch=${'x'.repeat(65)}`,
    '/api/kanban/digest', '/api/kanban/digest?epoch=e&version=1&digest=x', `/api/kanban/digest?board=${UNKNOWN}&epoch=e&version=1&digest=0123456789abcdef`,
  ])('GET %s is refused', async (path) => {
    await expectProblem({ method: 'GET', path }, [404, 422])
  })

  it('a key that is no Idempotency-Key is refused', async () => {
    for (const key of ['x'.repeat(201), 'with space'])
      await expectProblem({ method: 'POST', path: '/api/matters' }, [422], { body: { title: 'Lease' }, headers: { 'idempotency-key': key } })
  })
})
