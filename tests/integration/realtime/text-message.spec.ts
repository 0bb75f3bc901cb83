import type { Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { encodeTextMessage } from '#server/services/realtime/text-message.ts'
import { textOf } from '../../helpers/text-of.ts'

let server: Server
let wire: Duplex
let client: WebSocket

beforeEach(async () => {
  const door = new WebSocketServer({ noServer: true, perMessageDeflate: false })
  server = createServer()
  server.on('upgrade', (request, socket, head) => door.handleUpgrade(request, socket, head, () => {
    wire = socket
  }))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
  await new Promise(resolve => client.once('open', resolve))
})
afterEach(() => {
  client.terminate()
  server.close()
})

async function sent(text: string): Promise<{ data: string, isBinary: boolean }> {
  const heard = new Promise<{ data: string, isBinary: boolean }>((resolve, reject) => {
    client.once('message', (data, isBinary) => resolve({ data: (data as Buffer).toString(), isBinary }))
    client.once('error', reject)
  })
  wire.write(encodeTextMessage(text))
  return await heard
}

it.each([0, 1, 125, 126, 127, 65_535, 65_536, 300_000])('a message of %i bytes arrives as it was, and the one after it', async (bytes) => {
  const text = 'a'.repeat(bytes)
  expect(await sent(text)).toEqual({ data: text, isBinary: false })
  expect(await sent('next')).toEqual({ data: 'next', isBinary: false })
  expect(textOf(encodeTextMessage(text))).toBe(text)
})

it('the length is counted in bytes, not in characters', async () => {
  const text = '弁護士 Ünal 🏛️ '.repeat(9)
  expect(text.length).toBeLessThan(126)
  expect((await sent(text)).data).toBe(text)
})
