import fc from 'fast-check'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { createAdmission } from '#server/services/realtime/admission.ts'
import { SOCKET_PATH } from '#shared/protocol/socket.ts'
import type { ApiServer } from '../../helpers/api-server.ts'
import { startApi } from '../../helpers/api-server.ts'
import { encodeRawFrame, encodeText, openHostileClient, upgradeRequest } from '../../helpers/hostile-client.ts'

/*
 * 10,000 generated frames and requests against the real server: it answers or ends each, never by a 5xx but the
 * documented 503, writes nothing, logs nothing, and holds nothing afterwards.
 */

const SOCKETS = 1_000
const FRAMES_A_SOCKET = 6
const UPGRADES = 2_000
const QUERIES = 2_000

let api: ApiServer
let cookies: string[]
let boardId: string
let before: string
let handlesBefore: number

beforeAll(async () => {
  // As many as there are: what the crowd is refused with has its own tests.
  api = await startApi({ admission: createAdmission({ perSecond: 1e6, burst: 1e6, ofMember: { perSecond: 1e6, burst: 1e6 } }) })
  cookies = [await api.signIn('partner@demo.test'), await api.signIn('clerk@demo.test'), await api.signIn('client@demo.test')]
  const { body } = await api.request('GET', '/api/kanban/snapshot', { as: cookies[0]! })
  boardId = (body.board as { id: string }).id
  before = await state()
  handlesBefore = handles()
})
afterAll(() => api.close())

/** Everything that could have been written. */
async function state(): Promise<string> {
  const { repository } = api.firm
  const boards = await repository.boards.list()
  const columns = await Promise.all(boards.map(({ id }) => repository.boards.columns(id)))
  const matters = await Promise.all(boards.map(({ id }) => repository.matters.listByBoard(id)))
  return JSON.stringify([boards, await repository.boards.heads(), columns, matters, await repository.accounts.listMembers(), await repository.firm.transport()])
}

/** Sockets that this process has open, its own ends of them, too. */
function handles(): number {
  return process.getActiveResourcesInfo().filter(kind => kind === 'TCPSocketWrap').length
}

const oddText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.constantFrom('', '\0', '\uD800', '__proto__', 'constructor', '../..', '\u202E', '9'.repeat(70), 'e'.repeat(64)),
)
const oddNumber = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(-1, 0, 1, 2 ** 31, 2 ** 53 - 1, 2 ** 53, 1e308))
const oddValue = fc.oneof(fc.jsonValue({ maxDepth: 3 }), oddText, oddNumber, fc.constant(null))
const id = fc.oneof(fc.uuid(), fc.constantFrom('', 'x', '01900000-0000-7000-8000-00000000dead'))

/** What a wild browser could send, right or nearly right. */
const frame = fc.oneof(
  fc.record({ t: fc.constant('sync'), ref: oddNumber, epoch: oddText, version: oddNumber, cid: oddText }),
  fc.record({ t: fc.constant('sync'), ref: fc.nat(), epoch: fc.constantFrom('e', '00000000'), version: fc.nat(), cid: fc.uuid() }),
  fc.record({ t: fc.constant('focus'), matters: fc.oneof(fc.array(id, { maxLength: 25 }), oddValue) }),
  fc.record({ t: fc.constant('focus'), matters: fc.array(fc.uuid(), { maxLength: 20 }) }),
  fc.record({ t: fc.constant('say'), ref: fc.nat(), topic: fc.constantFrom('note', 'member:activity', 'cursor', 'system:error'), data: oddValue }),
  fc.record({ t: fc.constant('wants'), cursors: fc.oneof(fc.boolean(), oddValue) }),
  fc.record({
    t: fc.constant('say'), ref: fc.nat(), topic: fc.constantFrom('note', 'member:activity', 'cursor'),
    data: fc.oneof(
      fc.record({ text: oddValue }),
      fc.record({ tab: fc.oneof(fc.constant('t'), oddText), matterId: fc.oneof(id, fc.constant(null)), action: fc.constantFrom('viewing', 'gone', 'x') }),
      fc.record({ at: fc.constant(null) }),
      fc.record({ at: fc.record({ columnId: id, matterId: fc.oneof(id, fc.constant(null)), x: oddNumber, y: fc.constantFrom(0, 0.5, 1, 2) }) }),
    ),
  }),
  fc.record({ t: fc.constantFrom('ping', 'pong'), i: oddNumber }),
  fc.record({ t: fc.constant('hello'), protocol: oddNumber, board: id, epoch: oddText, version: oddNumber, cid: oddText, ticket: oddText }),
  fc.record({ t: oddText, data: oddValue }),
  oddValue,
).map(value => JSON.stringify(value) ?? 'undefined')

