import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs'
import type { AddressInfo, Server } from 'node:net'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect } from '../fixtures.ts'
import { freePort } from '../support/own-server.ts'
import { test } from '../support/server-fixtures.ts'
import type { StartedBoard } from '../support/started-board.ts'
import { operatorEnv } from '../support/started-board.ts'

async function listen(): Promise<Server> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

/** One line and exit code 1: no stack, no second line. */
async function expectRefusal(started: StartedBoard, words: RegExp): Promise<void> {
  expect(await started.code).toBe(1)
  expect(started.said().trim().split('\n')).toHaveLength(1)
  expect(started.said()).toMatch(words)
}

test('the board starts, says where and who may sign in, and ends on SIGTERM', async ({ start, dataDir }) => {
  const board = await start()
  const address = await board.address()
  expect(board.said()).toContain('partner@demo.test')
  expect((await fetch(`${address}/api/health`)).status).toBe(200)
  expect(statSync(dataDir).mode & 0o777).toBe(0o700)
  board.child.kill('SIGTERM')
  expect(await board.code).toBe(0)
  await expect(fetch(`${address}/api/health`)).rejects.toThrow()
})

test('the session of before the restart still opens the board, and its secret is the owner\'s alone', async ({ start, dataDir }) => {
  const first = await start()
  const answer = await fetch(`${await first.address()}/api/auth/login`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email: 'clerk@demo.test', password: 'demo-password' }),
  })
  const [line] = answer.headers.getSetCookie()
  expect(line).toMatch(/HttpOnly/i)
  expect(line).toMatch(/SameSite=Lax/i)
  expect(line).not.toMatch(/; Secure/i)
  first.child.kill('SIGINT')
  expect(await first.code).toBe(0)
  expect(statSync(join(dataDir, 'session-secret')).mode & 0o777).toBe(0o600)

  const from = Date.now()
  const second = await start()
  const me = await fetch(`${await second.address()}/api/auth/me`, { headers: { cookie: line!.split(';')[0]! } })
  expect(me.status).toBe(200)
  expect(Date.now() - from, 'a second start is quick').toBeLessThan(10_000)
})

test('SIGTERM to npm ends the server too', async ({ start }) => {
  const board = await start({}, { direct: false })
  const address = await board.address()
  board.child.kill('SIGTERM')
  await expect.poll(() => fetch(`${address}/api/health`).then(() => 'serves', () => 'gone'), { timeout: 10_000 }).toBe('gone')
})

test('over https the cookie is secure and the browser is told to stay there', async ({ start }) => {
  const port = String(await freePort())
  const board = await start({ PORT: port, BASE_URL: 'https://board.firm.example' })
  expect(await board.address()).toBe('https://board.firm.example')
  const answer = await fetch(`http://127.0.0.1:${port}/api/auth/login`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email: 'clerk@demo.test', password: 'demo-password' }),
  })
  expect(answer.headers.getSetCookie()[0]).toMatch(/; Secure/i)
  expect(answer.headers.get('strict-transport-security')).toMatch(/^max-age=\d+$/)
})

test('a taken port stops it', async ({ start }) => {
  const taken = await listen()
  const { port } = taken.address() as AddressInfo
  await expectRefusal(await start({ PORT: String(port) }), new RegExp(`^Port ${port} is taken`))
  taken.close()
})

test('a data folder that another process holds stops it', async ({ start }) => {
  const first = await start()
  await first.address()
  await expectRefusal(await start(), /in use by another process/)
})

