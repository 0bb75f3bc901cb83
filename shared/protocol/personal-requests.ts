import { z } from 'zod'
import { idSchema } from './messages.ts'
import { MOST_MARKED } from './notifications.ts'
import { NOTICE_LEVELS } from './personal.ts'
import type { Preferences } from './preferences.ts'
import { MOST_LISTED } from './preferences-patch.ts'
import { DENSITIES, NOTIFICATION_TYPES, POLL_INTERVALS, THEMES, TOAST_TOPICS } from './preferences.ts'

/*
 * What a page may ask and say about what is its member's own (docs/adr/0015-awareness.md).
 */

/** The end of the year 9999: every clock can write what begins before it. */
const LATEST_START = 253_402_300_799_999

const clockTime = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'must be a time like 18:30')

const mutedSchema = z.strictObject({
  mutedTypes: z.array(z.enum(TOAST_TOPICS)).max(TOAST_TOPICS.length),
  mutedBoards: z.array(idSchema).max(MOST_LISTED),
  mutedMatters: z.array(idSchema).max(MOST_LISTED),
})

export const preferencesSchema = z.strictObject({
  theme: z.enum(THEMES),
  density: z.enum(DENSITIES),
  pollIntervalMs: z.literal([...POLL_INTERVALS]).nullable(),
  presence: z.enum(['visible', 'invisible']),
  cursors: z.boolean(),
  ...mutedSchema.shape,
  desktop: z.boolean(),
  quietHours: z.strictObject({ from: clockTime, to: clockTime }).nullable(),
}) satisfies z.ZodType<Preferences>

/**
 * `PATCH /api/preferences`: what isn't named stays. What is muted comes entry by entry, in `add` and `remove`; a page that
 * is older sends the whole list.
 */
export const preferencesPatchSchema = preferencesSchema.partial().extend({
  add: mutedSchema.partial().optional(),
  remove: mutedSchema.partial().optional(),
})
export type PreferencesPatch = z.infer<typeof preferencesPatchSchema>

/** `GET /api/personal`. */
export const personalQuerySchema = z.object({ since: z.string().regex(/^\d{1,15}\.\d{1,15}(?:\.[\da-f]{8})?$/).optional() })

/** `GET /api/notifications`. */
export const notificationsQuerySchema = z.object({
  /** `before` of the last answer. */
  before: z.string().max(128).optional(),
  type: z.enum(NOTIFICATION_TYPES).optional(),
  unread: z.stringbool().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
})

const ids = z.array(z.string().min(1).max(64)).min(1).max(MOST_MARKED)

/** `at` of the newest that the page has: what came or counted up after it hasn't been seen, and is neither read nor cleared by it. */
const upTo = z.int().min(0).optional()

/** `PATCH /api/notifications`: marks some, or with `all` all up to now. */
export const notificationsPatchSchema = z.union([
  z.strictObject({ ids, read: z.boolean(), upTo }),
  z.strictObject({ all: z.literal(true), read: z.literal(true), upTo }),
])
export type NotificationsPatch = z.infer<typeof notificationsPatchSchema>

/** `DELETE /api/notifications`: some, or with none named all that were read. */
export const notificationsDeleteSchema = z.strictObject({ ids: ids.optional(), upTo })

/** `PUT /api/firm/awareness`, for administrators; what isn't named stays. */
export const awarenessPatchSchema = z.strictObject({
  presence: z.boolean().optional(),
  notices: z.enum(NOTICE_LEVELS).optional(),
  maintenance: z.strictObject({
    startsAt: z.int().min(0).max(LATEST_START),
    minutes: z.int().min(1).max(7 * 24 * 60),
    text: z.string().trim().max(500),
  }).nullable().optional(),
})
export type AwarenessPatch = z.infer<typeof awarenessPatchSchema>
