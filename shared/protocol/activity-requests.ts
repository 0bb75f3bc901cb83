import { z } from 'zod'
import { ACTIVITY_KINDS } from '#shared/kanban/activity.ts'
import { idSchema } from './messages.ts'

/*
 * What may be asked of a board's activity.
 */

/** A step's place among those of its board, as `cursorOf` writes it. */
const cursorSchema = z.string().regex(/^\d{1,15}\..{1,64}$/, 'must be a place that an answer named').transform((text) => {
  const [version = '', ...id] = text.split('.')
  return { version: Number(version), id: id.join('.') }
})

/** `GET /api/boards/:id/activity`. */
export const boardActivityQuerySchema = z.object({
  /** `before` of the last answer. */
  before: cursorSchema.optional(),
  /** Only what is newer than this step. */
  since: cursorSchema.optional(),
  actor: idSchema.optional(),
  /** One or several, by commas. */
  kind: z.string().transform(text => text.split(',')).pipe(z.array(z.enum(ACTIVITY_KINDS)).min(1)).optional(),
  matter: idSchema.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
  /** Counts what others did since then, instead of since the last visit that the server knows. */
  seen: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
})
export type BoardActivityQuery = z.infer<typeof boardActivityQuerySchema>
