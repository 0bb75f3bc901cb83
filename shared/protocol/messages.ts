import { z } from 'zod'
import type { TransportKind } from '#shared/config/features.ts'
import { TRANSPORT_MODES } from '#shared/config/features.ts'
import type { Activity } from '#shared/kanban/activity.ts'
import type { Column } from '#shared/kanban/board.ts'
import { isDateOnly } from '#shared/kanban/deadline.ts'
import type { Comment, Matter } from '#shared/kanban/matter.ts'
import {
  ASSIGNMENT_ROLES, CLOSE_OUTCOMES, CONFIDENTIALITIES, DEADLINE_KINDS, DEADLINE_SOURCES, LIMITS, PRACTICE_AREAS, PRIORITIES,
} from '#shared/kanban/matter.ts'
import type { Member } from '#shared/kanban/member.ts'
import type { BaseVersions, Mutation } from '#shared/kanban/mutation.ts'
import type { EventsAnswer } from './events.ts'
import type { FirmAwareness, PersonalTag } from './personal.ts'
import type { Preferences } from './preferences.ts'
import type { FieldConflict, FieldOrigin, ProblemCode } from './problems.ts'

/*
 * The wire. Requests are schemas, so that the check and the type are one; answers, which our own
 * server makes, are types.
 */

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

export const idSchema = z.string().regex(UUID, 'must be a lower-case UUID')
const text = (max: number) => z.string().max(max)
const requiredText = (max: number) => z.string().trim().min(1).max(max)
const dateSchema = z.string().refine(isDateOnly, 'must be a day, YYYY-MM-DD')
const epochMs = z.int().min(0).max(8_640_000_000_000_000)
const zoneSchema = z.string().max(64).refine(isTimeZone, 'must be an IANA time zone')

export const assignmentSchema = z.strictObject({ memberId: idSchema, role: z.enum(ASSIGNMENT_ROLES) })

export const deadlineSchema = z.strictObject({
  id: idSchema,
  kind: z.enum(DEADLINE_KINDS),
  title: text(LIMITS.deadlineTitle).default(''),
  date: dateSchema,
  time: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be HH:MM').nullable().default(null),
  timeZone: zoneSchema.nullable().default(null),
  source: z.enum(DEADLINE_SOURCES).default('INTERNAL'),
  extendable: z.boolean().default(false),
  doneAt: epochMs.nullable().default(null),
})

export const taskSchema = z.strictObject({
  id: idSchema,
  title: requiredText(LIMITS.taskTitle),
  doneAt: epochMs.nullable().default(null),
})

export const tagSchema = requiredText(LIMITS.tag)
const closeRequestSchema = z.strictObject({ outcome: z.enum(CLOSE_OUTCOMES), reason: requiredText(LIMITS.reason) })

/** Fields that are set as a whole. */
export const patchShape = {
  caseNumber: requiredText(LIMITS.caseNumber).optional(),
  courtCaseNumber: text(LIMITS.courtCaseNumber).nullable().optional(),
  courtName: text(LIMITS.courtName).nullable().optional(),
  title: requiredText(LIMITS.title).optional(),
  description: text(LIMITS.description).optional(),
  clientName: text(LIMITS.clientName).optional(),
  opposingParty: text(LIMITS.opposingParty).nullable().optional(),
  practiceArea: z.enum(PRACTICE_AREAS).nullable().optional(),
  waitingOn: text(LIMITS.waitingOn).nullable().optional(),
  priority: z.enum(PRIORITIES).optional(),
  confidentiality: z.enum(CONFIDENTIALITIES).optional(),
  clientMemberIds: z.array(idSchema).max(LIMITS.assignments).optional(),
  openedOn: dateSchema.nullable().optional(),
  filedOn: dateSchema.nullable().optional(),
  archived: z.boolean().optional(),
  hold: z.strictObject({ reason: requiredText(LIMITS.reason) }).nullable().optional(),
  closeRequest: closeRequestSchema.nullable().optional(),
}

export const listChange = <Item extends z.ZodType>(item: Item, max: number) =>
  z.strictObject({ put: z.array(item).max(max).optional(), remove: z.array(idSchema).max(max).optional() })

/** Every field of a matter and every item of its lists, and then some. */
const MAX_BASE_NAMES = 1_000

/** The board versions of the fields that the person looked at (rule X1). */
export const baseSchema = z.record(z.string().max(64), z.int().min(0))
  .refine(base => Object.keys(base).length <= MAX_BASE_NAMES, `may name ${MAX_BASE_NAMES} fields`)
  .transform(base => base as BaseVersions)

/**
 * `PATCH /api/matters/:id`. Lists take what to put and what to remove, or, from a plain caller, the
 * whole list as it shall be.
 */
