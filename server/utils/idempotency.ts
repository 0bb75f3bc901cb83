import { createHash } from 'node:crypto'
import type { H3Event } from 'h3'
import { getHeader, getRequestURL } from 'h3'
import { Problem } from '#shared/protocol/problems.ts'

/**
 * The request's `Idempotency-Key`, with a hash that tells this request from another one under the
 * same key; undefined without one.
 *
 * @param body the request as it was understood
 */
export function readIdempotency(event: H3Event, body: unknown): { key: string, hash: string } | undefined {
  const key = getHeader(event, 'idempotency-key')
  if (key === undefined)
    return undefined
  if (!/^[\x21-\x7E]{1,200}$/.test(key))
    throw new Problem('VALIDATION', 'must have 1 to 200 visible ASCII characters', { field: 'Idempotency-Key' })
  const hash = createHash('sha256').update(JSON.stringify([event.method, getRequestURL(event).pathname, body])).digest('base64url')
  return { key, hash }
}
