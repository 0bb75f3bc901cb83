import type { TransportMode } from '#shared/config/features.ts'
import type { Activity } from '#shared/kanban/activity.ts'
import type { MoveState } from '#shared/kanban/apply-mutation.ts'
import type { Column } from '#shared/kanban/board.ts'
import type { Assignment, Comment, Confidentiality, EpochMs, ItemKey, Matter, MatterField, MatterId } from '#shared/kanban/matter.ts'
import type { Member, MemberId } from '#shared/kanban/member.ts'
import type { MutationResult } from '#shared/protocol/messages.ts'
import type { FirmAwareness } from '#shared/protocol/personal.ts'
import type { NotificationType } from '#shared/protocol/preferences.ts'
import type { FieldOrigin, ProblemCode } from '#shared/protocol/problems.ts'

/*
 * What the repository gives and takes: plain values, JSON already parsed, booleans already booleans.
 */

/** The firm that owns the database; there is exactly one. */
export interface FirmSettings {
  name: string
  /** IANA zone of the firm's legal time. */
  timeZone: string
  caseNumberTemplate: string
  /** True when the database was filled with generated people and matters. */
  demo: boolean
  createdAt: EpochMs
}

/** How news reach the firm's browsers, as the administrator set it. */
export interface TransportRecord {
  /** Null follows the flag. */
  mode: TransportMode | null
  /** Percent of members who use it; the others poll. */
  share: number
}

/** A member with what only the server and the member's own screen know. */
export interface MemberRecord extends Member {
  /** As it was typed. */
  email: string
  /** Language of the screen; null follows the browser. */
  locale: 'en' | 'ja' | null
  /** How news come to them; null is the firm's way. */
  transport: 'polling' | 'off' | null
  createdAt: EpochMs
}

/** What may change about a member. */
export type MemberPatch = Partial<Pick<MemberRecord, 'name' | 'email' | 'role' | 'active' | 'locale' | 'transport'>>

/** A sign-in on one device. */
export interface SessionRecord {
  id: string
  memberId: string
  createdAt: EpochMs
  lastSeenAt: EpochMs
  expiresAt: EpochMs
  revokedAt: EpochMs | null
}

/** A board without its columns. */
export interface BoardRecord {
  id: string
  name: string
  /** Random; another epoch makes every version that a reader holds worthless (rule P1). */
  epoch: string
  /** The number of the last writing transaction (rule P1). */
  version: number
  /** The logs are complete above this version (rule P4). */
  floor: number
  /** Version that last changed the columns. */
  columnsVersion: number
  /** Version that last changed what is shown of the members. */
  membersVersion: number
  isDefault: boolean
  /** Order among the firm's boards, from 0. */
  position: number
  /** Where an imported board comes from, so that a later export finds it; null for the firm's own. */
  external: ExternalKey | null
  createdAt: EpochMs
}

/** What a new board needs; it starts at version 0. */
export type NewBoard = Pick<BoardRecord, 'id' | 'name' | 'epoch' | 'isDefault' | 'position' | 'createdAt'> & { external?: ExternalKey | null }

/** A thing's name in the system that it was imported from. */
export interface ExternalKey {
  source: string
  id: string
}

/** A column and where it was imported from. */
export type ColumnRecord = Column & { external?: ExternalKey | null }

/** Where a board stands: enough to tell whether a reader missed something. */
export type BoardHead = Pick<BoardRecord, 'id' | 'epoch' | 'version'>

/** A matter with the versions between which it exists. */
export interface MatterRecord extends Matter {
  createdVersion: number
  /** Null while it exists; afterwards the row stays as a tombstone, so that its id isn't used again. */
  deletedVersion: number | null
  gaps: MatterGap[]
}

/** A matter was deleted in one version and brought back in a later one. */
export interface MatterGap {
  deleted: number
  restored: number
}

/** What decides who sees a matter, and when. */
export interface MatterAccess {
  id: string
  boardId: string
  version: number
  createdVersion: number
  deletedVersion: number | null
  gaps: MatterGap[]
  confidentiality: Confidentiality
  assignments: Assignment[]
  clientMemberIds: string[]
}

/** A matter's place in its column, with what decides who counts it. */
export interface MatterRank {
  id: string
  rank: string
  archived: boolean
  confidentiality: Confidentiality
  assignments: Assignment[]
  clientMemberIds: string[]
}

/** One matter that a version changed; null stands for the board itself, its columns (rule P4). */
export interface ChangeEntry {
  version: number
  matterId: string | null
  by: string
  /** The outbox that it came from, if it came from one. */
  cid: string | null
}

/** One change of the log as it is written. `cid` and `n` name the mutation of a numbered client. */
export interface NewChange {
  matterId: string | null
  cid: string | null
  n: number | null
  by: string
  at: EpochMs
}

/**
 * A real transition of who sees what (rule P4). Creation and deletion are transitions for everyone and
 * are told by the matter's own versions instead.
 */
