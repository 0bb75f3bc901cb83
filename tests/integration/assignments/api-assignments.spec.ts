import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Matter } from '#shared/kanban/matter.ts'
import type { ApiServer } from '../../helpers/api-server.ts'
import { startApi } from '../../helpers/api-server.ts'

let api: ApiServer
let path: string
const cookies: Record<string, string> = {}

beforeAll(async () => {
  api = await startApi()
  for (const account of ['partner', 'partner2', 'associate', 'clerk', 'client', 'admin'])
    cookies[account] = await api.signIn(`${account}@demo.test`)
  path = `/api/boards/${(await api.firm.reader.listBoards())[0]!.id}/assignments`
})
afterAll(() => api.close())

const read = (account: string, query = '', headers: Record<string, string> = {}) => api.request('GET', path + query, { as: cookies[account]!, headers })

describe('GET /api/boards/:id/assignments', () => {
  it('answers 200 with a tag, and 304 to who has it', async () => {
    const { status, headers, body } = await read('partner')
    expect({ status, cache: headers.get('cache-control'), etag: headers.get('etag') }).toEqual({ status: 200, cache: 'private, no-store', etag: `"${String(body.tag)}"` })
    const again = await read('partner', '', { 'if-none-match': headers.get('etag')! })
    expect(again).toMatchObject({ status: 304, text: '' })
    expect(JSON.stringify([...again.headers]).length).toBeLessThan(400)
    expect((await read('partner', '?days=90', { 'if-none-match': headers.get('etag')! })).status).toBe(200)
  })

  it('is not for clients and administrators, and for nobody who isn\'t signed in', async () => {
    for (const account of ['client', 'admin'])
      expect(await read(account)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } })
    expect(await api.request('GET', path)).toMatchObject({ status: 401 })
    expect(await api.request('GET', path.replace(/[^/]+\/assignments/, '01900000-0000-7000-8000-00000000dead/assignments'), { as: cookies.partner! })).toMatchObject({ status: 404, body: { code: 'BOARD_GONE' } })
    expect(await read('partner', '?days=15')).toMatchObject({ status: 422, body: { code: 'VALIDATION', field: 'days' } })
    expect(await read('partner', '', { 'aster-member': '01900000-0000-7000-8000-00000000dead' })).toMatchObject({ status: 401 })
  })

  it('shows a colleague\'s assignment, which one who assigned another meanwhile is told of', async () => {
    const { body: { matter } } = await api.request('POST', '/api/matters', { as: cookies.clerk!, body: { title: 'Just came in' } })
    const { id, version } = matter as Matter
    const { body } = await read('partner')
    const [first, second] = (body.members as { id: string, role: string, active: boolean }[]).filter(({ role, active }) => role === 'ASSOCIATE' && active)
    expect(body.unassigned).toContainEqual(expect.objectContaining({ id, version }))
    const assign = (as: string, memberId: string) => api.request('PATCH', `/api/matters/${id}`, {
      as: cookies[as]!, body: { assignments: { put: [{ memberId, role: 'PRIMARY_LAWYER' }] }, base: { [`assignments/${memberId}`]: version } },
    })
    const { body: { version: made } } = await assign('partner2', first!.id)
    expect((await read('partner')).body.unassigned).not.toContainEqual(expect.objectContaining({ id }))
    expect(await assign('partner', second!.id)).toMatchObject({ status: 409, body: { code: 'CONFLICT', conflicts: [{ field: `assignments/${second!.id}`, version: made }] } })
    // The same choice is agreement.
    expect(await assign('partner', first!.id)).toMatchObject({ status: 200 })
    expect(await api.request('POST', `/api/matters/${id}/move`, { as: cookies.partner2!, body: { column: 'intake', undoOf: made } })).toMatchObject({ status: 200 })
    expect((await read('partner')).body.unassigned).toContainEqual(expect.objectContaining({ id }))
  })
})
