import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import process from 'node:process'
import { WebSocket, WebSocketServer } from 'ws'

/*
 * The yardstick: a request comes in, and one text goes to every socket. No board, no database, no reader of its own.
 */

const wss = new WebSocketServer({ noServer: true, perMessageDeflate: false })
let version = 0

const server = createServer((request, response) => {
  let body = ''
  request.on('data', chunk => body += String(chunk))
  request.on('end', () => {
    const text = JSON.stringify({ t: 'd', version: ++version, ...(JSON.parse(body) as { sample: object }).sample })
    for (const client of wss.clients) {
      if (client.readyState === WebSocket.OPEN)
        client.send(text)
    }
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ version }))
  })
})
server.on('upgrade', (request, socket, head) => wss.handleUpgrade(request, socket, head, () => {}))
server.listen(0, '127.0.0.1', () => process.send!({ port: (server.address() as AddressInfo).port }))
process.on('SIGTERM', () => process.exit(0))
// Whoever started it has gone.
process.on('disconnect', () => process.exit())
