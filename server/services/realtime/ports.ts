import type { SessionMember } from '#server/services/account-service.ts'
import type { TransportKind, TransportMode } from '#shared/config/features.ts'
import type { Actor, MemberId } from '#shared/kanban/member.ts'
import type { BoardEvent, EventsAnswer, SaidTopic } from '#shared/protocol/events.ts'
import type { PresenceAnswer } from '#shared/protocol/presence.ts'
import type { HelloFrame, SyncFrame } from '#shared/protocol/frames.ts'
import type { BoardSocket } from './socket-registry.ts'

/*
 * What the parts of the live server know of each other. Each stands in a file of its own beside this one.
 */

/** Brings news to sockets (rules B2, B3, W2): fan-out.ts. */
export interface FanOut {
  /**
   * Takes a socket in after its `hello` was checked: answers `welcome`, sends what is new, and goes on with every
   * change until the socket leaves. Throws the `Problem` why not, as `BOARD_GONE`.
   */
  join: (socket: BoardSocket, hello: HelloFrame) => Promise<void>
  /** Answers `sync` with `d`, `same` or `reset`, and goes on from there. */
  sync: (socket: BoardSocket, frame: SyncFrame) => Promise<void>
  /** The reader has other matters open now: what was held back of them goes out. */
  refocus: (socket: BoardSocket) => void
  leave: (socket: BoardSocket) => void
  /** Lets everything go. */
  close: () => void
}

/** Which way news take to whom: transport-policy.ts. */
export interface TransportPolicy {
  /** The way of a member, from memory. */
  of: (member: Pick<SessionMember, 'id' | 'transport'>) => TransportKind
  /** What the administrator set; `mode` null follows the flag. `share`: percent of members who use the mode, the others poll. */
  settings: () => { mode: TransportMode | null, share: number, flag: TransportMode }
  set: (settings: { mode: TransportMode | null, share: number }) => Promise<void>
  /** Hears that ways may have changed, of one member or (null) of all; returns how to stop. */
  onChange: (listener: (memberId: MemberId | null) => void) => () => void
  close: () => void
}

/** What is said on boards, and who is there (rules A1–A4): board-events.ts. */
export interface BoardEvents {
  /**
   * Passes on what a member says, to everybody else on the board who may hear it. `socketId`: of the socket that it came
   * on; null by HTTP. Throws a `Problem`: `BOARD_GONE`, `MATTER_GONE`, `FORBIDDEN`, `VALIDATION`, or `TOO_MANY_ATTEMPTS`.
   */
  say: (member: SessionMember, boardId: string, topic: SaidTopic, data: unknown, socketId?: string | null) => Promise<void>
  /**
   * What this member may hear that came after `cursor`; null when nothing did, without a look at the database.
   * A newcomer, whose cursor is 0, is told where to go on from even so.
   */
  since: (member: Actor, boardId: string, cursor: number) => Promise<EventsAnswer | null>
  /** Ends with true when there is something that `since` would answer, with false when the signal aborts. */
  wait: (member: Actor, boardId: string, cursor: number, signal: AbortSignal) => Promise<boolean>
  /** The same as `since`, for who asks for nothing else; without a cursor, all that is kept. Throws `BOARD_GONE`, `FORBIDDEN`. */
  read: (member: Actor, boardId: string, cursor?: number) => Promise<EventsAnswer>
  /** Who is on the board, and where, as far as this member may know (rules A1, A3). Throws `BOARD_GONE`, `FORBIDDEN`. */
  present: (member: Actor, boardId: string) => Promise<PresenceAnswer>
  /** Takes what another process passes on. */
  heard: (boardId: string, event: BoardEvent) => void
  /** Notes that a member polls a board in a session: with it they are there, for 45 s, or as long as its socket is (rule A1). */
  polled: (member: Actor, boardId: string, sessionId?: string) => void
  close: () => void
}

/** Signs and takes the single-use tickets of sockets (rule S1): tickets.ts. */
export interface Tickets {
  issue: (session: { sessionId: string, memberId: MemberId }) => Promise<string>
  /** Whether this is a fresh ticket of that session; a second call with the same answers false. */
  take: (ticket: string, session: { sessionId: string, memberId: MemberId }) => Promise<boolean>
}
