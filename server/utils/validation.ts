import type { H3Event } from 'h3'
import { getHeader, getQuery, getRouterParam, readRawBody } from 'h3'
import type { z } from 'zod'
import { idSchema } from '#shared/protocol/messages.ts'
import { Problem } from '#shared/protocol/problems.ts'
import { findUnstorable } from '#shared/protocol/storable.ts'

/**
 * The request's JSON body, checked.
 *
 * @param options.optional whether no body at all counts as `{}`; @default false
 * @param options.texts `unchecked` leaves it to the caller to find what no database keeps; @default 'checked'
 */
export async function readValidBody<Schema extends z.ZodType>(
  event: H3Event,
  schema: Schema,
  { optional = false, texts = 'checked' }: { optional?: boolean, texts?: 'checked' | 'unchecked' } = {},
): Promise<z.output<Schema>> {
  const bytes = await readRawBody(event, false)
  if (!bytes || bytes.length === 0) {
    if (optional)
      return validate(schema, {})
    throw new Problem('BAD_REQUEST', 'the request needs a JSON body')
  }
  const type = getHeader(event, 'content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json')
    throw new Problem('UNSUPPORTED_MEDIA_TYPE', 'the body must be application/json')
  return validate(schema, parseJson(bytes), texts)
}

/** The request's query, checked. */
export function readValidQuery<Schema extends z.ZodType>(event: H3Event, schema: Schema): z.output<Schema> {
  return validate(schema, getQuery(event))
}

/** An id in the path. */
export function readIdParam(event: H3Event, name: string): string {
  const id = idSchema.safeParse(getRouterParam(event, name))
  if (!id.success)
    throw new Problem('VALIDATION', 'must be a lower-case UUID', { field: name })
  return id.data
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  }
  catch {
    throw new Problem('BAD_REQUEST', 'the body is not JSON in UTF-8')
  }
}

function validate<Schema extends z.ZodType>(schema: Schema, value: unknown, texts = 'checked'): z.output<Schema> {
  const parsed = schema.safeParse(value)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!
    const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]!] : issue.path
    throw new Problem('VALIDATION', issue.message, path.length > 0 ? { field: path.join('.') } : {})
  }
  const field = texts === 'checked' ? findUnstorable(parsed.data) : null
  if (field !== null)
    throw new Problem('VALIDATION', 'holds a character that is no text', field ? { field } : {})
  return parsed.data
}