export const editRequestSchema = z.strictObject({
  ...patchShape,
  tags: z.union([
    z.array(tagSchema).max(LIMITS.tags),
    z.strictObject({ add: z.array(tagSchema).max(LIMITS.tags).optional(), remove: z.array(z.string()).max(100).optional() }),
  ]).optional(),
  tasks: z.union([z.array(taskSchema).max(LIMITS.tasks), listChange(taskSchema, LIMITS.tasks)]).optional(),
  deadlines: z.union([z.array(deadlineSchema).max(LIMITS.deadlines), listChange(deadlineSchema, LIMITS.deadlines)]).optional(),
  assignments: z.union([z.array(assignmentSchema).max(LIMITS.assignments), listChange(assignmentSchema, LIMITS.assignments)]).optional(),
  base: baseSchema.optional(),
})
export type EditRequest = z.infer<typeof editRequestSchema>

const placementShape = {
  before: idSchema.optional(),
  after: idSchema.optional(),
  position: z.int().min(0).max(1_000_000).optional(),
}

/** `POST /api/matters`. `column` is a column's id or key; absent, the board's first. */
export const createRequestSchema = z.strictObject({
  id: idSchema.optional(),
  /** Absent: the caller's default board. */
  board: idSchema.optional(),
  column: z.string().max(64).optional(),
  ...placementShape,
  ...patchShape,
  caseNumber: text(LIMITS.caseNumber).optional(),
  title: requiredText(LIMITS.title),
  clientName: text(LIMITS.clientName).default(''),
  hold: z.undefined().optional(),
  closeRequest: z.undefined().optional(),
  archived: z.undefined().optional(),
  /** Absent: the caller, when a lawyer. */
  assignments: z.array(assignmentSchema).max(LIMITS.assignments).optional(),
  deadlines: z.array(deadlineSchema).max(LIMITS.deadlines).optional(),
  tasks: z.array(taskSchema).max(LIMITS.tasks).optional(),
  tags: z.array(tagSchema).max(LIMITS.tags).optional(),
})
export type CreateRequest = z.infer<typeof createRequestSchema>

/** `POST /api/matters/:id/move`. `column` is a column's id or key; without a place the matter goes to its end. */
export const moveRequestSchema = z.strictObject({
  column: z.string().min(1).max(64),
  ...placementShape,
  reason: text(LIMITS.reason).optional(),
  outcome: z.enum(CLOSE_OUTCOMES).optional(),
  confirmed: z.boolean().optional(),
  /** Takes back the caller's own change that made this board version; the rest isn't looked at then. */
  undoOf: z.int().min(1).optional(),
  base: baseSchema.optional(),
}).refine(
  ({ before, after, position }) => [before, after, position].filter(place => place !== undefined).length <= 1,
  { message: 'give one of before, after and position', path: ['position'] },
)
export type MoveRequest = z.infer<typeof moveRequestSchema>

/** `DELETE /api/matters/:id`. */
export const deleteRequestSchema = z.strictObject({ reason: text(LIMITS.reason).optional(), base: baseSchema.optional() })

/** `POST /api/matters/:id/comments` and `PATCH /api/matters/:id/comments/:commentId`. */
export const commentRequestSchema = z.strictObject({ id: idSchema.optional(), body: requiredText(LIMITS.comment) })

const countQuery = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER)

/** The protocol that the caller speaks; absent, the newest (rule K1). */
const protocolQuery = countQuery.optional()
/** The reader's outbox, whose last number goes along (rule M4). */
const cidQuery = z.string().max(64).optional()

/** `GET /api/kanban/snapshot`. Without `board` the reader's default board is meant (rule R6). */
export const snapshotQuerySchema = z.object({ board: idSchema.optional(), cid: cidQuery, protocol: protocolQuery })

/** `GET /api/kanban/updates` (rules R1–R6). */
export const updatesQuerySchema = z.object({
  board: idSchema.optional(),
  epoch: z.string().max(64).optional(),
  version: countQuery.default(0),
  cid: cidQuery,
  protocol: protocolQuery,
  /** Seconds to hold the answer until something visible changes. */
  wait: z.coerce.number().min(0).max(25).default(0),
  includeDeleted: z.stringbool().default(true),
  /** The way that the caller's page uses; the answer names another when it should. */
  via: z.enum([...TRANSPORT_MODES, 'off']).optional(),
  /** `cursor` of the events that the caller has; absent, they aren't wanted. */
  events: countQuery.optional(),
  /** The personal tag that the page has; absent, it isn't wanted. */
  own: z.string().max(48).optional(),
})
export type UpdatesQuery = z.infer<typeof updatesQuerySchema>

/** `GET /api/kanban/digest` (rule K2). */
export const digestQuerySchema = z.object({
  board: idSchema.optional(),
  epoch: z.string().max(64),
  version: countQuery,
  /** As `digestRows` makes it. */
  digest: z.string().regex(/^[0-9a-f]{16}$/),
  protocol: protocolQuery,
})
export type DigestQuery = Omit<z.infer<typeof digestQuerySchema>, 'protocol'>

