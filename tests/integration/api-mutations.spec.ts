import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Matter } from '#shared/kanban/matter.ts'
import type { MutationsAnswer, SnapshotAnswer, UpdatesAnswer } from '#shared/protocol/messages.ts'
import { MAX_ITEMS } from '#shared/protocol/mutations.ts'
import { PROTOCOL_VERSION } from '#shared/protocol/version.ts'
import type { ApiServer } from '../helpers/api-server.ts'
import { startApi } from '../helpers/api-server.ts'

let api: ApiServer
let partner: string
let associate: string
let board: SnapshotAnswer

beforeAll(async () => {
  api = await startApi();
  [partner, associate] = [await api.signIn('partner@demo.test'), await api.signIn('associate@demo.test')]
  board = (await api.request('GET', '/api/kanban/snapshot', { as: partner })).body as unknown as SnapshotAnswer
})
afterAll(() => api.close())

type Item = { n: number } & Record<string, unknown>

/** Sends items as an outbox does; `more` changes the frame around them. */
async function send(as: string, cid: string, items: Item[], more: Record<string, unknown> = {}) {
  return await api.request('POST', '/api/kanban/mutations', { as, body: { protocol: PROTOCOL_VERSION, board: board.board.id, cid, items, ...more } })
}
async function open(): Promise<Matter> {
  return (await api.request('POST', '/api/matters', { as: partner, body: { title: 'Lease' } })).body.matter as Matter
}
const retitle = (n: number, id: string, title: string, base?: Record<string, number>): Item => ({ n, kind: 'edit', id, args: { set: { title } }, ...(base && { base }) })