export interface AccessEntry {
  memberId: string
  matterId: string
  visible: boolean
}

/** A transition in the access log, and the version that it belongs to. */
export type AccessTransition = AccessEntry & { version: number }

/** One step of a matter's history, and of a move what its undo brings back. */
export interface ActivityRecord extends Activity {
  boardId: string
  /** The fields that a move set, as they were before it and after it; null for other kinds. */
  before: MoveState | null
  after: MoveState | null
  /** The mutation that it was; null for one by a plain route. */
  cid: string | null
  n: number | null
}

/** What a request with an `Idempotency-Key` came to; holds no field values (rule M3). */
export interface IdempotencyRecord {
  memberId: string
  key: string
  /** Hash of method, address and body: the same key with another request is a mistake. */
  requestHash: string
  status: number
  matterId: string | null
  version: number
  createdAt: EpochMs
}

/** One outbox: a member on one device and board (rule M1). */
export interface MutationClientRecord {
  boardId: string
  cid: string
  memberId: string
  /** The last number that has a result; numbers are dense, from 1. */
  last: number
  createdAt: EpochMs
  /** When it last wrote. */
  lastSeenAt: EpochMs
}

/** How a numbered mutation ended; names fields and holds none of their values (rule M3). */
export interface MutationResultRecord {
  boardId: string
  cid: string
  n: number
  /** What the device calls the mutation; null when it didn't say. */
  changeKey: string | null
  status: MutationResult['status']
  /** The version that it made; of a change that changed nothing, the matter's; 0 of a refusal. */
  version: number
  matterId: string | null
  code: ProblemCode | null
  field: string | null
  /** Keys of the columns that a refused move could have gone to. */
  allowed: string[] | null
  /** The fields and items that a `conflict` was about. */
  conflicts: (MatterField | ItemKey)[] | null
  /** What a `merged` one met. */
  others: FieldOrigin[] | null
  createdAt: EpochMs
}

/** Where an import stands. */
export type ImportState = 'preview' | 'running' | 'undoing' | 'done' | 'failed' | 'undone'

/** One import of a file; `report` and `plan` belong to the import service. */
export interface ImportRecord {
  id: string
  /** Null until the board is made or chosen. */
  boardId: string | null
  memberId: string
  fileName: string
  /** Kind of file, like `trello`, `clio`, `csv`. */
  format: string
  state: ImportState
  /** Rows done so far and in all. */
  done: number
  total: number
  /** What the person confirmed. */
  plan: unknown
  /** Counts and reasons. */
  report: unknown
  createdAt: EpochMs
  finishedAt: EpochMs | null
}

/** What may change about an import. */
export type ImportPatch = Partial<Pick<ImportRecord, 'boardId' | 'state' | 'done' | 'total' | 'plan' | 'report' | 'finishedAt'>>

/** What became of one row of an imported file. */
export interface ImportRow {
  /** Its line in the file, from 1, or its place in the list. */
  line: number
  result: 'created' | 'updated' | 'skipped' | 'failed'
  matterId: string | null
  /** Code of the reason, for skipped and failed rows. */
  reason: string | null
  /** The row's own name, to recognise it by. */
  label: string
}

/** A matter that an import touched, with what it was, so that the import can be taken back. */
export interface ImportChange {
  matterId: string
  kind: 'created' | 'updated'
  /** The matter before the import; null when it was created. */
  before: Matter | null
  /** Board version that the import wrote. */
  version: number
}

/** One row of a file as its reader made it, kept until the import is done. */
export interface ImportSource {
  line: number
  source: unknown
}

/**
 * What an imported thing was on a board when an import last wrote it: it finds the matter again at the
 * next run and tells what the file changed since from what people changed.
 */
export interface ImportBaseline {
  external: ExternalKey
  matterId: string
  draft: unknown
}

/** A notification as it is stored; what `data` holds depends on the type (shared/protocol/notifications.ts). */
export interface NotificationRecord {
  id: string
  memberId: MemberId
  /** No two of a member's notifications have the same. */
  dedupeKey: string
  /** The member's counter when it came or changed last. */
  version: number
  type: NotificationType
  boardId: string | null
  matterId: MatterId | null
  actorId: MemberId | null
  at: EpochMs
  data: unknown
  readAt: EpochMs | null
  clearedAt: EpochMs | null
}

/** A matter's deadlines, with what decides who is told of them. */
export type MatterDeadlines = Pick<Matter, 'id' | 'boardId' | 'confidentiality' | 'assignments' | 'clientMemberIds' | 'deadlines'>

/** What an administrator set about presence and notices. */
export interface AwarenessRecord {
  firm: FirmAwareness
  /** The firm's counter. */
  version: number
  /** Of all counters of members and of the firm; null until a backup was restored. */
  generation: string | null
}

/** A comment as it is stored. */
export type CommentRecord = Comment
