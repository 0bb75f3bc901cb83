import type { AddressInfo } from 'node:net'
import { Server } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { keepConnections } from '#server/utils/keep-connections.ts'

const servers: Server[] = []

async function answering(): Promise<Response> {
  const server = new Server((_request, response) => response.end('here'))
  servers.push(server)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
}

afterEach(() => servers.splice(0).forEach(server => server.close().closeAllConnections()))

describe('keepConnections', () => {
  it('keeps a connection that rests for longer than the proxies before it do, which would send the next request into its end', async () => {
    const stop = keepConnections()
    const kept = await answering()
    stop()
    expect(kept.headers.get('keep-alive')).toBe('timeout=75')
  })

  it('leaves servers alone that begin to listen later', async () => {
    keepConnections()()
    expect((await answering()).headers.get('keep-alive')).toBe('timeout=5')
  })
})