test('a file is imported beside the running server, which does it, and after its end alike', async ({ start, dataDir }) => {
  const file = join(dataDir, 'cases.json')
  const id = (n: number) => n.toString(16).padStart(24, '0')
  writeFileSync(file, JSON.stringify({
    id: id(1), name: 'Cases', lists: [{ id: id(2), name: 'New', closed: false, pos: 1 }],
    cards: [3, 4].map(n => ({ id: id(n), idList: id(2), name: `Card ${n}`, closed: false, pos: n })),
  }))
  const importFile = async (...args: string[]) => {
    const child = spawn(process.execPath, ['scripts/with-node.mjs', 'scripts/import.ts', file, ...args], {
      env: operatorEnv(dataDir), stdio: ['ignore', 'pipe', 'pipe'],
    })
    const said = { out: '', err: '' }
    child.stdout.on('data', chunk => said.out += String(chunk))
    child.stderr.on('data', chunk => said.err += String(chunk))
    const [code] = await once(child, 'close')
    return { code: code as number | null, ...said }
  }
  const access = join(dataDir, 'operator.json')

  const board = await start()
  await board.address()
  expect(statSync(access).mode & 0o777).toBe(0o600)
  expect(await importFile('--as', 'clerk@demo.test')).toEqual({ code: 1, out: '', err: 'Only a partner or an administrator may import.\n' })
  const first = await importFile('--json')
  expect({ code: first.code, err: first.err }).toEqual({ code: 0, err: '' })
  expect(JSON.parse(first.out)).toMatchObject({ file: 'cases.json', board: 'Cases', columns: 1, matters: 2, created: 2, failed: 0 })
  const repeated = await importFile()
  expect(repeated).toMatchObject({ code: 0, out: expect.stringContaining('created 0, updated 0, skipped 2, failed 0') })

  rmSync(access)
  const alone = await importFile()
  expect(alone).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^[^\n]* is in use by another process\. [^\n]*\n$/) })
  board.child.kill('SIGTERM')
  expect(await board.code).toBe(0)
  expect(await importFile()).toEqual(repeated)
  expect(existsSync(access)).toBe(false)
})

test('a clean end takes the word for commands away', async ({ start, dataDir }) => {
  const board = await start()
  await board.address()
  expect(existsSync(join(dataDir, 'operator.json'))).toBe(true)
  board.child.kill('SIGTERM')
  await board.code
  expect(existsSync(join(dataDir, 'operator.json'))).toBe(false)
})

test('a data folder that can\'t be written stops it', async ({ start }) => {
  await expectRefusal(await start({ DATA_DIR: '/proc/aster' }), /^The data folder \/proc\/aster can't be written/)
})

for (const [settings, words] of [
  [{ PORT: 'http' }, /^PORT must be a number/],
  [{ HOST: '192.0.2.1' }, /^The server can't listen on 192\.0\.2\.1/],
  [{ DEMO: 'perhaps' }, /^DEMO must be true or false/],
  [{ NUXT_PUBLIC_REALTIME_TRANSPORT: 'pigeon' }, /^NUXT_PUBLIC_REALTIME_TRANSPORT: "pigeon" is not/],
  [{ DEMO: 'false' }, /ADMIN_EMAIL and ADMIN_PASSWORD/],
  [{ DEMO: 'false', ADMIN_EMAIL: 'ana@firm.example', ADMIN_PASSWORD: 'short' }, /^ADMIN_PASSWORD must have 12/],
] as const) {
  test(`${Object.entries(settings).map(([name, value]) => `${name}=${value}`).join(' ')} stops it`, async ({ start }) => {
    await expectRefusal(await start(settings), words)
  })
}

test('an unknown argument stops it', async ({ start }) => {
  await expectRefusal(await start({}, { args: ['--port', '80'] }), /^npm start takes no --port/)
})

test('a real firm starts with its administrator, has no demo account, and starts again without being told', async ({ start }) => {
  const signIn = (address: string, email: string, password: string) => fetch(`${address}/api/auth/login`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email, password }),
  })
  const settings = { DEMO: 'false', ADMIN_EMAIL: 'ana@firm.example', ADMIN_PASSWORD: 'a long enough password' }
  const first = await start(settings)
  const address = await first.address()
  expect(first.said()).not.toContain('demo')
  expect((await signIn(address, 'ana@firm.example', 'a long enough password')).status).toBe(200)
  expect((await signIn(address, 'partner@demo.test', 'demo-password')).status).toBe(401)
  first.child.kill('SIGTERM')
  await first.code

  const second = await start()
  expect((await signIn(await second.address(), 'ana@firm.example', 'a long enough password')).status).toBe(200)
  second.child.kill('SIGTERM')
  await second.code
  await expectRefusal(await start({ DEMO: 'true' }), /holds a real firm/)
})
