import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { importUnattended } from '#server/services/import/import-unattended.ts'
import type { UnattendedOptions } from '#server/services/import/import-unattended.ts'
import { importOverServer, OPERATOR_IMPORT_PATH } from '#server/services/operator/import-over-server.ts'
import { packImport } from '#server/services/operator/operator-body.ts'
import { leaveAccess, localUrl, readAccess, removeAccess } from '#server/services/operator/operator-file.ts'
import { closeOperatorDoor, openOperatorDoor } from '#server/utils/operator.ts'
import type { ApiServer } from '../helpers/api-server.ts'
import { startApi } from '../helpers/api-server.ts'
import { trello, trelloCard, trelloId, trelloList } from '../helpers/import-files.ts'

const FILE = trello({
  lists: [trelloList(0), trelloList(1, { closed: true })],
  cards: [trelloCard(1), trelloCard(2, { closed: true }), trelloCard(3, { idList: trelloId(901) })],
})
const OPTIONS: UnattendedOptions = { fileName: 'cases.json', fields: [], people: [], dryRun: false }

let api: ApiServer
let dataDir: string

beforeAll(async () => {
  api = await startApi()
  dataDir = process.env.DATA_DIR!
  process.env.PORT = new URL(api.url).port
  await openOperatorDoor()
})
afterAll(async () => {
  await closeOperatorDoor()
  expect(await readAccess(dataDir)).toBeNull()
  Reflect.deleteProperty(process.env, 'PORT')
  await api.close()
})

const send = (method: string, path: string, headers: Record<string, string>, raw: Uint8Array<ArrayBuffer> | undefined = undefined) =>
  api.request(method, path, { headers, ...(raw && { raw }) })
const withToken = async () => ({ authorization: `Bearer ${(await readAccess(dataDir))!.token}` })

describe('the address for commands', () => {
  it.each<Record<string, string>>([{}, { authorization: '' }, { authorization: 'Bearer ' }, { authorization: `Bearer ${'x'.repeat(43)}` }, { authorization: 'Basic eDp5' }])(
    'is nowhere for who says %o, whatever the method and however long the body',
    async (headers) => {
      for (const [method, raw] of [['POST', new Uint8Array(8)], ['POST', undefined], ['POST', new Uint8Array(1_100_000)], ['GET', undefined], ['PUT', new Uint8Array(8)], ['DELETE', undefined]] as const) {
        const [here, elsewhere] = [await send(method, OPERATOR_IMPORT_PATH, headers, raw), await send(method, '/api/operator/nothing', headers, raw)]
        const plain = ({ status, text, headers }: typeof here) => ({ status, text, headers: [...headers].filter(([name]) => name !== 'date') })
        expect(plain(here)).toEqual(plain(elsewhere))
        if ((raw?.length ?? 0) < 1_000_000)
          expect(here).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
      }
    },
  )

  it('is nowhere with a member\'s session, or with the token by another method', async () => {
    expect(await api.request('POST', OPERATOR_IMPORT_PATH, { as: await api.signIn('admin@demo.test'), raw: new Uint8Array(8) })).toMatchObject({ status: 404 })
    expect(await send('GET', OPERATOR_IMPORT_PATH, await withToken())).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
  })

  it.each([
    ['', 422], ['{}', 422], ['{"a"\n', 400], ['{"fileName":1}\n', 422], ['{"fileName":"a\\u0000","fields":[],"people":[],"dryRun":false}\n', 422],
    [`${JSON.stringify({ ...OPTIONS, encoding: 'klingon' })}\n`, 422], [`${JSON.stringify({ ...OPTIONS, more: 1 })}\n`, 422], [`${JSON.stringify(OPTIONS)}\n`, 422],
  ])('refuses %j', async (text, status) => {
    expect(await send('POST', OPERATOR_IMPORT_PATH, await withToken(), new TextEncoder().encode(text))).toMatchObject({ status, body: { code: expect.any(String) } })
  })

  it('takes files as long as the browser does, and no longer', async () => {
    const body = (size: number) => new Uint8Array(packImport(OPTIONS, new Uint8Array(size)))
    expect(await send('POST', OPERATOR_IMPORT_PATH, await withToken(), body(2_000_000))).toMatchObject({ status: 422 })
    expect(await send('POST', OPERATOR_IMPORT_PATH, await withToken(), body(22 * 1024 * 1024))).toMatchObject({ status: 413, body: { code: 'IMPORT_TOO_LARGE' } })
    await expect(importOverServer(dataDir, new Uint8Array(21 * 1024 * 1024), OPTIONS)).rejects.toMatchObject({ code: 'IMPORT_TOO_LARGE' })
  })
})