/** `POST /api/auth/login`. */
export const loginRequestSchema = z.strictObject({
  email: z.string().trim().min(1).max(320),
  password: z.string().min(1).max(1_024),
})

/** `PATCH /api/auth/me`. */
export const meRequestSchema = z.strictObject({
  /** Null follows the browser. */
  locale: z.enum(['en', 'ja']).nullable().optional(),
  /** How news come to this member; null is the firm's way. */
  transport: z.enum(['polling', 'off']).nullable().optional(),
})
export type MeRequest = z.infer<typeof meRequestSchema>

/** One op a matter (rule R2): the whole row, or the fields newer than the reader's version. */
export type MatterOp
  = | { op: 'put', id: string, matter: Matter }
    | { op: 'set', id: string, fields: Partial<Matter> }

export interface UpdatesAnswer {
  protocol: number
  epoch: string
  /** The version that was asked from (rule R1). */
  from: number
  version: number
  matters: MatterOp[]
  /** Whole columns, when any of the board's columns changed; else null. */
  columns: Column[] | null
  /** Everyone whom the reader may know of, when somebody's name, role or account changed; else null. */
  members: Member[] | null
  deleted: string[]
  /** By client, the last mutation that this version contains (rule M4). */
  acks: Record<string, number>
  /** The server's wish for the next poll, in milliseconds (rule R5). */
  next: number
  /** The way that this member is to use, when the caller named another. */
  transport?: TransportKind
  /** What was said since the caller's cursor, when there was anything. */
  events?: EventsAnswer
  /** The personal tag, when the caller named another. */
  own?: PersonalTag
}

export type ResetReason = 'epoch' | 'pruned' | 'ahead' | 'large'

/** The 409 of `GET /api/kanban/updates`: take a snapshot. */
export interface ResetAnswer {
  reset: ResetReason
}

export interface SnapshotAnswer {
  protocol: number
  epoch: string
  version: number
  board: { id: string, name: string }
  columns: Column[]
  matters: Matter[]
  members: Member[]
  acks: Record<string, number>
  /** The server's clock, epoch milliseconds. */
  now: number
  /** IANA zone of the firm's legal time. */
  timeZone: string
}

/**
 * How a numbered mutation ended (rule M2). Each of these has used up its number.
 *
 * - `ok`: done, in `version`. `merged`: done too, beside fields that others changed meanwhile.
 * - `conflict`: fields are newer than what the person looked at; nothing was changed.
 * - `gone`: the matter isn't there, or not for this person.
 * - `rejected`: the rules of the board say no; `code` says why.
 */
export interface MutationResult {
  n: number
  status: 'ok' | 'merged' | 'conflict' | 'gone' | 'rejected'
  /** Board version that contains it; 0 of one that was refused. */
  version: number
  code?: ProblemCode
  /** The part of the arguments that is wrong, as a dotted path. */
  field?: string
  /** Keys of the columns that a refused move could have gone to. */
  allowed?: string[]
  /** Of a `conflict`: the newer values, read under today's access (rule M3). */
  conflicts?: FieldConflict[]
  /** Of a `merged` one: what others had changed. */
  others?: FieldOrigin[]
}

/** What `POST /api/kanban/mutations` answers: a result for each item that was reached, in order. */
export interface MutationsAnswer {
  protocol: number
  cid: string
  results: MutationResult[]
}

/**
 * A mutation with its number, as it travels; `void` uses up a number and does nothing. `key` tells it from
 * another one that a copy of the device gave the same number: that one is answered with `NUMBER_TAKEN`.
 */
export type NumberedMutation = { n: number, key?: string } & (Mutation | { kind: 'void' })

/** What `GET /api/kanban/digest` answers (rule K2): whether the caller's rows are the server's at that version. */
export interface DigestAnswer {
  /** Null when the caller isn't at the server's version for them: nothing can be said. */
  same: boolean | null
}

/** What a single mutation answers: the matter as it now stands, null once deleted. */
export interface MutationAnswer {
  version: number
  matter: Matter | null
}

export interface CommentsAnswer {
  comments: Comment[]
}

export interface ActivityAnswer {
  activity: Activity[]
}

export interface BoardSummary {
  id: string
  name: string
  isDefault: boolean
}

export interface MeAnswer {
  member: Member & { email: string, locale: 'en' | 'ja' | null, transport: 'polling' | 'off' | null }
  /** The way that this member's pages use. */
  transport: TransportKind
  /** What this member chose for their own screens. */
  preferences: Preferences
  /** What an administrator set for all. */
  firm: FirmAwareness
  boards: BoardSummary[]
  /** IANA zone of the firm's legal time. */
  timeZone: string
}

function isTimeZone(zone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }))
  }
  catch {
    return false
  }
}
