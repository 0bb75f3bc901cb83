import type { BoardId, ColumnId } from './board.ts'
import type { MemberId } from './member.ts'

/** UUIDv7, made by whoever creates the matter, so that it can exist before the server has heard of it. */
export type MatterId = string

/** A calendar day in the firm's zone, `YYYY-MM-DD`. */
export type DateOnly = string

/** Milliseconds since 1970-01-01T00:00Z. */
export type EpochMs = number

export const PRIORITIES = ['LOW', 'MEDIUM', 'HIGH', 'URGENT'] as const
export type Priority = typeof PRIORITIES[number]

export const CONFIDENTIALITIES = ['NORMAL', 'RESTRICTED', 'SEALED'] as const
export type Confidentiality = typeof CONFIDENTIALITIES[number]

export const CLOSE_OUTCOMES = ['WON', 'LOST', 'SETTLED', 'WITHDRAWN', 'COMPLETED', 'DECLINED'] as const
export type CloseOutcome = typeof CLOSE_OUTCOMES[number]

export const ASSIGNMENT_ROLES = ['PRIMARY_LAWYER', 'SECONDARY_LAWYER', 'PARALEGAL', 'CLERK', 'CONSULTANT'] as const
export type AssignmentRole = typeof ASSIGNMENT_ROLES[number]

export const DEADLINE_KINDS = [
  'STATUTE_OF_LIMITATIONS', 'COURT_FILING', 'RESPONSE', 'HEARING', 'TRIAL',
  'DISCOVERY', 'APPEAL', 'AGENCY_RESPONSE', 'SETTLEMENT', 'INTERNAL', 'REMINDER',
] as const
export type DeadlineKind = typeof DEADLINE_KINDS[number]

export const DEADLINE_SOURCES = ['STATUTE', 'COURT', 'AGENCY', 'CONTRACT', 'INTERNAL'] as const
export type DeadlineSource = typeof DEADLINE_SOURCES[number]

/** The 26 areas of law of the SALI LMSS standard, and Immigration. */
export const PRACTICE_AREAS = [
  'BANKING', 'BANKRUPTCY_AND_RESTRUCTURING', 'CANADA_MUNICIPAL', 'COMMERCIAL_AND_TRADE',
  'CONSTITUTIONAL_AND_CIVIL_RIGHTS', 'CORPORATE', 'CRIMINAL', 'EDUCATION', 'ENERGY',
  'ENVIRONMENTAL_AND_NATURAL_RESOURCE', 'FINANCE_AND_LENDING', 'FOOD_AND_DRUG', 'GAMING', 'HEALTH',
  'IMMIGRATION', 'INFORMATION_SECURITY', 'INSURANCE', 'INTELLECTUAL_PROPERTY', 'LABOR_AND_EMPLOYMENT',
  'PERSONAL_AND_FAMILY', 'PERSONAL_INJURY_AND_TORT', 'PUBLIC_AND_ADMINISTRATIVE', 'REAL_PROPERTY',
  'SECURITIES_AND_FINANCIAL_INSTRUMENTS', 'TAX_AND_REVENUE', 'TELECOMMUNICATIONS', 'TRANSPORTATION',
] as const
export type PracticeArea = typeof PRACTICE_AREAS[number]

export type Lifecycle = 'PENDING' | 'OPEN' | 'CLOSED'

/** Longest values, in characters (UTF-16 code units, as the browser's `maxlength` counts), and longest lists. */
export const LIMITS = {
  caseNumber: 64,
  courtCaseNumber: 64,
  courtName: 255,
  title: 255,
  description: 20_000,
  clientName: 255,
  opposingParty: 255,
  waitingOn: 255,
  reason: 1_000,
  tag: 50,
  tags: 10,
  comment: 10_000,
  taskTitle: 500,
  tasks: 200,
  deadlineTitle: 255,
  deadlines: 100,
  assignments: 50,
  externalRefs: 20,
} as const

export interface Assignment {
  memberId: MemberId
  role: AssignmentRole
}

