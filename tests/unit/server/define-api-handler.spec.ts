import { createApp, toWebHandler } from 'h3'
import { describe, expect, it, vi } from 'vitest'
import { Problem } from '#shared/protocol/problems.ts'
import { defineApiHandler } from '#server/utils/define-api-handler.ts'

async function answerTo(handler: () => unknown): Promise<{ status: number, headers: Headers, body: unknown }> {
  const app = createApp().use(defineApiHandler(handler))
  const response = await toWebHandler(app)(new Request('http://board.test/api/matters?secret=1'))
  return { status: response.status, headers: response.headers, body: await response.json() }
}
const fail = (error: unknown) => () => {
  throw error
}

describe('an API handler', () => {
  it('answers what it is given, for nobody to keep', async () => {
    const { status, headers, body } = await answerTo(() => ({ ok: true }))
    expect({ status, body }).toEqual({ status: 200, body: { ok: true } })
    expect(headers.get('cache-control')).toBe('private, no-store')
  })
  it('turns a problem into its status and body', async () => {
    const { status, body } = await answerTo(fail(new Problem('VALIDATION', 'must be short', { field: 'title' })))
    expect({ status, body }).toEqual({ status: 422, body: { code: 'VALIDATION', message: 'must be short', field: 'title' } })
  })
  it('keeps a mistake of ours to one line of the log, without query or message', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    const { status, body } = await answerTo(fail(new TypeError('Hoshino v. Sato is undefined')))
    expect({ status, code: (body as { code: string }).code }).toEqual({ status: 500, code: 'INTERNAL' })
    expect(JSON.stringify(body)).not.toContain('Hoshino')
    expect(log).toHaveBeenCalledOnce()
    expect(log.mock.calls[0]![0]).toMatch(/^api: GET \/api\/matters failed: TypeError/)
    expect(log.mock.calls[0]![0]).not.toMatch(/Hoshino|secret|\n/)
  })
  it.each([
    { code: '57P01' }, { code: 'ECONNREFUSED' }, { code: '08006' }, { errcode: 13 }, { errcode: 10 | (3 << 8) },
  ])('says that the database is away for %o', async (fields) => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const { status, headers } = await answerTo(fail(Object.assign(new Error('away'), fields)))
    expect(status).toBe(503)
    expect(headers.get('retry-after')).toBe('5')
  })
  it.each([{ code: '23505' }, { errcode: 2067 }, {}])('takes %o for a mistake of ours', async (fields) => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    expect((await answerTo(fail(Object.assign(new Error('no'), fields)))).status).toBe(500)
    expect((await answerTo(fail('text'))).status).toBe(500)
  })
})
