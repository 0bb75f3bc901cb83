import { onListen } from './on-listen.ts'

/** Proxies keep a resting connection for a minute. Whoever closes first has the other send a request into the end of it, in milliseconds. */
const REST_MS = 75_000

/** Has servers that begin to listen keep their connections for longer than whoever asks them; returns how to stop. */
export function keepConnections(): () => void {
  return onListen((server) => { server.keepAliveTimeout = REST_MS })
}