const bytes = fc.oneof(
  fc.record({ text: fc.oneof({ weight: 6, arbitrary: frame }, { weight: 1, arbitrary: fc.string() }), pieces: fc.integer({ min: 1, max: 4 }) })
    .map(({ text, pieces }) => encodeText(text, pieces)),
  fc.record({
    opcode: fc.nat(15), payload: fc.uint8Array({ maxLength: 200 }), fin: fc.boolean(), reserved: fc.constantFrom(0, 0, 0, 1, 4, 7), masked: fc.boolean(),
    length: fc.option(fc.constantFrom(0n, 65_537n, 2n ** 31n, 2n ** 53n, 2n ** 63n), { nil: undefined, freq: 8 }),
  }).map(encodeRawFrame),
  fc.uint8Array({ maxLength: 300 }).map(raw => Buffer.from(raw)),
  fc.constantFrom('['.repeat(60_000), `{"t":"focus","matters":${'['.repeat(30_000)}`, '"'.repeat(65_536), 'x'.repeat(65_537)).map(text => encodeText(text, 3)),
)

it('[S5] no frame brings the server down', async () => {
  let counted = 0
  const frames = fc.array(bytes, { minLength: FRAMES_A_SOCKET, maxLength: FRAMES_A_SOCKET })
  await fc.assert(fc.asyncProperty(
    fc.constantFrom(...cookies), fc.boolean(), frames, fc.constantFrom(7, 100, 1_460, 100_000),
    async (cookie, isGreeted, frames, chunk) => {
      const client = await openHostileClient(api.url)
      await client.write(upgradeRequest(cookie))
      await client.hear(/\r\n\r\n/)
      expect(client.heard).toMatch(/^HTTP\/1\.1 101 /)
      if (isGreeted) {
        const { body } = await api.request('POST', '/api/kanban/ticket', { as: cookie, body: {} })
        await client.write(encodeText(JSON.stringify({ t: 'hello', protocol: 2, board: boardId, epoch: 'e', version: 1, cid: 'c', ticket: body.ticket })))
        await client.hear(/"t":"welcome"/)
        expect(client.heard).toContain('"t":"welcome"')
      }
      // Small pieces of long frames would take the test's time, not the server's.
      for (const each of frames)
        await client.write(each, Math.max(chunk, each.length / 20))
      await client.end()
      counted += frames.length
    },
  ), { numRuns: SOCKETS, endOnFailure: true })
  expect(counted).toBeGreaterThanOrEqual(SOCKETS * FRAMES_A_SOCKET)
})

const headerText = fc.oneof(fc.string({ maxLength: 40 }), fc.constantFrom(
  'websocket', 'h2c', 'Upgrade', '13', '8', '', 'null', 'http://localhost', 'https://evil.test', 'dGhlIHNhbXBsZSBub25jZQ==', ',,', 'a'.repeat(3_000),
))
const headerName = fc.constantFrom(
  'Host', 'Origin', 'Connection', 'Upgrade', 'Cookie', 'Sec-WebSocket-Version', 'Sec-WebSocket-Key', 'Sec-WebSocket-Protocol', 'Sec-WebSocket-Extensions', 'Sec-Fetch-Site',
  'Content-Length', 'Transfer-Encoding', 'X-Forwarded-For', 'Aster-Member', 'Expect',
)
const path = fc.oneof(
  fc.constantFrom(SOCKET_PATH, `${SOCKET_PATH}?x=%`, `${SOCKET_PATH}/`, `/${SOCKET_PATH}`, '*', '/', '/_ws', '/%ff', '/..%2f..', `http://other.test${SOCKET_PATH}`, '//', '/api/kanban/WS', '/?' + 'q'.repeat(5_000)),
  fc.webPath(),
)

