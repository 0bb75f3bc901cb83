import type { EpochMs, ItemKey, MatterField, MatterId } from '#shared/kanban/matter.ts'
import type { MemberId } from '#shared/kanban/member.ts'
import type { BaseVersions, EditArgs, Mutation } from '#shared/kanban/mutation.ts'
import type { FieldOrigin } from '#shared/protocol/problems.ts'

/** One field, or one item of a list, that two people changed. Values are as in a `Matter`; null for nothing. */
export interface ConflictField {
  field: MatterField | ItemKey
  /** What the person had before their eyes. */
  base: unknown
  /** What they want; null of an item that they removed, and of everything when they delete the matter. */
  mine: unknown
  /** What stands, the newest that this device knows. */
  theirs: unknown
  /** Board version that wrote `theirs`, who wrote it, and when. */
  version: number
  by: MemberId
  at: EpochMs
}

/** A change that met a newer value and waits for its maker to choose (rule X3). It survives a reload. */
export interface Conflict {
  /** `cid.n` of the refused change. */
  id: string
  matterId: MatterId
  mutation: Extract<Mutation, { kind: 'edit' | 'move' | 'delete' }>
  /** When the person made it. */
  at: EpochMs
  fields: ConflictField[]
}

/** How a person ends a conflict: mine goes out again on top of what was shown, theirs stays, or something new. */
export type Resolution
  = | { type: 'local', shown?: BaseVersions }
    | { type: 'remote' }
    | { type: 'merge', resolvedData: EditArgs, shown?: BaseVersions }

/** A quiet word that a change went in beside somebody else's. */
export interface MergeNote {
  /** `cid.n` of the own change. */
  id: string
  matterId: MatterId
  /** The fields that others had changed meanwhile. */
  others: FieldOrigin[]
}
