import type { OwnChange } from '#shared/kanban/mutation-context.ts'
import type { EpochMs, ItemKey, MatterField, MatterId } from '#shared/kanban/matter.ts'
import type { BaseVersions, Mutation } from '#shared/kanban/mutation.ts'
import type { MutationResult } from '#shared/protocol/messages.ts'

/** A number that was given away and does nothing: its matter is gone, or the server lost what came before (rules C6, M2). */
export interface VoidMutation {
  kind: 'void'
}

/**
 * What a person had before their eyes when they changed something: by field or item, its value, and the version
 * of the matter as it stood there (`Matter.version`, not the older one that wrote the field: what else the
 * matter said at that time isn't news to its maker, rule X2).
 */
export type Looked = Partial<Record<MatterField | ItemKey, { version: number, value: unknown }>>

/**
 * A change on its way to the server.
 *
 * - `queued`: drawn, and to be sent until its result is known.
 * - `acked`: the server made it, in a version that isn't here yet: drawn, not sent (rule M4).
 * - `contained`: the rows here contain it or its refusal, and its result is still unknown: sent, not drawn.
 */
export interface OutboxEntry {
  /** Names it on this device before it has a number. */
  key: string
  /** The outbox that it is in, and its place there: dense, from 1 (rule M1). Null until it is stored. */
  cid: string | null
  n: number | null
  /** When the person made it. Drawing it again gives the same. */
  at: EpochMs
  mutation: Mutation | VoidMutation
  looked: Looked
  /** The board version that its maker saw: a board that is no further can't say that the matter is gone. */
  seen?: number
  /** Of an undo: what it takes back, and the key of the entry that made it. */
  undoes: OwnChange | null
  undoesKey?: string
  state: 'queued' | 'acked' | 'contained'
  /** Of an `acked` one, and of one that was and is sent again because the server may have lost it. */
  result: MutationResult | null
}

/** An entry that is stored. */
export type NumberedEntry = OutboxEntry & { cid: string, n: number }

/** Something of their own that a person may take back (`undo`). Kept on the device, for all of its tabs. */
export interface UndoStep {
  /** The entry that made the change. */
  key: string
  cid: string | null
  n: number | null
  matterId: MatterId
  change: OwnChange
}

/**
 * The versions of what was looked at, as the wire wants them (rule X1). An item that wasn't there is left
 * out: the server takes a named one that isn't there for one that somebody removed.
 */
export function baseOf(looked: Looked): BaseVersions {
  return Object.fromEntries(Object.entries(looked)
    .filter(([field, seen]) => seen!.value !== null || !field.includes('/'))
    .map(([field, seen]) => [field, seen!.version]))
}
