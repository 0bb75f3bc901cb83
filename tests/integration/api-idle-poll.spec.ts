import { connect } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { SnapshotAnswer } from '#shared/protocol/messages.ts'
import type { ApiServer } from '../helpers/api-server.ts'
import { startApi } from '../helpers/api-server.ts'
import { countDatabase } from '../helpers/count-database.ts'

let api: ApiServer

beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

/** One request, or several one after another, on a connection of its own, and the answer's bytes as they come: status line, headers and body. */
async function bytesOf(path: string, cookie: string, times = 1): Promise<string> {
  const { hostname, port, host } = new URL(api.url)
  return await new Promise((resolve, reject) => {
    let heard = ''
    const socket = connect(Number(port), hostname, () => {
      for (let left = times; left > 0; left--)
        socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\nAccept: application/json\r\n\r\n`)
    })
    socket.setEncoding('latin1')
    socket.on('error', reject)
    socket.on('data', (part: string) => {
      heard += part
      // An answer 304 has no body: it ends with its headers.
      if (heard.split('\r\n\r\n').length > times)
        socket.end(() => resolve(heard))
    })
  })
}

it('[R4] [R5] an unchanged poll asks the database nothing and answers with less than 200 bytes in all', async () => {
  const cookie = await api.signIn('partner@demo.test')
  const board = (await api.request('GET', '/api/kanban/snapshot', { as: cookie })).body as unknown as SnapshotAnswer
  const matter = board.matters[0]!
  const cid = '01900000-0000-7000-8000-0000000000c1'
  const item = { n: 1, kind: 'edit', id: matter.id, args: { set: { title: 'Another' } } }
  const count = countDatabase(api.firm.repository)

  // A change, so that there is something to ask the database about: the counter hears all of it.
  expect(await api.request('POST', '/api/kanban/mutations', { as: cookie, body: { protocol: 2, board: board.board.id, cid, items: [item] } }))
    .toMatchObject({ status: 200, body: { results: [{ n: 1, status: 'ok' }] } })
  expect(count.calls).toContain('transaction')
  expect(count.statements).toBeGreaterThan(5)

  const poll = (version: number, times = 1) =>
    bytesOf(`/api/kanban/updates?board=${board.board.id}&epoch=${board.epoch}&version=${version}&cid=${cid}&protocol=2`, cookie, times)
  count.calls.length = 0
  expect(await poll(board.version + 1)).toMatch(/^HTTP\/1\.1 304 /)
  expect(count.calls).not.toEqual([])

  count.calls.length = 0
  count.statements = 0
  const answer = await poll(board.version + 1)
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 304 .*\r\netag: "${board.epoch}\\.${board.version + 1}"\r\n`, 's'))
  expect({ calls: count.calls, statements: count.statements }).toEqual({ calls: [], statements: 0 })
  // There is room for the versions of a long life.
  const sizeOf = (text: string) => Buffer.byteLength(text, 'latin1') + '000000000'.length
  expect(sizeOf(answer)).toBeLessThan(200)
  expect(answer).not.toContain('aster-next')

  // A server that has too much to do says so in the same few bytes, to those who only ask.
  const { reader } = api.firm
  const { nothingNew } = reader
  reader.nothingNew = place => ({ ...nothingNew(place), next: 40_000 })
  const busy = await poll(board.version + 1)
  const both = await poll(board.version + 1, 2)
  reader.nothingNew = nothingNew
  expect(busy).toMatch(/^HTTP\/1\.1 304 .*\r\naster-next: 40000\r\n/s)
  expect(sizeOf(busy)).toBeLessThan(200)
  // And its connection stays.
  expect(both.match(/^HTTP\/1\.1 304 /gm)).toHaveLength(2)
})
