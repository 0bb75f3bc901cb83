import type { PollerState } from './poller.ts'
import { toFault } from './fault.ts'

/** Why nothing is asked of the server just now. */
export type PauseReason = 'hidden' | 'offline' | 'disabled' | 'interaction' | 'manual'
  /** The member wants no news but by hand. */
  | 'off'
  /** Another tab of this browser asks for all. */
  | 'following'

/**
 * Why news come by polling where a socket is wanted: it isn't there yet, it doesn't hold, the server opens none for this
 * member just now, or the network lets none through.
 */
export type SocketLack = 'opening' | 'unsteady' | 'refused' | 'blocked'

/** How the link to the server stands: exactly one of these at a time. */
export type Connection
  = | { state: 'connecting' }
    /** `since`: epoch milliseconds of the last good exchange. `via`: how news come. `lacks`: why not by the socket that is wanted. */
    | { state: 'live', since: number, via: 'polling' | 'socket', lacks?: SocketLack }
    /** Failing; tried again at `retryAt`. `out-of-sync`: answers go round in circles, so it holds back (rule T6). */
    | { state: 'waiting', attempt: number, retryAt: number | null, cause: 'network' | 'server' | 'out-of-sync' }
    | { state: 'paused', reason: PauseReason | 'signed-out' }
    /** Not opened, or closed by its user. */
    | { state: 'closed' }
    /** The server said no for good, like for a board that is gone. */
    | { state: 'refused', code: string }

/**
 * What a poller's state means to the person who looks at it. `link` is the transport's own word: it knows how news come,
 * and in a tab that follows another it knows all.
 */
export function connectionOf(
  { error, retryCount, nextSyncAt, lastSync, pausedBy }: Pick<PollerState, 'error' | 'retryCount' | 'nextSyncAt' | 'lastSync' | 'pausedBy'>,
  isSignedOut: boolean,
  link: Connection = { state: 'connecting' },
): Connection {
  const fault = error === null ? null : toFault(error)
  if (isSignedOut || fault?.kind === 'signed-out')
    return { state: 'paused', reason: 'signed-out' }
  if (fault?.kind === 'outdated')
    return { state: 'refused', code: 'UPGRADE_REQUIRED' }
  if (fault?.kind === 'refused')
    return { state: 'refused', code: fault.problem?.code ?? 'INTERNAL' }
  // Of several reasons the one that the person may not know comes first; a held card is no news at all.
  const reason = (['offline', 'off', 'manual', 'disabled', 'hidden'] as const).find(candidate => pausedBy.includes(candidate))
  if (reason)
    return { state: 'paused', reason }
  // The other tab asks; what this one met before it followed is no longer true.
  if (pausedBy.includes('following') && link.state !== 'closed')
    return link
  const isPushed = link.state === 'live' && link.via === 'socket'
  if (fault && !isPushed)
    return { state: 'waiting', attempt: retryCount, retryAt: nextSyncAt, cause: fault.kind }
  return lastSync === null ? { state: 'connecting' } : { ...howNewsCome(link), since: lastSync }
}

function howNewsCome(link: Connection): Omit<Extract<Connection, { state: 'live' }>, 'since'> {
  if (link.state !== 'live')
    return { state: 'live', via: 'polling' }
  return { state: 'live', via: link.via, ...link.lacks && { lacks: link.lacks } }
}
