import type { EventHandler, H3Event } from 'h3'
import { defineEventHandler, getRequestURL, getResponseHeader, setResponseHeader, setResponseStatus } from 'h3'
import { isUnavailable } from '#server/db/faults.ts'
import { countIn, processTally } from '#server/services/metrics/tally.ts'
import { Problem } from '#shared/protocol/problems.ts'

/** How long a caller leaves a database alone that is out of reach. */
const RETRY_AFTER_S = 5

/**
 * A handler of the API. A `Problem` becomes its status and body; anything else is our own mistake or
 * the world's, is logged once, and tells the caller nothing.
 */
export function defineApiHandler<Answer>(handler: (event: H3Event) => Answer | Promise<Answer>): EventHandler {
  return defineEventHandler(async (event) => {
    setResponseHeader(event, 'cache-control', 'private, no-store')
    try {
      return await handler(event)
    }
    catch (error) {
      const problem = error instanceof Problem ? error : unexpected(event, error)
      if (problem.code === 'UNAVAILABLE' && getResponseHeader(event, 'retry-after') === undefined)
        setResponseHeader(event, 'retry-after', RETRY_AFTER_S)
      setResponseStatus(event, problem.status)
      return problem.toBody()
    }
  })
}

function unexpected(event: H3Event, error: unknown): Problem {
  logFailure(event, error)
  if (isUnavailable(error)) {
    countIn(processTally.databaseErrors, 'api')
    return new Problem('UNAVAILABLE', 'the database is out of reach; the request may be sent again')
  }
  return new Problem('INTERNAL', 'the server failed; the request may be sent again')
}

/** Notes what went wrong in a request: the log gets the method, the path and where it happened, no bodies and no queries. */
export function logFailure(event: H3Event, error: unknown): void {
  const { name, code, stack } = error instanceof Error ? error as Error & { code?: unknown } : { name: typeof error, code: undefined, stack: '' }
  const place = stack?.split('\n').find(line => line.trimStart().startsWith('at '))?.trim() ?? ''
  console.error(`api: ${event.method} ${getRequestURL(event).pathname} failed: ${name} ${String(code ?? '')} ${place}`)
}
