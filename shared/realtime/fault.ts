import type { ProblemBody } from '#shared/protocol/problems.ts'

/**
 * - `network`: no answer, or none in time.
 * - `server`: it answered, and can't just now (5xx, 429).
 * - `out-of-sync`: answers go round in circles (rule T6).
 * - `signed-out`: the session is wrong or over.
 * - `outdated`: the server no longer speaks this page's protocol (rule K1).
 * - `refused`: the server's no; asking again gives the same.
 */
export type FaultKind = 'network' | 'server' | 'out-of-sync' | 'signed-out' | 'outdated' | 'refused'

/** An exchange that failed. Its kind says what to do about it. */
export class Fault extends Error {
  readonly kind: FaultKind
  /** What the server asked to wait at least, in milliseconds. */
  readonly retryAfterMs: number
  readonly problem: ProblemBody | null

  constructor(kind: FaultKind, details: { retryAfterMs?: number, problem?: ProblemBody | null, cause?: unknown } = {}) {
    super(details.problem?.code ?? kind, { cause: details.cause })
    this.name = 'Fault'
    this.kind = kind
    this.retryAfterMs = details.retryAfterMs ?? 0
    this.problem = details.problem ?? null
  }

  /** Whether asking again later may go well. */
  get isPassing(): boolean {
    return this.kind === 'network' || this.kind === 'server' || this.kind === 'out-of-sync'
  }
}

/** What a status of the server says of any exchange; null where that depends on what was asked. */
export function faultOfStatus(status: number): Extract<FaultKind, 'server' | 'signed-out' | 'outdated'> | null {
  if (status === 429 || status >= 500)
    return 'server'
  if (status === 401)
    return 'signed-out'
  return status === 426 ? 'outdated' : null
}

/** Any thrown thing as a fault; what isn't one counts as the network's. */
export function toFault(error: unknown): Fault {
  return error instanceof Fault ? error : new Fault('network', { cause: error })
}
