import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SnapshotAnswer } from '#shared/protocol/messages.ts'
import type { Matter } from '#shared/kanban/matter.ts'
import { digestRows } from '#shared/sync/digest.ts'
import { v7 as uuidv7 } from 'uuid'
import type { ApiServer } from '../helpers/api-server.ts'
import { startApi } from '../helpers/api-server.ts'

let api: ApiServer
let partner: string
let paralegal: string
let client: string
let board: SnapshotAnswer

beforeAll(async () => {
  api = await startApi();
  [partner, paralegal, client] = [await api.signIn('partner@demo.test'), await api.signIn('paralegal@demo.test'), await api.signIn('client@demo.test')]
  board = (await api.request('GET', '/api/kanban/snapshot', { as: partner })).body as unknown as SnapshotAnswer
})
afterAll(() => api.close())

/** A fresh matter of the partner's. */
async function open(body: Record<string, unknown> = {}): Promise<Matter> {
  const { status, body: answer } = await api.request('POST', '/api/matters', { as: partner, body: { title: 'Lease', ...body } })
  expect(status).toBe(201)
  return answer.matter as Matter
}
const position = async (as: string) => (await api.request('GET', '/api/kanban/snapshot', { as })).body as unknown as SnapshotAnswer

describe('POST /api/matters', () => {
  it('opens a matter in the first column, with the firm\'s next number and the caller as its lawyer', async () => {
    const matter = await open({ clientName: 'Hoshino', practiceArea: 'CRIMINAL', tags: ['a', 'a'] })
    const me = (await api.request('GET', '/api/auth/me', { as: partner })).body.member as { id: string }
    expect(matter).toMatchObject({ columnId: board.columns[0]!.id, tags: ['a'], assignments: [{ memberId: me.id, role: 'PRIMARY_LAWYER' }] })
    expect(matter.caseNumber).toMatch(/^\d{4}-CM-\d{4}$/)
  })
  it('keeps the id that the caller made, once', async () => {
    const id = uuidv7()
    expect((await open({ id })).id).toBe(id)
    expect(await api.request('POST', '/api/matters', { as: partner, body: { id, title: 'Lease' } })).toMatchObject({ status: 409, body: { code: 'ID_TAKEN', field: 'id' } })
  })
  it('takes a lawyer\'s name from those who are none, or leaves it to nobody yet, and lets them work on it', async () => {
    const me = (await api.request('GET', '/api/auth/me', { as: paralegal })).body.member as { id: string }
    const lawyer = board.members.find(({ role }) => role === 'ASSOCIATE')!
    expect(await api.request('POST', '/api/matters', { as: paralegal, body: { title: 'Lease' } })).toMatchObject({ status: 201, body: { matter: { assignments: [{ memberId: me.id, role: 'PARALEGAL' }] } } })
    const assignments = [{ memberId: lawyer.id, role: 'PRIMARY_LAWYER' }]
    const { body } = await api.request('POST', '/api/matters', { as: paralegal, body: { title: 'Lease', assignments } })
    expect((body.matter as Matter).assignments).toEqual([...assignments, { memberId: me.id, role: 'PARALEGAL' }])
  })
  it('opens nothing in a closed column, and nothing for a client', async () => {
    expect(await api.request('POST', '/api/matters', { as: partner, body: { title: 'Lease', column: 'closed' } })).toMatchObject({ status: 422, body: { code: 'INVALID_TRANSITION' } })
    expect(await api.request('POST', '/api/matters', { as: client, body: { title: 'Lease' } })).toMatchObject({ status: 422, body: { code: 'INSUFFICIENT_PERMISSION' } })
  })
  it('does a request with the same key once', async () => {
    const headers = { 'idempotency-key': uuidv7() }
    const body = { title: 'Once' }
    const first = await api.request('POST', '/api/matters', { as: partner, body, headers })
    const second = await api.request('POST', '/api/matters', { as: partner, body, headers })
    expect(second).toMatchObject({ status: 201, body: first.body })
    expect(await api.request('POST', '/api/matters', { as: partner, body: { title: 'Other' }, headers })).toMatchObject({ status: 409, body: { code: 'IDEMPOTENCY_MISMATCH' } })
  })
})

