import type { ColumnId } from './board.ts'
import type {
  Assignment, CloseOutcome, Confidentiality, DateOnly, Deadline, ExternalRef, ItemKey, MatterField, MatterId, PracticeArea, Priority, Task,
} from './matter.ts'
import type { MemberId } from './member.ts'

/** Where in the target column: next to a neighbour, at a place among the matters that the caller sees, or at the end. */
export type Placement
  = | { before: MatterId }
    | { after: MatterId }
    /** 0-based, among the matters that the caller sees, without the one that moves. */
    | { position: number }
    | { end: true }

/** What is set as a whole; the last three say who and when by themselves. */
export interface MatterPatch {
  caseNumber?: string
  courtCaseNumber?: string | null
  courtName?: string | null
  title?: string
  description?: string
  clientName?: string
  opposingParty?: string | null
  practiceArea?: PracticeArea | null
  waitingOn?: string | null
  priority?: Priority
  confidentiality?: Confidentiality
  clientMemberIds?: MemberId[]
  openedOn?: DateOnly | null
  filedOn?: DateOnly | null
  archived?: boolean
  hold?: { reason: string } | null
  closeRequest?: { outcome: CloseOutcome, reason: string } | null
}

/** A change to a list that leaves alone what it doesn't name, so that two people adding don't meet. */
export interface ListChange<Item, Key = string> {
  /** Items to add, or to replace where the key is there already. */
  put?: Item[]
  remove?: Key[]
}

export interface EditArgs {
  set?: MatterPatch
  tags?: { add?: string[], remove?: string[] }
  tasks?: ListChange<Task>
  deadlines?: ListChange<Deadline>
  /** Keyed by member. Putting a primary lawyer makes the one before secondary. */
  assignments?: ListChange<Assignment, MemberId>
}

export interface CreateArgs {
  /** Empty or absent: the firm's next number. */
  caseNumber?: string
  columnId: ColumnId
  placement?: Placement
  title: string
  clientName: string
  fields?: Omit<MatterPatch, 'caseNumber' | 'title' | 'clientName' | 'hold' | 'closeRequest' | 'archived'>
  assignments?: Assignment[]
  deadlines?: Deadline[]
  tasks?: Task[]
  tags?: string[]
  externalRefs?: ExternalRef[]
}

export interface MoveArgs {
  columnId: ColumnId
  placement: Placement
  /** Wanted for critical moves, for closing and for reopening. */
  reason?: string
  /** What came of it, when the move closes the matter. */
  outcome?: CloseOutcome
  /** The person was told about open court, statute or agency deadlines and goes on. */
  confirmed?: boolean
}

/**
 * Names the actor's own move, edit or deletion that is taken back, as long as nobody built on it: by its
 * number in the same outbox, or by the board version that it made. The workflow, limits and reasons that
 * bind a change forward don't bind its way back.
 */
export type UndoArgs = { n: number } | { version: number }

export type CommentArgs
  = | { action: 'add', commentId: string, body: string }
    | { action: 'edit', commentId: string, body: string }
    | { action: 'remove', commentId: string }

/** The versions that the person looked at, by field (rule X1). Fields left out aren't checked. */
export type BaseVersions = Partial<Record<MatterField | ItemKey, number>>

export type Mutation
  = | { kind: 'create', id: MatterId, args: CreateArgs, base?: undefined }
    | { kind: 'edit', id: MatterId, args: EditArgs, base?: BaseVersions }
    | { kind: 'move', id: MatterId, args: MoveArgs, base?: BaseVersions }
    | { kind: 'delete', id: MatterId, args: { reason?: string }, base?: BaseVersions }
    | { kind: 'comment', id: MatterId, args: CommentArgs, base?: undefined }
    | { kind: 'undo', id: MatterId, args: UndoArgs, base?: undefined }

export type MutationKind = Mutation['kind']
