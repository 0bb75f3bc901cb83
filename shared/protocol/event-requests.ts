import { z } from 'zod'
import type { SaidData, SaidTopic } from './events.ts'
import { SAID_TOPICS } from './events.ts'
import { idSchema } from './messages.ts'
import { ACTIONS } from './presence.ts'

/*
 * The wire of what is said on a board (rule A4). By socket and by HTTP the same things may be said.
 */

/** Characters of a note. */
const MAX_NOTE = 500

/** Of a column's or a card's width and height. */
const fraction = z.number().min(0).max(1)

/** What goes with each topic. */
export const SAID_SCHEMAS: { [Topic in SaidTopic]: z.ZodType<SaidData[Topic]> } = {
  'member:activity': z.strictObject({
    tab: z.string().min(1).max(32),
    matterId: idSchema.nullable(),
    action: z.enum([...ACTIONS, 'gone']),
    field: z.string().min(1).max(128).optional(),
  }),
  'note': z.strictObject({ text: z.string().trim().min(1).max(MAX_NOTE) }),
  'cursor': z.strictObject({
    at: z.strictObject({ columnId: idSchema, matterId: idSchema.nullable(), x: fraction, y: fraction }).nullable(),
  }),
}

/** `POST /api/events`. `data` is checked by its topic's schema. */
export const sayRequestSchema = z.strictObject({ board: idSchema, topic: z.enum(SAID_TOPICS), data: z.unknown() })

/** `GET /api/events`. Without `board` the caller's default board is meant (rule R6). */
export const eventsQuerySchema = z.object({
  board: idSchema.optional(),
  /** `cursor` of the last answer; absent, all of the last minute is wanted. */
  since: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
})

/** `GET /api/presence`. */
export const presenceQuerySchema = z.object({ board: idSchema.optional() })
