import type { AddressInfo, Socket } from 'node:net'
import { connect, createServer } from 'node:net'
import { onTestFinished } from 'vitest'

/** A way to a server that the test can take away. */
export interface TcpWay {
  /** The address that was given, by this way. */
  url: string
  /** Ends every connection and lets none in. */
  cut: () => Promise<void>
  /** Lets connections in again. */
  restore: () => Promise<void>
  /** Has the connections that are open fall silent; they stay open. */
  freeze: () => void
}

/** Opens a way to what an address names; the test's end closes it. */
export async function openTcpWay(address: string): Promise<TcpWay> {
  const target = new URL(address)
  const sockets = new Set<Socket>()
  const server = createServer((from) => {
    const to = connect(Number(target.port), target.hostname)
    for (const [one, other] of [[from, to], [to, from]] as const) {
      sockets.add(one)
      one.on('error', () => {})
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
      one.pipe(other)
    }
  })
  const listen = (port: number) => new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  const cut = () => new Promise<void>((resolve) => {
    server.close(() => resolve())
    sockets.forEach(socket => socket.destroy())
  })
  await listen(0)
  const { port } = server.address() as AddressInfo
  onTestFinished(async () => {
    if (server.listening)
      await cut()
  })
  const url = new URL(target)
  url.hostname = '127.0.0.1'
  url.port = String(port)
  const freeze = () => sockets.forEach(socket => socket.unpipe().pause())
  return { url: url.href, cut, restore: () => listen(port), freeze }
}
