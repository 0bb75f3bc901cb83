import { keepConnections } from '#server/utils/keep-connections.ts'

/** Nitro makes the server after its plugins have run. */
export default function keepServerConnections(): void {
  keepConnections()
}