describe('PATCH /api/matters/:id', () => {
  const edit = (id: string, body: unknown, as = partner) => api.request('PATCH', `/api/matters/${id}`, { as, body })

  it('sets fields, and takes lists whole or by what changes', async () => {
    const { id } = await open({ tags: ['a', 'b'] })
    const [one, two, three] = [uuidv7(), uuidv7(), uuidv7()]
    const task = (id: string) => ({ id, title: `Task ${id}`, doneAt: null })
    await edit(id, { title: ' New ', tags: ['b', 'c'], tasks: [task(one), task(two)] })
    const { body } = await edit(id, { tags: { add: ['d'], remove: ['b'] }, tasks: [task(three), task(one)] })
    expect(body.matter).toMatchObject({ title: 'New', tags: ['c', 'd'], tasks: [task(three), task(one)] })
    const changed = await edit(id, { tasks: { remove: [one], put: [{ ...task(three), doneAt: 5 }] } })
    expect(changed.body.matter).toMatchObject({ tasks: [{ id: three, doneAt: 5 }] })
  })
  it('takes a whole list of people', async () => {
    const { id } = await open()
    const [first, second] = board.members.filter(({ role, active }) => active && (role === 'PARTNER' || role === 'ASSOCIATE'))
    const assignments = [{ memberId: second!.id, role: 'PRIMARY_LAWYER' }, { memberId: first!.id, role: 'SECONDARY_LAWYER' }]
    expect((await edit(id, { assignments })).body.matter).toMatchObject({ assignments })
    expect(await edit(id, { assignments: [...assignments, assignments[0]] })).toMatchObject({ status: 422, body: { field: 'assignments' } })
  })
  it('shows the newer value to who looked at an older one', async () => {
    const { id, version } = await open()
    await edit(id, { title: 'Theirs' })
    const { status, body } = await edit(id, { title: 'Mine', base: { title: version } })
    expect(status).toBe(409)
    expect(body).toMatchObject({ code: 'CONFLICT', conflicts: [{ field: 'title', value: 'Theirs' }] })
  })
})

describe('POST /api/matters/:id/move', () => {
  const move = (id: string, body: unknown, as = partner) => api.request('POST', `/api/matters/${id}/move`, { as, body })

  it('knows a column by id, key, and key in capitals', async () => {
    const { id } = await open()
    const inProgress = board.columns.find(({ key }) => key === 'in-progress')!.id
    expect((await move(id, { column: 'INITIAL_REVIEW' })).status).toBe(200)
    expect((await move(id, { column: 'in-progress' })).body.matter).toMatchObject({ columnId: inProgress })
    expect((await move(id, { column: inProgress, position: 0 })).status).toBe(200)
  })
  it('names the columns that are allowed when it refuses', async () => {
    const { id } = await open()
    expect(await move(id, { column: 'review' })).toMatchObject({ status: 422, body: { code: 'INVALID_TRANSITION', allowed: ['initial-review'] } })
    expect(await move(id, { column: 'nowhere' })).toMatchObject({ status: 422, body: { code: 'COLUMN_GONE', allowed: expect.arrayContaining(['initial-review']) } })
    expect(await move(id, { column: 'initial-review', position: 0, before: id })).toMatchObject({ status: 422, body: { code: 'VALIDATION', field: 'position' } })
  })
  it('takes the caller\'s move back', async () => {
    const { id, columnId } = await open()
    const { body } = await move(id, { column: 'initial-review' })
    expect((await move(id, { column: columnId, undoOf: body.version })).body.matter).toMatchObject({ columnId })
  })
})

describe('GET /api/kanban/digest', () => {
  it('[K2] compares the caller\'s rows with the board\'s', async () => {
    const { epoch, version, matters } = await position(paralegal)
    const ask = async (digest: string) => (await api.request('GET', `/api/kanban/digest?board=${board.board.id}&epoch=${epoch}&version=${version}&digest=${digest}&protocol=2`, { as: paralegal }))
    expect(await ask(digestRows(matters))).toMatchObject({ status: 200, body: { same: true } })
    expect(await api.request('GET', `/api/kanban/digest?epoch=${epoch}&version=${version + 1}&digest=${digestRows([])}`, { as: paralegal })).toMatchObject({ status: 200, body: { same: null } })
    expect(await api.request('GET', `/api/kanban/digest?epoch=${epoch}&version=${version}&digest=${digestRows([])}&protocol=99`, { as: paralegal })).toMatchObject({ status: 426 })
    expect(await api.request('GET', `/api/kanban/digest?epoch=${epoch}&version=${version}&digest=${digestRows([])}`)).toMatchObject({ status: 401 })
  })
})