it('[S1] no upgrade is left hanging, whatever it asks for', async () => {
  // Of h3, which tells of long addresses that aren't there.
  vi.spyOn(console, 'warn').mockReturnValue()
  await fc.assert(fc.asyncProperty(
    fc.constantFrom('GET', 'GET', 'GET', 'POST', 'HEAD', 'CONNECT', 'OPTIONS', 'get', 'BREW'), path,
    fc.array(fc.tuple(headerName, headerText), { maxLength: 5 }), fc.constantFrom('', ...cookies, 'aster-session=x', 'aster-session=Fe26.2**x*y*z'), fc.boolean(), fc.string({ maxLength: 60 }),
    async (method, target, headers, cookie, isHandshake, rest) => {
      const client = await openHostileClient(api.url)
      const lines = [
        `${method} ${target} HTTP/1.1`, 'Host: localhost',
        ...isHandshake ? ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='] : [],
        ...cookie ? [`Cookie: ${cookie}`] : [],
        ...headers.map(([name, value]) => `${name}: ${value}`),
      ]
      await client.write(`${lines.join('\r\n')}\r\n\r\n${rest}`)
      await client.end()
      // Node ends what is no HTTP at all, and CONNECT, without a word.
      const [, status = '0'] = /^HTTP\/1\.1 (\d{3})/.exec(client.heard) ?? []
      expect(Number(status) < 500 || status === '503', `${lines.join(' | ')} was answered ${client.heard.slice(0, 300)}`).toBe(true)
    },
  ), { numRuns: UPGRADES, endOnFailure: true })
})

/** Stands for the board that there is. */
const BOARD = '01900000-0000-7000-8000-0000000b0a2d'
const query = fc.dictionary(
  fc.constantFrom('board', 'epoch', 'version', 'cid', 'protocol', 'via', 'events', 'since', 'includeDeleted', 'x'),
  fc.oneof(oddText, oddNumber.map(String), fc.uuid(), fc.constantFrom('hybrid', 'off', 'polling', 'true', '0', '1', '2')),
).map(values => ({ ...values, ...'x' in values && { board: BOARD } })).map(values => new URLSearchParams(Object.entries(values).map(([name, value]) => [name, value.toWellFormed()])).toString())
const said = fc.oneof(
  fc.record({ board: fc.constantFrom(BOARD, ''), topic: fc.constantFrom('note', 'member:activity', 'cursor', 'x'), data: oddValue }).map(body => JSON.stringify(body)),
  fc.constant(`{"board":"${BOARD}","topic":"note","data":${'['.repeat(60_000)}${']'.repeat(60_000)}}`),
)
const request = fc.oneof(
  query.map(search => ({ method: 'GET', path: `/api/kanban/updates?${search}`, raw: undefined })),
  query.map(search => ({ method: 'GET', path: `/api/events?${search}`, raw: undefined })),
  fc.oneof(frame, fc.string(), said).map(raw => ({ method: 'POST', path: '/api/events', raw })),
  fc.oneof(frame, fc.string()).map(raw => ({ method: 'POST', path: '/api/kanban/ticket', raw })),
)

it('[S1] no query and no body of the live API does harm', async () => {
  await fc.assert(fc.asyncProperty(request, fc.constantFrom(...cookies, 'aster-session=x'), fc.constantFrom('', 'x', '01900000-0000-7000-8000-00000000dead'), async (asked, as, member) => {
    const { method } = asked
    const [path, raw] = [asked.path.replace(BOARD, boardId), asked.raw?.replace(BOARD, boardId)]
    const { status, text } = await api.request(method, path, { as, ...raw !== undefined && { raw }, headers: member ? { 'aster-member': member } : {} })
    expect(status < 500 || status === 503, `${method} ${path} ${raw?.slice(0, 500)} was answered ${status} ${text}`).toBe(true)
  }), { numRuns: QUERIES, endOnFailure: true })
})

it('[S5] and afterwards nothing is left of all that', async () => {
  await vi.waitFor(() => expect(api.door.size).toBe(0), { timeout: 10_000 })
  expect(api.firm.sockets.size).toBe(0)
  expect(await state()).toBe(before)
  await vi.waitFor(() => expect(handles()).toBeLessThanOrEqual(handlesBefore + 4), { timeout: 10_000 })
  expect(SOCKETS * FRAMES_A_SOCKET + UPGRADES + QUERIES).toBe(10_000)
})