describe('POST /api/kanban/mutations', () => {
  it('[M2] answers a result for each in order, refusals of every kind among them', async () => {
    const { id, version } = await open()
    const cid = uuidv7()
    const { status, headers, body } = await send(partner, cid, [
      { n: 1, kind: 'move', id, args: { columnId: board.columns[1]!.id, placement: { end: true } }, base: { columnId: version } },
      { n: 2, kind: 'edit', id, args: { set: { title: 'x' }, tags: { add: ['a'] } } },
      { n: 3, kind: 'move', id, args: { columnId: uuidv7(), placement: { end: true } } },
      { n: 4, kind: 'edit', id, args: { set: { title: 7 } } },
      { n: 5, kind: 'edit', id: uuidv7(), args: { set: { title: 'x' } } },
      { n: 6, kind: 'void' },
      { n: 7, kind: 'comment', id, args: { action: 'add', commentId: uuidv7(), body: 'Note' } },
      { n: 8, kind: 'delete', id, args: { reason: 'twice' } },
    ])
    expect(status).toBe(200)
    expect(headers.get('cache-control')).toBe('private, no-store')
    expect(body as unknown as MutationsAnswer).toEqual({
      protocol: PROTOCOL_VERSION,
      cid,
      results: [
        { n: 1, status: 'ok', version: version + 1 },
        { n: 2, status: 'ok', version: version + 2 },
        { n: 3, status: 'rejected', version: 0, code: 'COLUMN_GONE', allowed: expect.any(Array) },
        { n: 4, status: 'rejected', version: 0, code: 'VALIDATION', field: 'title' },
        { n: 5, status: 'gone', version: 0 },
        { n: 6, status: 'ok', version: 0 },
        { n: 7, status: 'ok', version: version + 3 },
        { n: 8, status: 'ok', version: version + 4 },
      ],
    })
  })

  it('[M2] [M4] makes it once when the answer was lost, and says so with the rows', async () => {
    const { id } = await open()
    const cid = uuidv7()
    const first = await send(partner, cid, [retitle(1, id, 'Once')])
    const second = await send(partner, cid, [retitle(1, id, 'Once')])
    expect(second.body).toEqual(first.body)
    const { version } = (first.body as unknown as MutationsAnswer).results[0]!
    const poll = async (as: string, asked: string) =>
      (await api.request('GET', `/api/kanban/updates?epoch=${board.epoch}&version=${version - 1}&cid=${asked}`, { as })).body as unknown as UpdatesAnswer
    expect(await poll(partner, cid)).toMatchObject({ version, acks: { [cid]: 1 }, matters: [{ op: 'set', id, fields: { title: 'Once' } }] })
    expect((await poll(associate, cid)).acks).toEqual({})
    expect((await api.request('GET', `/api/kanban/snapshot?cid=${cid}`, { as: partner })).body.acks).toEqual({ [cid]: 1 })
  })

  it('[M2] answers a gap with the number that it wants, and what came before one with its results', async () => {
    const { id } = await open()
    const cid = uuidv7()
    expect(await send(partner, cid, [retitle(3, id, 'Three')])).toMatchObject({ status: 409, body: { code: 'ORDER', wanted: 1 } })
    expect(await send(partner, cid, [retitle(1, id, 'One'), retitle(3, id, 'Three')])).toMatchObject({ status: 200, body: { results: [{ n: 1, status: 'ok' }] } })
    expect((await send(partner, cid, [retitle(3, id, 'Three')])).body).toMatchObject({ code: 'ORDER', wanted: 2 })
  })

  it('[M2] ends at what isn\'t the item\'s fault, and uses no number up for it', async () => {
    const { id } = await open()
    const cid = uuidv7()
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
    const { transaction } = api.firm.repository
    let transactions = 0
    api.firm.repository.transaction = work => ++transactions === 2 ? Promise.reject(Object.assign(new Error('away'), { code: 'ECONNREFUSED' })) : transaction(work)
    expect(await send(partner, cid, [retitle(1, id, 'One'), retitle(2, id, 'Two'), retitle(3, id, 'Three')])).toMatchObject({ status: 200, body: { results: [{ n: 1 }] } })
    transactions = 1
    expect(await send(partner, cid, [retitle(2, id, 'Two')])).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } })
    api.firm.repository.transaction = transaction
    expect((await send(partner, cid, [retitle(2, id, 'Two')])).body).toMatchObject({ results: [{ n: 2, status: 'ok' }] })
    expect(logged.mock.calls.map(([line]) => line)).toEqual([
      expect.stringMatching(/^api: POST \/api\/kanban\/mutations failed: Error ECONNREFUSED/), expect.stringMatching(/^api: POST/),
    ])
    logged.mockRestore()
  })

  it('[M1] refuses another member\'s outbox, and a board that isn\'t there', async () => {
    const { id } = await open()
    const cid = uuidv7()
    await send(partner, cid, [retitle(1, id, 'One')])
    expect(await send(associate, cid, [retitle(1, id, 'One')])).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } })
    expect(await send(partner, cid, [retitle(1, id, 'One')], { board: uuidv7() })).toMatchObject({ status: 404, body: { code: 'BOARD_GONE' } })
  })

  it('[M2] reads each item by itself: half a character, a name given twice, a field that isn\'t there', async () => {
    const { id } = await open()
    const task = { id: uuidv7(), title: 'Call' }
    const bad: [Record<string, unknown>, string][] = [
      [{ kind: 'edit', id, args: { set: { title: 'half \uD800' } } }, 'title'],
      [{ kind: 'comment', id, args: { action: 'add', commentId: uuidv7(), body: 'a\0b' } }, 'body'],
      [{ kind: 'edit', id, args: { tasks: { put: [task, task] } } }, 'tasks'],
      [{ kind: 'create', id: uuidv7(), args: { columnId: 'x', title: 'x', clientName: '', externalRefs: [{ source: 'trello', id: 'c' }] } }, 'externalRefs'],
      [{ kind: 'move', id, args: { columnId: 'x', placement: { before: id, after: id } } }, 'placement'],
      [{ kind: 'edit', id, args: {}, base: { title: -1 } }, 'base.title'],
      [{ kind: 'undo', id, args: { n: 0 } }, 'undo'],
      [{ kind: 'edit', id: 'NO', args: {} }, 'id'],
      [{ kind: 'edit', id, args: null }, 'args'],
    ]
    const { status, body } = await send(partner, uuidv7(), bad.map(([item], index) => ({ n: index + 1, ...item })))
    const { results } = body as unknown as MutationsAnswer
    expect(status).toBe(200)
    expect(results.map(({ n, status, code }) => ({ n, status, code }))).toEqual(bad.map((_, index) => ({ n: index + 1, status: 'rejected', code: 'VALIDATION' })))
    expect(results.map(({ field }) => field)).toEqual(bad.map(([item, field]) => item.kind === 'undo' ? expect.stringContaining('') : field))
  })

  it('wants a frame that can be read', async () => {
    const { id } = await open()
    const item = retitle(1, id, 'x')
    const frames: [Record<string, unknown>, string][] = [
      [{ cid: 'browser' }, 'cid'], [{ items: [] }, 'items'], [{ items: Array.from({ length: MAX_ITEMS + 1 }, () => item) }, 'items'],
      [{ items: [{ ...item, n: 0 }] }, 'items.0.n'], [{ items: [{ kind: 'void' }] }, 'items.0.n'], [{ more: 1 }, 'more'],
      [{ board: undefined }, 'board'], [{ protocol: 'two' }, 'protocol'],
    ]
    for (const [frame, field] of frames)
      expect(await send(partner, uuidv7(), [item], frame)).toMatchObject({ status: 422, body: { code: 'VALIDATION', field } })
  })

  it('[M2] takes the single routes in turn: they see what it made, and it what they made', async () => {
    const { id, version } = await open()
    const cid = uuidv7()
    await send(partner, cid, [retitle(1, id, 'Numbered', { title: version })])
    expect(await api.request('PATCH', `/api/matters/${id}`, { as: partner, body: { title: 'Plain', base: { title: version } } }))
      .toMatchObject({ status: 409, body: { code: 'CONFLICT', conflicts: [{ field: 'title', value: 'Numbered', version: version + 1 }] } })
    const headers = { 'idempotency-key': uuidv7() }
    const plain = await api.request('PATCH', `/api/matters/${id}`, { as: partner, body: { title: 'Plain' }, headers })
    expect((await send(partner, cid, [retitle(2, id, 'Mine', { title: version })])).body).toMatchObject({ results: [{ status: 'conflict', conflicts: [{ value: 'Plain' }] }] })
    expect((await api.request('PATCH', `/api/matters/${id}`, { as: partner, body: { title: 'Plain' }, headers })).body).toEqual(plain.body)
  })
})