describe('a matter\'s comments and history', () => {
  it('come and go', async () => {
    const { id } = await open()
    const commentId = uuidv7()
    expect(await api.request('POST', `/api/matters/${id}/comments`, { as: partner, body: { id: commentId, body: 'Called.' } })).toMatchObject({ status: 201 })
    expect(await api.request('PATCH', `/api/matters/${id}/comments/${commentId}`, { as: partner, body: { body: 'Called twice.' } })).toMatchObject({ status: 200 })
    expect((await api.request('GET', `/api/matters/${id}/comments`, { as: paralegal })).body.comments).toMatchObject([{ id: commentId, body: 'Called twice.' }])
    expect(await api.request('DELETE', `/api/matters/${id}/comments/${commentId}`, { as: partner })).toMatchObject({ status: 200, body: { matter: { commentCount: 0 } } })
    const { activity } = (await api.request('GET', `/api/matters/${id}/activity`, { as: partner })).body as unknown as { activity: { kind: string }[] }
    expect(activity.map(({ kind }) => kind)).toEqual(['commentRemoved', 'commentEdited', 'commentAdded', 'created'])
    expect(activity[0]).not.toHaveProperty('before')
  })
})

describe('DELETE /api/matters/:id', () => {
  it('is a partner\'s, and final', async () => {
    const { id } = await open()
    expect(await api.request('DELETE', `/api/matters/${id}`, { as: paralegal, body: {} })).toMatchObject({ status: 422, body: { code: 'INSUFFICIENT_PERMISSION' } })
    expect(await api.request('DELETE', `/api/matters/${id}`, { as: partner })).toMatchObject({ status: 200, body: { matter: null } })
    expect(await api.request('GET', `/api/matters/${id}`, { as: partner })).toMatchObject({ status: 404, body: { code: 'MATTER_GONE' } })
  })
})

describe('GET /api/kanban/updates', () => {
  it('[R4] answers an unchanged poll in under 200 bytes of our own', async () => {
    const { epoch, version } = await position(paralegal)
    const { status, headers, text } = await api.request('GET', `/api/kanban/updates?epoch=${epoch}&version=${version}`, { as: paralegal })
    expect({ status, text }).toEqual({ status: 304, text: '' })
    expect(headers.get('etag')).toBe(`"${epoch}.${version}"`)
    const own = [...headers].filter(([name]) => !['date', 'connection', 'keep-alive'].includes(name)).map(([name, value]) => `${name}: ${value}\r\n`).join('')
    expect(own.length).toBeLessThan(200)
    expect((await api.request('GET', '/api/kanban/updates', { as: paralegal, headers: { 'if-none-match': `"${epoch}.${version}"` } })).status).toBe(304)
  })
  it('tells of a colleague\'s move, and resets who is elsewhere', async () => {
    const { epoch, version } = await position(paralegal)
    const { id } = await open()
    const { status, headers, body } = await api.request('GET', `/api/kanban/updates?epoch=${epoch}&version=${version}`, { as: paralegal })
    expect({ status, body }).toMatchObject({ status: 200, body: { from: version, version: version + 1, matters: [{ op: 'put', id }] } })
    expect(headers.get('cache-control')).toBe('private, no-store')
    expect(await api.request('GET', `/api/kanban/updates?epoch=other&version=${version}`, { as: paralegal })).toMatchObject({ status: 409, body: { reset: 'epoch' } })
    expect(await api.request('GET', `/api/kanban/updates?epoch=${epoch}&version=999999`, { as: paralegal })).toMatchObject({ status: 409, body: { reset: 'ahead' } })
  })
  it('[R4] holds a poll until there is something to tell', async () => {
    const { epoch, version } = await position(paralegal)
    const held = api.request('GET', `/api/kanban/updates?epoch=${epoch}&version=${version}&wait=20`, { as: paralegal })
    const { id } = await open()
    expect(await held).toMatchObject({ status: 200, body: { matters: [{ id }] } })
  })
})
