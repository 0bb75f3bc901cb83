import { navigateTo, useRequestFetch, useRouter } from '#imports'
import type { ProblemBody, ProblemCode } from '#shared/protocol/problems.ts'
import { isProblemBody } from '#shared/protocol/problems.ts'

export interface ApiOptions {
  /** @default 'GET' */
  method?: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  body?: unknown
  query?: Record<string, string | number | boolean | undefined>
  signal?: AbortSignal
  headers?: Record<string, string>
  /** Sent although the page goes away, where the browser takes as much. @default false */
  keepalive?: boolean
  /** After so many milliseconds without an answer it counts as not reached. @default 30_000 */
  timeoutMs?: number
  /** Go to the sign-in page when the session is over, and come back after it. @default true */
  signInAgain?: boolean
}

/** A server that says nothing for so long isn't there. */
const TIMEOUT_MS = 30_000

/** Browsers refuse to keep more than 64 KiB of bodies alive at once. */
const MOST_KEPT_BYTES = 60 * 1024

/** How much of that is under way. */
let keptBytes = 0

/** Asks a route of our own server. Rejects with an `ApiProblem`. */
export type Api = <Answer>(path: string, options?: ApiOptions) => Promise<Answer>

/** A request that came to nothing. */
export class ApiProblem extends Error {
  /** HTTP status; 0 when no answer came. */
  readonly status: number
  /** What the server said; null when it said nothing that we understand. */
  readonly body: ProblemBody | null

  constructor(status: number, body: ProblemBody | null, cause?: unknown) {
    super(body?.code ?? `HTTP ${status}`, { cause })
    this.name = 'ApiProblem'
    this.status = status
    this.body = body
  }

  get code(): ProblemCode | 'NETWORK' {
    return this.body?.code ?? (this.status === 0 ? 'NETWORK' : 'INTERNAL')
  }
}

/** The code behind anything that was thrown, for `problems.*` in the message catalogues. */
export function problemCodeOf(error: unknown): ProblemCode | 'NETWORK' {
  return error instanceof ApiProblem ? error.code : 'INTERNAL'
}

/** Where it stands in the message catalogues why a request came to nothing that is made once: no device keeps it for later. */
export function problemWordsOf(code: ProblemCode | 'NETWORK'): string {
  return code === 'NETWORK' ? 'common.notReached' : `problems.${code}`
}

/** What stands between us and the server says so when the server isn't there. */
const NOBODY_HOME: readonly number[] = [0, 502, 503, 504]

/** Whether a request failed for want of a server, and not by its word. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof ApiProblem && NOBODY_HOME.includes(error.status)
}

/** The server's routes, asked with the cookie of whoever is signed in, on the server as in the browser. */
export function useApi(): Api {
  const request = useRequestFetch() as (path: string, options: Record<string, unknown>) => Promise<unknown>
  const router = useRouter()

  return async <Answer>(path: string, { signInAgain = true, timeoutMs = TIMEOUT_MS, ...options }: ApiOptions = {}) => {
    const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), ...options.signal ? [options.signal] : []])
    const bytes = options.keepalive ? sizeOf(options.body) : 0
    const keepalive = options.keepalive && keptBytes + bytes <= MOST_KEPT_BYTES
    if (keepalive)
      keptBytes += bytes
    try {
      return await Promise.race([request(path, { retry: 0, ...options, keepalive, signal }), over(signal)]) as Answer
    }
    catch (error) {
      const problem = toApiProblem(error)
      if (problem.status === 401 && signInAgain && 'window' in globalThis)
        await navigateTo({ path: '/login', query: { redirect: router.currentRoute.value.fullPath } })
      throw problem
    }
    finally {
      if (keepalive)
        keptBytes -= bytes
    }
  }
}

/** Rejects when the time is up: a request within a server render doesn't heed its signal. */
function over(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(signal.reason as Error)
    if (signal.aborted)
      end()
    signal.addEventListener('abort', end, { once: true })
  })
}

/** Bytes that a body takes on its way. */
function sizeOf(body: unknown): number {
  return body === undefined ? 0 : new TextEncoder().encode(JSON.stringify(body)).length
}

function toApiProblem(error: unknown): ApiProblem {
  const { status, statusCode, data } = (error ?? {}) as { status?: unknown, statusCode?: unknown, data?: unknown }
  const code = typeof status === 'number' ? status : typeof statusCode === 'number' ? statusCode : 0
  return new ApiProblem(code, isProblemBody(data) ? data : null, error)
}
