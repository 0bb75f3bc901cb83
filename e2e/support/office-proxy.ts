import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { connect, createServer } from 'node:net'

/** What stands between an office and the server: it can refuse upgrades and lose what is on open sockets. */
export interface OfficeProxy {
  url: string
  /** Answers upgrades itself, with a 403. */
  refuseUpgrades: (refuse: boolean) => void
  /** Loses every byte of the upgraded connections that are open now, both ways, and says nothing. */
  dropSilently: () => void
  /** Cuts every upgraded connection. */
  cut: () => void
  /** Upgraded connections that are open. */
  readonly upgraded: number
  close: () => Promise<void>
}

/** Stands before a server of this machine. It reads no more than the first line and headers of each request. */
export async function officeProxy(port: number): Promise<OfficeProxy> {
  const open = new Set<{ client: Socket, server: Socket, isUpgraded: boolean, isDeaf: boolean }>()
  let refuses = false

  const listener = createServer((client) => {
    const server = connect(port, '127.0.0.1')
    const pair = { client, server, isUpgraded: false, isDeaf: false }
    open.add(pair)
    const end = () => {
      open.delete(pair)
      client.destroy()
      server.destroy()
    }
    for (const side of [client, server])
      side.on('error', end).on('close', end)
    client.on('data', (bytes) => {
      if (pair.isDeaf)
        return
      if (!pair.isUpgraded && /^GET \S+ HTTP\/1\.1\r\n(?:.*\r\n)*?upgrade: websocket\r\n/i.test(bytes.toString('latin1'))) {
        if (refuses)
          return client.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
        pair.isUpgraded = true
      }
      server.write(bytes)
    })
    server.on('data', bytes => pair.isDeaf || client.write(bytes))
  })
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')

  const upgraded = () => [...open].filter(pair => pair.isUpgraded)
  return {
    url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    refuseUpgrades: refuse => refuses = refuse,
    dropSilently: () => upgraded().forEach(pair => pair.isDeaf = true),
    cut: () => upgraded().forEach(({ client }) => client.destroy()),
    get upgraded() { return upgraded().filter(pair => !pair.isDeaf).length },
    async close() {
      open.forEach(({ client, server }) => [client, server].forEach(side => side.destroy()))
      listener.close()
      await once(listener, 'close')
    },
  }
}
