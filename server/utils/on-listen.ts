import diagnostics from 'node:diagnostics_channel'
import { Server } from 'node:http'

/** Has `prepare` see every HTTP server of this process that begins to listen: Nitro makes its own and hands it to nobody. Returns how to stop. */
export function onListen(prepare: (server: Server) => void): () => void {
  const see = (message: unknown) => {
    const { server } = message as { server: unknown }
    if (server instanceof Server)
      prepare(server)
  }
  diagnostics.subscribe('tracing:net.server.listen:asyncStart', see)
  return () => void diagnostics.unsubscribe('tracing:net.server.listen:asyncStart', see)
}
