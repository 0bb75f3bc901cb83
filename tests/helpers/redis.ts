import { createClient } from '@redis/client'
import type { AddressInfo, Socket } from 'node:net'
import { connect, createServer } from 'node:net'
import { onTestFinished } from 'vitest'

/** A Redis that tests may talk through; without it those that want one are skipped. */
export const REDIS_URL = process.env.TEST_REDIS_URL

/** Says something on a channel, in whatever words. */
export async function publishRaw(channel: string, ...texts: string[]): Promise<void> {
  const client = createClient({ url: REDIS_URL! })
  client.on('error', () => {})
  await client.connect()
  for (const text of texts)
    await client.publish(channel, text)
  client.destroy()
}

/** A way to the Redis of the tests that can be taken away and given back, or whose open connections fall silent. */
export async function openRedisWay(): Promise<{ url: string, cut: () => Promise<void>, restore: () => Promise<void>, freeze: () => void }> {
  const target = new URL(REDIS_URL!)
  const sockets = new Set<Socket>()
  const server = createServer((from) => {
    const to = connect(Number(target.port || 6379), target.hostname)
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
