import type { TransportKind } from '#shared/config/features.ts'
import type { Connection, SocketLack } from './connection.ts'
import type { Delivers } from './transport.ts'

/**
 * How news come to a page just now, and why that way: one line for who wants to know.
 *
 * - `socket`, `urgent`: all by the socket, or what is urgent by it and the rest by polling.
 * - `polling`, `chosen`: by polling, as the firm or the member wants it.
 * - `opening`, `unsteady`, `refused`, `blocked`: by polling for want of a socket.
 * - `following`: another tab of this browser asks for this one.
 * - `off`: only when they are asked for by hand.
 */
export type NewsWay = 'socket' | 'urgent' | 'polling' | 'chosen' | SocketLack | 'following' | 'off'

export interface NewsSituation {
  kind: TransportKind
  delivers: Delivers
  connection: Connection
  /** Another tab asks for this one. */
  isFollowing: boolean
  /** The member's own choice; null is the firm's way. */
  choice: 'polling' | 'off' | null
}

/** Null while nothing comes at all, which other words explain. */
export function newsWayOf({ kind, delivers, connection, isFollowing, choice }: NewsSituation): NewsWay | null {
  if (kind === 'off')
    return 'off'
  if (connection.state !== 'live')
    return null
  if (isFollowing)
    return 'following'
  if (connection.via === 'socket')
    return delivers === 'urgent' ? 'urgent' : 'socket'
  if (kind === 'polling')
    return choice === 'polling' ? 'chosen' : 'polling'
  return connection.lacks ?? 'opening'
}
