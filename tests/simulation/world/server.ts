import type { Column } from '#shared/kanban/board.ts'
import type { Matter, MatterId } from '#shared/kanban/matter.ts'
import type { Actor, Member, MemberId, Role } from '#shared/kanban/member.ts'
import type { Mutation } from '#shared/kanban/mutation.ts'
import type { DigestAnswer, MutationResult, MutationsAnswer, NumberedMutation, SnapshotAnswer } from '#shared/protocol/messages.ts'
import type { PullOutcome } from '#shared/realtime/transport.ts'

type Awaitable<T> = T | Promise<T>

/** Where a reader stands. */
export interface Position {
  epoch: string | null
  version: number
  cid: string
}

/** A server as the world sees it: the model, or the real services. Methods throw a `Fault`. */
export interface Server {
  /** The board's epoch now. */
  epoch: () => string
  pull: (reader: Actor, position: Position) => Awaitable<PullOutcome>
  send: (actor: Actor, cid: string, items: readonly NumberedMutation[]) => Awaitable<MutationsAnswer>
  compare: (reader: Actor, rows: { epoch: string, version: number, digest: string }) => Awaitable<DigestAnswer>
  /** A change by a plain caller; null when it was refused. */
  commit: (actor: Actor, mutation: Mutation) => Awaitable<MutationResult | null>
  setRole: (id: MemberId, role: Role) => Awaitable<void>
  renameColumn: (id: string, name: string) => Awaitable<void>
  /** Forgets the log up to now. */
  prune: () => Awaitable<void>
  /** Keeps a copy to go back to. */
  backUp: () => Awaitable<void>
  /** Goes back to the copy, in a new epoch. */
  restore: () => Awaitable<void>
  /** The process ends and another begins. */
  restart: () => Awaitable<void>
  /** As they are now. */
  member: (id: MemberId) => Member
  /** Everything that a reader sees now. */
  snapshot: (reader: Actor) => Awaitable<SnapshotAnswer>
  /** The matters whose marks the reader may not meet now. */
  hiddenFrom: (reader: Actor) => Awaitable<MatterId[]>
  /** What was done with numbered changes, in order, in the history that the board has now. */
  effects: () => Awaitable<readonly Effect[]>
  /** What only a model knows of the past; null of a real server. */
  readonly truth: Truth | null
}

/** A numbered change that was carried out. */
export interface Effect {
  cid: string
  n: number
  version: number
  matterId: MatterId
}

export interface Truth {
  /** What a reader at a version of an epoch must have; null where no such epoch was. */
  boardAt: (epoch: string, version: number, memberId: MemberId) => KnownBoard | null
  /** Whether a number was ever used up, whatever became of the board since. */
  wasUsed: (cid: string, n: number) => boolean
  /** Whether a text was ever written to the board. */
  wasWritten: (text: string) => boolean
}

export interface KnownBoard {
  rows: ReadonlyMap<MatterId, Matter>
  columns: readonly Column[]
}
