import type { Column } from '#shared/kanban/board.ts'
import type { Matter, MatterId } from '#shared/kanban/matter.ts'
import type { Actor, Member, MemberId } from '#shared/kanban/member.ts'
import type { OwnChange } from '#shared/kanban/mutation-context.ts'
import { canSee, canSeeComments } from '#shared/kanban/visibility.ts'
import type { ProblemCode } from '#shared/protocol/problems.ts'
import type { Effect } from '../world/server.ts'

/** A result as it is kept: without a value (rule M3). */
export interface StoredResult {
  matterId: MatterId | null
  status: 'ok' | 'merged' | 'conflict' | 'gone' | 'rejected'
  version: number
  code?: ProblemCode
  field?: string
  allowed?: string[]
  /** Names of the fields that conflicted, or that others had changed. */
  fields: string[]
}

export interface Client {
  memberId: MemberId
  last: number
  results: ReadonlyMap<number, StoredResult>
}

export interface OwnRecord {
  memberId: MemberId
  cid: string | null
  n: number | null
  matterId: MatterId
  change: OwnChange & { version: number }
}

/** Something with a value for each version from which it held. */
export type History<T> = readonly { v: number, value: T }[]

/**
 * A board with all of its past, in one epoch. What is in it is never changed in place but replaced, so that a
 * backup is a copy of the outermost object.
 */
export interface Era {
  epoch: string
  version: number
  floor: number
  columnsVersion: number
  membersVersion: number
  columns: History<readonly Column[]>
  members: History<ReadonlyMap<MemberId, Member>>
  /** Null where the matter was deleted. */
  rows: ReadonlyMap<MatterId, History<Matter | null>>
  /** Highest version with an entry that the reader could see, or wrote (rule P5). */
  positions: ReadonlyMap<MemberId, number>
  clients: ReadonlyMap<string, Client>
  own: readonly OwnRecord[]
  comments: ReadonlyMap<string, { matterId: MatterId, authorId: MemberId }>
  effects: readonly Effect[]
  caseNumbers: number
}

export function firstEra(columns: readonly Column[], members: readonly Member[]): Era {
  return {
    epoch: 'epoch-1', version: 0, floor: 0, columnsVersion: 0, membersVersion: 0,
    columns: [{ v: 0, value: columns }],
    members: [{ v: 0, value: new Map(members.map(member => [member.id, member])) }],
    rows: new Map(), positions: new Map(), clients: new Map(), own: [], comments: new Map(), effects: [], caseNumbers: 0,
  }
}

/** What held at a version; undefined before the first. */
export function valueAt<T>(history: History<T> | undefined, version: number): T | undefined {
  if (!history)
    return undefined
  for (let index = history.length - 1; index >= 0; index--) {
    if (history[index]!.v <= version)
      return history[index]!.value
  }
  return undefined
}

export function latest<T>(history: History<T>): T {
  return history[history.length - 1]!.value
}

export function memberAt(era: Era, id: MemberId, version: number): Member {
  return valueAt(era.members, version)!.get(id)!
}

/** The row as a reader saw it at a version; null where it wasn't there for them. */
export function seenAt(era: Era, reader: Actor, id: MatterId, version: number): Matter | null {
  const row = valueAt(era.rows.get(id), version)
  const then = memberAt(era, reader.id, version)
  return row && canSee(then, row) ? asSeen(then, row) : null
}

const forClients = new WeakMap<Matter, Matter>()

/** Whoever doesn't read comments isn't told how many there are. */
export function asSeen(reader: Actor, row: Matter): Matter {
  if (canSeeComments(reader) || row.commentCount === 0)
    return row
  const seen = forClients.get(row) ?? Object.freeze({ ...row, commentCount: 0 })
  forClients.set(row, seen)
  return seen
}
