import type { ProblemCode } from '#shared/protocol/problems.ts'
import { CLOSE } from '#shared/protocol/socket.ts'
import type { Fault } from './fault.ts'

/**
 * Why there is no socket.
 *
 * - `blocked`: with a good ticket it didn't come to a welcome; something in between doesn't let sockets through.
 * - `dropped`: it ended without a word. `silent`: it stands and nothing comes.
 * - `server`: the server ended it, or takes nobody just now.
 * - `network`: not even the ticket came.
 */
export type DropCause = 'blocked' | 'dropped' | 'silent' | 'server' | 'network'

/** What the end of a socket asks for. */
export type SocketEnd
  = | { kind: 'drop', cause: DropCause }
    /** Another ticket, at once. */
    | { kind: 'renew' }
    /** Nothing: asking again gives the same. */
    | { kind: 'refused', code: ProblemCode }

const NORMAL = 1000

/** What a close code means (rule S4). Without a code of ours before the welcome, it wasn't our server that closed. */
export function meaningOf(code: number | undefined, wasWelcomed: boolean): SocketEnd {
  switch (code) {
    case CLOSE.BAD_FRAME: return { kind: 'refused', code: 'BAD_REQUEST' }
    case CLOSE.FORBIDDEN: return { kind: 'refused', code: 'FORBIDDEN' }
    case CLOSE.TOO_OLD: return { kind: 'refused', code: 'UPGRADE_REQUIRED' }
    case CLOSE.TICKET: return { kind: 'renew' }
    case CLOSE.GONE:
    case CLOSE.DRAIN:
    case CLOSE.FAILED:
    case CLOSE.RATE:
    case CLOSE.RESYNC: return { kind: 'drop', cause: 'server' }
    // By our own server it is the end of a way that has no sockets; before the welcome anybody may say so.
    case NORMAL: return { kind: 'drop', cause: wasWelcomed ? 'server' : 'blocked' }
    case CLOSE.SLOW: return { kind: 'drop', cause: 'dropped' }
    default: return { kind: 'drop', cause: wasWelcomed ? 'dropped' : 'blocked' }
  }
}

/** What it means that no ticket came: there is no socket to open. */
export function endWithoutTicket({ kind, problem }: Fault): Exclude<SocketEnd, { kind: 'renew' }> {
  switch (kind) {
    case 'signed-out': return { kind: 'refused', code: 'UNAUTHENTICATED' }
    case 'outdated': return { kind: 'refused', code: 'UPGRADE_REQUIRED' }
    case 'refused': return { kind: 'refused', code: problem?.code ?? 'INTERNAL' }
    case 'server': return { kind: 'drop', cause: 'server' }
    case 'network':
    case 'out-of-sync': return { kind: 'drop', cause: 'network' }
    default: return kind satisfies never
  }
}
