import diagnostics from 'node:diagnostics_channel'
import { Server } from 'node:http'

/** Proxies keep a resting connection for a minute. Whoever closes first has the other send a request into the end of it, in milliseconds. */
const REST_MS = 75_000

/** Has servers that begin to listen keep their connections for longer than whoever asks them; returns how to stop. */
export function keepConnections(): () => void {
  const keep = (message: unknown) => {
    const { server } = message as { server: unknown }
    if (server instanceof Server)
      server.keepAliveTimeout = REST_MS
  }
  diagnostics.subscribe('tracing:net.server.listen:asyncStart', keep)
  return () => void diagnostics.unsubscribe('tracing:net.server.listen:asyncStart', keep)
}