describe('an import through the running server', () => {
  it('says what one beside it would, writes what it says, and changes nothing the second time', async () => {
    const dry = { ...OPTIONS, dryRun: true }
    const forecast = await importOverServer(dataDir, FILE, dry)
    expect(forecast).toMatchObject({ stopped: null, report: { dryRun: true, created: 3, columns: 2, archivedColumns: 1, matters: 3 } })
    expect(forecast).toEqual(await importUnattended(api.firm, FILE, dry))
    expect((await api.firm.repository.boards.list()).map(({ name }) => name)).not.toContain('Cases')

    expect(await importOverServer(dataDir, FILE, OPTIONS)).toMatchObject({ stopped: null, report: { board: 'Cases', created: 3, skipped: 0, failed: 0 } })
    const board = (await api.firm.repository.boards.list()).find(({ name }) => name === 'Cases')!
    const { version } = board
    const again = await importOverServer(dataDir, FILE, OPTIONS)
    expect(again).toMatchObject({ report: { created: 0, updated: 0, skipped: 3, failed: 0 } })
    expect(again).toEqual(await importUnattended(api.firm, FILE, OPTIONS))
    expect(await api.firm.repository.boards.find(board.id)).toMatchObject({ version })
  })

  it('reaches whoever waits for news of the board', async () => {
    const as = await api.signIn('partner2@demo.test')
    const { id, version } = (await api.firm.repository.boards.list()).find(({ name }) => name === 'Cases')!
    const news = api.request('GET', `/api/kanban/updates?board=${id}&version=${version}&wait=20`, { as })
    await importOverServer(dataDir, trello({ lists: [trelloList(0)], cards: [trelloCard(9)] }), { ...OPTIONS, board: 'Cases' })
    expect((await news).text).toContain('Card 9')
  })

  it('is refused with the words of one beside it', async () => {
    for (const options of [{ as: 'nobody@firm.example' }, { as: 'clerk@demo.test' }, { lawyer: 'nobody@firm.example' }]) {
      const direct = await importUnattended(api.firm, FILE, { ...OPTIONS, ...options }).catch((error: Error) => error.message)
      await expect(importOverServer(dataDir, FILE, { ...OPTIONS, ...options })).rejects.toThrow(direct as string)
    }
  })

  it('doesn\'t happen without a server that knows the token', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'aster-operator-'))
    const stranger = createServer((_, response) => response.writeHead(200).end('hello')).listen(0, '127.0.0.1')
    onTestFinished(async () => {
      stranger.close()
      await rm(folder, { recursive: true })
    })
    expect(await importOverServer(folder, FILE, OPTIONS), 'no word').toBeNull()
    await writeFile(join(folder, 'operator.json'), '{')
    expect(await importOverServer(folder, FILE, OPTIONS), 'half a word').toBeNull()
    for (const [why, url] of [['nobody', 'http://127.0.0.1:1'], ['a stranger', localUrl('', String((stranger.address() as AddressInfo).port))], ['another start of ours', api.url]]) {
      await leaveAccess(folder, url!)
      expect(await importOverServer(folder, FILE, OPTIONS), why).toBeNull()
    }
  })
})

describe('a server that is stopped', () => {
  it('lets the command go, which says how far it came', async () => {
    const rows = Array.from({ length: 2_000 }, (_, index) => `Matter ${index},Open`)
    const outcome = importOverServer(dataDir, new TextEncoder().encode(['Title,Status', ...rows].join('\n')), { ...OPTIONS, fileName: 'many.csv' })
    const isRunning = async () => (await api.firm.repository.imports.list(100)).some(({ state, done }) => state === 'running' && done > 0)
    await expect.poll(isRunning, { timeout: 20_000, interval: 5 }).toBe(true)
    await api.firm.imports.close()
    expect((await outcome)!.stopped).toMatch(/^The server was stopped after \d+ of 2000 rows; it goes on with the rest/)
  })
})

describe('the word in the data folder', () => {
  it('is its owner\'s alone, new at each start, and gone at the end', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'aster-operator-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    await writeFile(join(folder, 'operator.json.new'), 'left by a crash', { mode: 0o644 })
    const first = await leaveAccess(folder, 'http://127.0.0.1:3000')
    expect((await stat(join(folder, 'operator.json'))).mode & 0o777).toBe(0o600)
    expect(JSON.parse(await readFile(join(folder, 'operator.json'), 'utf8'))).toEqual(first)
    const second = await leaveAccess(folder, 'http://127.0.0.1:3000')
    expect(second.token).not.toBe(first.token)
    await removeAccess(folder)
    expect(await readAccess(folder)).toBeNull()
    await removeAccess(folder)
  })

  it.each([
    [undefined, undefined, 'http://127.0.0.1:3000'], ['', ' ', 'http://127.0.0.1:3000'], ['0.0.0.0', '80', 'http://127.0.0.1:80'], ['::', '80', 'http://[::1]:80'],
    ['::1', '80', 'http://[::1]:80'], ['192.0.2.7', '80', 'http://192.0.2.7:80'], ['localhost', '80', 'http://localhost:80'],
  ])('tells of a server on %j, port %j, that it is at %s', (host, port, url) => {
    expect(localUrl(host, port)).toBe(url)
  })
})