describe('the protocol that a caller speaks', () => {
  const speak = async (protocol: number) => [
    await send(partner, uuidv7(), [{ n: 1, kind: 'void' }], { protocol }),
    await api.request('GET', `/api/kanban/snapshot?protocol=${protocol}`, { as: partner }),
    await api.request('GET', `/api/kanban/updates?protocol=${protocol}`, { as: partner }),
  ].map(({ status, body }) => ({ status, code: body?.code }))

  it('[K1] is this server\'s or the one before', async () => {
    for (const protocol of [PROTOCOL_VERSION, PROTOCOL_VERSION - 1])
      expect((await speak(protocol)).map(({ status }) => status)).toEqual([200, 200, 200])
  })

  it('[K1] of another age is told to come back newer, whatever else it says', async () => {
    for (const protocol of [PROTOCOL_VERSION - 2, PROTOCOL_VERSION + 1].filter(age => age > 0))
      expect(await speak(protocol)).toEqual(Array.from({ length: 3 }, () => ({ status: 426, code: 'UPGRADE_REQUIRED' })))
    expect(await api.request('POST', '/api/kanban/mutations', { as: partner, body: { protocol: 99, changes: 'of a new kind' } }))
      .toMatchObject({ status: 426, body: { code: 'UPGRADE_REQUIRED' } })
    expect(await api.request('GET', '/api/kanban/updates?protocol=0', { as: partner })).toMatchObject({ status: 426 })
  })

  it('[K1] is the newest for who names none', async () => {
    expect((await api.request('GET', '/api/kanban/snapshot', { as: partner })).body).toMatchObject({ protocol: PROTOCOL_VERSION })
    expect(await send(partner, uuidv7(), [{ n: 1, kind: 'void' }], { protocol: undefined })).toMatchObject({ status: 200 })
  })
})
