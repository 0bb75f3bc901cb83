import { CLOSE } from '#shared/protocol/socket.ts'
import type { Clock } from '#shared/realtime/clock.ts'
import type { SocketConnection } from './socket-connection.ts'

/** Who is sent away comes back within this time, each at another moment. */
const COME_BACK_MS = 10_000
const SLICES = 20
const SLICE_MS = 100

/**
 * Sends everybody away who has a socket (rule B4): all are told at once when to come back, and closed in slices, so
 * that the readers of one server don't start to poll in the same moment. Ends when the last was closed.
 */
export async function drainConnections(connections: ReadonlySet<SocketConnection>, { random, setTimer }: Clock): Promise<void> {
  const all = [...connections]
  for (const connection of all)
    connection.send({ t: 'bye', code: 'drain', after: Math.floor(random() * COME_BACK_MS) })
  const slice = Math.ceil(all.length / SLICES)
  for (let start = 0; start < all.length; start += slice) {
    all.slice(start, start + slice).forEach(connection => connection.end(CLOSE.DRAIN))
    await new Promise<void>(resolve => setTimer(resolve, SLICE_MS))
  }
}
