import type { ColumnId, Column, BoardId } from '#shared/kanban/board.ts'
import type { EpochMs, Matter, MatterId } from '#shared/kanban/matter.ts'
import type { MemberId } from '#shared/kanban/member.ts'
import type { PersonalTag } from './personal.ts'
import type { ActivityData, CursorData } from './presence.ts'
import type { ProblemCode } from './problems.ts'

/*
 * What a transport tells, by name. Events are volatile: who wasn't there misses them, and what must not be missed is in the rows.
 */

/** Topics that a member may send (rule A4). */
export const SAID_TOPICS = ['member:activity', 'note', 'cursor'] as const
export type SaidTopic = typeof SAID_TOPICS[number]

/** What goes with each topic. */
export interface SaidData {
  /** Where a tab of a member is; `matterId` null on the board itself. Reaches only who sees the matter. */
  'member:activity': ActivityData
  /** A short word to all on the board. */
  'note': { text: string }
  /** Where a member points. Isn't kept, and reaches only sockets that want it (rule A2). */
  'cursor': CursorData
}

/** Something said or noticed on a board, as the server passes it on. */
export type BoardEvent = {
  /** Unique; one that comes twice is told once. */
  id: string
  /** When the server took it. */
  at: EpochMs
} & (
  | { topic: 'member:joined' | 'member:left', from: MemberId, data: Record<string, never> }
  | { [Topic in SaidTopic]: { topic: Topic, from: MemberId, data: SaidData[Topic] } }[SaidTopic]
)

/** What `GET /api/events` answers, and what an answer to a poll carries. */
export interface EventsAnswer {
  events: BoardEvent[]
  /** To be given as `since` the next time. */
  cursor: number
}

/** A row that came, changed or went. */
export interface MatterEvent {
  boardId: BoardId
  matterId: MatterId
  /** As it is now; null once it is gone from this reader's sight, and where only some of its fields were ever told. */
  matter: Matter | null
  /** Who changed it last; null where the server doesn't say. */
  by: MemberId | null
}

export interface ColumnEvent {
  boardId: BoardId
  columnId: ColumnId
  column: Column | null
}

/** The comments of a matter changed; they are read by their own route. */
export interface CommentEvent {
  boardId: BoardId
  matterId: MatterId
  /** How many there are now. */
  count: number
}

interface Said<Topic extends SaidTopic> {
  boardId: BoardId
  from: MemberId
  at: EpochMs
  data: SaidData[Topic]
}

/** Every event of a transport, and what its handlers get. */
export interface RealTimeEvents {
  'matter:created': MatterEvent
  'matter:updated': MatterEvent
  'matter:deleted': MatterEvent
  'column:created': ColumnEvent
  'column:updated': ColumnEvent
  'column:deleted': ColumnEvent
  'comment:created': CommentEvent
  'comment:updated': CommentEvent
  'comment:deleted': CommentEvent
  'member:joined': { boardId: BoardId, from: MemberId, at: EpochMs }
  'member:left': { boardId: BoardId, from: MemberId, at: EpochMs }
  'member:activity': Said<'member:activity'>
  'note': Said<'note'>
  'cursor': Said<'cursor'>
  /** Something that is the reader's own has changed; `GET /api/personal` tells what. */
  'personal': { tag: PersonalTag }
  /** The server goes away for a moment; `backIn` milliseconds is its guess. */
  'system:maintenance': { backIn: number }
  /** The server refused something that wasn't asked by a caller who waits for the answer. */
  'system:error': { code: ProblemCode }
  /** The first time. */
  'connection:established': { at: EpochMs }
  'connection:lost': { at: EpochMs }
  /** `downtime` in milliseconds. */
  'connection:restored': { at: EpochMs, downtime: number }
}

export type RealTimeEvent = keyof RealTimeEvents

/** All names, for whoever passes everything on. */
export const REAL_TIME_EVENTS = [
  'matter:created', 'matter:updated', 'matter:deleted', 'column:created', 'column:updated', 'column:deleted',
  'comment:created', 'comment:updated', 'comment:deleted', 'member:joined', 'member:left', 'member:activity', 'note', 'cursor', 'personal',
  'system:maintenance', 'system:error', 'connection:established', 'connection:lost', 'connection:restored',
] as const satisfies readonly RealTimeEvent[]
