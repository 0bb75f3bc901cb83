import type { Board } from './board.ts'
import type { DateOnly, EpochMs, Matter, MatterField, MatterId } from './matter.ts'
import { MATTER_FIELDS } from './matter.ts'
import type { Actor, Member, MemberId } from './member.ts'
import type { UndoArgs } from './mutation.ts'
import type { RankedMatter } from './rank.ts'

/** What the reducer needs to know of the world. */
export interface MutationContext {
  board: Board
  actor: Actor
  now: EpochMs
  /** Today in the firm's zone. */
  today: DateOnly
  findMember: (id: MemberId) => Pick<Member, 'id' | 'role' | 'active'> | undefined
  /** The matters of a column in order, those hidden from the actor marked so. */
  matterRanks: (columnId: string) => readonly RankedMatter[]
  /** The firm's next case number, for a creation that brings none. */
  nextCaseNumber: (fields: Pick<Matter, 'practiceArea' | 'clientName'>) => string
  /** The change that an undo names, when it was the actor's and was made; else null. */
  findOwnChange: (matterId: MatterId, args: UndoArgs) => OwnChange | null
}

/**
 * A change that its maker may take back: what it changed from, and what it changed to. `version` is the
 * board version that it made, null as long as only its maker's device knows of it. Moves from before `after`
 * was kept come without it.
 */
export type OwnChange
  = | { kind: 'move', version: number | null, before: MoveState, after?: MoveState }
    | { kind: 'edit', version: number | null, before: Partial<Matter>, after: Partial<Matter> }
    /** `matter` as it was; null on a device, which keeps nothing of what is deleted. */
    | { kind: 'delete', version: number | null, matter: Matter | null }

/** The fields that a move sets: what its undo brings back. */
export type MoveState = Pick<Matter, typeof MOVE_FIELDS[number]>

export const MOVE_FIELDS = ['columnId', 'rank', 'stageEnteredAt', 'closedOn', 'closeOutcome', 'closeRequest', 'archived'] as const satisfies readonly MatterField[]

export type RefusalCode
  = | 'MATTER_GONE' | 'COLUMN_GONE' | 'NOT_ASSIGNED' | 'INSUFFICIENT_PERMISSION' | 'INVALID_TRANSITION'
    | 'REASON_REQUIRED' | 'CONFIRMATION_REQUIRED' | 'WIP_LIMIT' | 'PREMATURE_CLOSURE' | 'VALIDATION' | 'UNDO_STALE'

export interface Refusal {
  code: RefusalCode
  /** The part of the arguments that is wrong, as a dotted path. */
  field?: string
  /** Keys of the columns the matter may go to. */
  allowed?: string[]
}

export type ApplyResult
  = | { ok: true, matter: Matter, changed: MatterField[], deleted: boolean }
    | { ok: false, refusal: Refusal }

/** The result that says no. */
export function refuse(code: RefusalCode, details: Omit<Refusal, 'code'> = {}): ApplyResult {
  return { ok: false, refusal: { code, ...details } }
}

/** The result that says yes, naming the fields in which the two differ; nothing is touched when they don't. */
export function changedMatter(before: Matter, after: Matter, context: MutationContext): ApplyResult {
  const changed = MATTER_FIELDS.filter(field => !isSame(before[field], after[field]))
  return { ok: true, matter: changed.length > 0 ? touched(after, context) : before, changed, deleted: false }
}

/** The matter with the actor as the last who changed it. */
export function touched(matter: Matter, { actor, now }: MutationContext): Matter {
  return { ...matter, updatedAt: now, updatedBy: actor.id }
}

/** Equal as data: values here are JSON, with keys in a stable order. */
export function isSame(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}
