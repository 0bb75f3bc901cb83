import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { SocketDoor } from '#server/services/realtime/socket-door.ts'
import { answerUpgrade } from '#server/services/realtime/upgrade-answer.ts'
import { Problem } from '#shared/protocol/problems.ts'
import { onListen } from './on-listen.ts'

/** What Nitro takes for its WebSocket server: it listens to nobody and hands every upgrade on, so that Nitro keeps nothing. */
export interface UpgradeFacade {
  clients: ReadonlySet<never>
  on: () => void
  handleUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
}

/** A facade before `door`. */
export function createUpgradeFacade(door: () => Promise<SocketDoor>): UpgradeFacade {
  return {
    clients: new Set(),
    on() {},
    handleUpgrade(request, socket, head) {
      // Nitro's shutdown cuts connections that are marked idle, which is for the door to do in its own way (rule B4).
      Object.assign(socket, { _isIdle: false })
      const ignore = () => {}
      socket.on('error', ignore)
      door().then((opened) => {
        opened.upgrade(request, socket, head)
        socket.off('error', ignore)
      }, () => answerUpgrade(socket, new Problem('UNAVAILABLE', 'the server isn\'t ready')))
    },
  }
}

/**
 * Lets requests that offer some other protocol, as Java's client and `curl --http2` do with `h2c`, be answered as what
 * they are besides: Node would take each for an upgrade once anybody hears of those.
 */
export function leaveOtherUpgrades(): void {
  onListen((server) => {
    Object.assign(server, { shouldUpgradeCallback: ({ headers }: IncomingMessage) => headers.upgrade?.toLowerCase() === 'websocket' })
  })
}