export interface Deadline {
  id: string
  kind: DeadlineKind
  /** What has to happen, in the firm's words; may be empty, then the kind names it. */
  title: string
  /** The day it falls on, in the firm's zone when `time` is null. */
  date: DateOnly
  /** `HH:MM` in `timeZone`, or null for a whole day. */
  time: string | null
  /** IANA zone of `time`; null for a whole day, which is counted in the firm's zone. */
  timeZone: string | null
  source: DeadlineSource
  extendable: boolean
  doneAt: EpochMs | null
}

export interface Task {
  id: string
  title: string
  doneAt: EpochMs | null
}

export interface Hold {
  since: EpochMs
  reason: string
}

/** An associate's wish to close; a partner approves by closing, or clears it. */
export interface CloseRequest {
  by: MemberId
  at: EpochMs
  outcome: CloseOutcome
  reason: string
}

export interface ExternalRef {
  /** Where the id comes from, like `trello` or `clio`. */
  source: string
  id: string
}

/** Which version and mutation last changed a field, who made it and when (rule P3). */
export interface FieldVersion {
  v: number
  /** The outbox that it came from and its number there; null for a change by a plain route. */
  cid: string | null
  n: number | null
  by: MemberId
  at: EpochMs
}

export interface Matter {
  id: MatterId
  boardId: BoardId
  caseNumber: string
  courtCaseNumber: string | null
  courtName: string | null
  title: string
  /** Markdown. */
  description: string
  clientName: string
  opposingParty: string | null
  practiceArea: PracticeArea | null
  columnId: ColumnId
  /** Fractional key; its order is the order of code units. Never shown. */
  rank: string
  hold: Hold | null
  waitingOn: string | null
  closeOutcome: CloseOutcome | null
  closeRequest: CloseRequest | null
  priority: Priority
  confidentiality: Confidentiality
  assignments: Assignment[]
  /** Members with the role CLIENT whose own matter this is. */
  clientMemberIds: MemberId[]
  deadlines: Deadline[]
  tasks: Task[]
  tags: string[]
  openedOn: DateOnly | null
  filedOn: DateOnly | null
  closedOn: DateOnly | null
  externalRefs: ExternalRef[]
  /** Put away without being closed, as an import brings it: found by filter and search, not on the board. */
  archived: boolean
  commentCount: number
  stageEnteredAt: EpochMs
  createdAt: EpochMs
  createdBy: MemberId
  updatedAt: EpochMs
  updatedBy: MemberId
  /** The board's version that last changed this matter. */
  version: number
  fieldVersions: Partial<Record<MatterField | ItemKey, FieldVersion>>
}

/** Everything about a matter that a mutation can change, by itself, with a version of its own. */
export const MATTER_FIELDS = [
  'caseNumber', 'courtCaseNumber', 'courtName', 'title', 'description', 'clientName', 'opposingParty',
  'practiceArea', 'columnId', 'rank', 'hold', 'waitingOn', 'closeOutcome', 'closeRequest', 'priority',
  'confidentiality', 'assignments', 'clientMemberIds', 'deadlines', 'tasks', 'tags', 'openedOn', 'filedOn',
  'closedOn', 'externalRefs', 'archived', 'commentCount', 'stageEnteredAt',
] as const satisfies readonly (keyof Matter)[]
export type MatterField = typeof MATTER_FIELDS[number]

/** Lists whose items have versions of their own, so that only who changes the same item meets. */
export const ITEM_FIELDS = ['tasks', 'deadlines', 'assignments'] as const satisfies readonly MatterField[]
export type ItemField = typeof ITEM_FIELDS[number]

/** Names one item of a list among the fields, like `deadlines/0190…`. */
export type ItemKey = `${ItemField}/${string}`

export interface Comment {
  id: string
  matterId: MatterId
  /** Markdown. */
  body: string
  /** Null when it was imported and its author is nobody here. */
  authorId: MemberId | null
  /** The name an import brought along; null for members. */
  authorName: string | null
  createdAt: EpochMs
  editedAt: EpochMs | null
}
