import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { createApp } from 'h3'
import { expect, it, onTestFinished } from 'vitest'
import takeUpgrades from '#server/plugins/sockets.ts'
import { createUpgradeFacade } from '#server/utils/take-upgrades.ts'
import { SOCKET_PATH } from '#shared/protocol/socket.ts'
import { openDoorBench, PARTNER } from '../../helpers/socket-door-bench.ts'
import { openTestSocket } from '../../helpers/test-socket.ts'

/** Nitro's side: what it does with an upgrade, and with everything else. */
async function serve(facade: ReturnType<typeof createUpgradeFacade>): Promise<{ url: string, sockets: object[] }> {
  const sockets: object[] = []
  const server = createServer((_request, response) => response.end('a page'))
  server.on('upgrade', (request, socket, head) => {
    sockets.push(socket)
    facade.handleUpgrade(request, socket, head)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, sockets }
}

it('[S1] Nitro hands every upgrade on, and looks for no handler itself', async () => {
  const app = createApp()
  takeUpgrades({ h3App: app })
  const { wss, resolve, hooks } = app.websocket as { wss?: ReturnType<typeof createUpgradeFacade>, resolve?: unknown, hooks?: unknown }
  expect(wss).toMatchObject({ clients: new Set() })
  expect([resolve, hooks]).toEqual([undefined, undefined])
  expect(wss!.on()).toBeUndefined()
})

it('[B4] a connection that became a socket isn\'t cut as an idle one when the server ends', async () => {
  const bench = await openDoorBench()
  const { url, sockets } = await serve(createUpgradeFacade(async () => bench.door))
  const socket = await openTestSocket(url, { cookie: PARTNER })
  expect(sockets).toMatchObject([{ _isIdle: false }])
  socket.terminate()
  await bench.until(() => bench.door.size === 0)
})

it('[S1] is answered while the firm can\'t be opened', async () => {
  const { url } = await serve(createUpgradeFacade(() => Promise.reject(new Error('no database'))))
  await expect(openTestSocket(url)).rejects.toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } })
})

it('a request that offers another protocol is answered as what it is besides', async () => {
  takeUpgrades({ h3App: createApp() })
  const { url, sockets } = await serve(createUpgradeFacade(() => Promise.reject(new Error('not asked'))))
  const answer = await new Promise<string>((resolve, reject) => {
    let text = ''
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.write(`GET ${SOCKET_PATH} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\n\r\n`)
    socket.on('data', part => text += part).on('end', () => resolve(text)).on('error', reject)
  })
  expect(answer).toMatch(/^HTTP\/1\.1 200 OK[^]*a page$/)
  expect(sockets).toEqual([])
})
