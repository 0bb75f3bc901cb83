import { z } from 'zod'
import type { TransportKind, TransportMode } from '#shared/config/features.ts'
import { TRANSPORT_MODES } from '#shared/config/features.ts'
import type { Column } from '#shared/kanban/board.ts'
import type { Member } from '#shared/kanban/member.ts'
import { ROLES } from '#shared/kanban/member.ts'
import type { BoardSummary } from './messages.ts'

/*
 * The wire of the administration: members, boards, columns. Requests are schemas, answers are types.
 */

const nameSchema = z.string().trim().min(1).max(255)
const emailSchema = z.string().trim().max(320).pipe(z.email('must be an email address'))
/** How good a password must be is the server's to say. */
const passwordSchema = z.string().min(1).max(1_024)

/** `POST /api/members`. */
export const memberCreateSchema = z.strictObject({
  name: nameSchema,
  email: emailSchema,
  role: z.enum(ROLES),
  password: passwordSchema,
})
export type MemberCreateRequest = z.infer<typeof memberCreateSchema>

/** `PATCH /api/members/:id`. A new password ends the member's sessions. */
export const memberPatchSchema = z.strictObject({
  name: nameSchema.optional(),
  email: emailSchema.optional(),
  role: z.enum(ROLES).optional(),
  active: z.boolean().optional(),
  password: passwordSchema.optional(),
})
export type MemberPatchRequest = z.infer<typeof memberPatchSchema>

/** `POST /api/boards`. */
export const boardCreateSchema = z.strictObject({
  name: nameSchema,
  workflow: z.enum(['default', 'litigation']).default('default'),
})
export type BoardCreateRequest = z.input<typeof boardCreateSchema>

/** `PATCH /api/boards/:id`. A firm always has one default board, so it is chosen and never unchosen. */
export const boardPatchSchema = z.strictObject({
  name: nameSchema.optional(),
  isDefault: z.literal(true).optional(),
})
export type BoardPatchRequest = z.infer<typeof boardPatchSchema>

/** `PATCH /api/boards/:id/columns/:columnId`. */
export const columnPatchSchema = z.strictObject({
  name: z.strictObject({ en: nameSchema, ja: nameSchema }).optional(),
  wip: z.strictObject({ limit: z.int().min(1).max(10_000), hard: z.boolean() }).nullable().optional(),
  archived: z.boolean().optional(),
})
export type ColumnPatchRequest = z.infer<typeof columnPatchSchema>

/** A member as an administrator sees them. */
export type AdministeredMember = Member & { email: string }

export interface MembersAnswer {
  members: AdministeredMember[]
}

/** A board and its columns, without a word of what is in them. */
export interface AdministeredBoard extends BoardSummary {
  columns: Column[]
}

export interface BoardsAnswer {
  boards: AdministeredBoard[]
}

/** `PUT /api/transport`: how news reach the firm's browsers. */
export const transportSettingsSchema = z.strictObject({
  /** Null follows `NUXT_PUBLIC_REALTIME_TRANSPORT`. */
  mode: z.enum(TRANSPORT_MODES).nullable(),
  /** Percent of members who use it; the others poll. */
  share: z.int().min(0).max(100),
})
export type TransportSettings = z.infer<typeof transportSettingsSchema>

/** What `GET` and `PUT /api/transport` answer. */
export interface TransportSettingsAnswer extends TransportSettings {
  /** What the flag says. */
  flag: TransportMode
  /** Open sockets of the process that answers. */
  sockets: number
  /** Members with an open account, by the way that is theirs now. */
  members: Record<TransportKind, number>
}

/** What `POST /api/kanban/ticket` answers (rule S1). */
export interface TicketAnswer {
  ticket: string
}
