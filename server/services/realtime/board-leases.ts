import type { EpochMs } from '#shared/kanban/matter.ts'
import type { Member, MemberId } from '#shared/kanban/member.ts'
import { isStaff } from '#shared/kanban/member.ts'
import type { Clock, Timer } from '#shared/realtime/clock.ts'

/** So long a poll says that somebody is there (rule A1). */
const POLL_MS = 45_000
/** So long somebody may be gone whose last socket closed, as when a page is loaded again. */
const GRACE_MS = 5_000
/** Browsers of a member that are told apart; the one that asked longest ago is forgotten first. */
const MAX_SESSIONS = 20

/** Who is on which board, by the polls and sockets of this process, and who of them is told of. */
export interface BoardLeases {
  /** `sessionId`: the browser's; empty for none. While that has a socket here, the socket alone counts. */
  polled: (boardId: string, member: Pick<Member, 'id' | 'role'>, sessionId?: string) => void
  opened: (boardId: string, member: Pick<Member, 'id' | 'role'>, socketId: string, sessionId?: string) => void
  closed: (boardId: string, member: Pick<Member, 'id'>, socketId: string) => void
  /** Whether the others are told that this member is there. */
  has: (boardId: string, memberId: MemberId) => boolean
  /** Since when the others are told of whom. */
  on: (boardId: string) => ReadonlyMap<MemberId, EpochMs>
  /** Boards that anybody has a lease on. */
  boards: () => string[]
  /** It may be another matter now whether this member, or (null) anybody, is told of: tells who appears or vanishes. */
  review: (memberId: MemberId | null) => void
  /** Lets everybody go without a word. */
  close: () => void
}

interface Lease {
  /** Ids of open sockets, with the session of each. */
  sockets: Map<string, string>
  /** By session, until when its polls count. */
  polls: Map<string, EpochMs>
  /** Somebody whose last socket closed is there until then. */
  graceUntil: EpochMs
  timer: Timer
  /** Since when the others are told of it; null while they aren't. */
  toldAt: EpochMs | null
}

export interface BoardLeasesOptions {
  clock: Clock
  /** Tells the others. */
  tell: (boardId: string, memberId: MemberId, change: 'joined' | 'left') => void
  /** Whether the others may be told of a member (rule A3). @default everybody */
  isSeen?: (memberId: MemberId) => boolean
  /** A board has its first lease. */
  onFirst?: (boardId: string) => void
}

/**
 * Leases that tell who comes and goes. A page that polls and sockets of the same member are one presence. Clients and
 * administrators, who don't work on the board, have none; that of who isn't to be seen is known here alone.
 */
export function createBoardLeases({ clock, tell, isSeen = () => true, onFirst = () => {} }: BoardLeasesOptions): BoardLeases {
  const boards = new Map<string, Map<MemberId, Lease>>()

  /** Has a member's lease begin or go on, by what `note` writes into it. */
  function renew(boardId: string, member: Pick<Member, 'id' | 'role'>, note: (lease: Lease) => void): void {
    if (!isStaff(member))
      return
    const known = boards.get(boardId)?.get(member.id)
    if (known)
      return note(known)
    const lease: Lease = { sockets: new Map(), polls: new Map(), graceUntil: 0, timer: null, toldAt: null }
    note(lease)
    const isFirst = !boards.has(boardId)
    boards.set(boardId, (boards.get(boardId) ?? new Map()).set(member.id, lease))
    watch(boardId, member.id, lease)
    if (isFirst)
      onFirst(boardId)
    settle(boardId, member.id, lease)
  }

  function poll({ sockets, polls }: Lease, sessionId: string): void {
    // The safe way beside a socket: whoever closes the page is gone with the socket, not with what it last asked.
    if (sessionId !== '' && [...sockets.values()].includes(sessionId))
      return
    polls.delete(sessionId)
    polls.set(sessionId, clock.now() + POLL_MS)
    if (polls.size > MAX_SESSIONS)
      polls.delete(polls.keys().next().value!)
  }

  /** It lasts at least until then. */
  function endOf({ polls, graceUntil }: Lease): EpochMs {
    return Math.max(graceUntil, ...polls.values())
  }

  /** Tells of it, or that it is over, if that is due. */
  function settle(boardId: string, memberId: MemberId, lease: Lease): void {
    const isDue = isSeen(memberId)
    if (isDue === (lease.toldAt !== null))
      return
    lease.toldAt = isDue ? clock.now() : null
    tell(boardId, memberId, isDue ? 'joined' : 'left')
  }

  /** A renewed lease leaves the timer as it is: when that goes off, it finds out how much is left. */
  function watch(boardId: string, memberId: MemberId, lease: Lease): void {
    clock.clearTimer(lease.timer)
    lease.timer = clock.setTimer(() => {
      if (lease.sockets.size > 0)
        return
      if (endOf(lease) > clock.now())
        return watch(boardId, memberId, lease)
      end(boardId, memberId)
    }, Math.max(0, endOf(lease) - clock.now()))
  }

  function end(boardId: string, memberId: MemberId): void {
    const members = boards.get(boardId)
    const wasTold = members?.get(memberId)?.toldAt !== null
    members?.delete(memberId)
    if (members?.size === 0)
      boards.delete(boardId)
    if (wasTold)
      tell(boardId, memberId, 'left')
  }

  return {
    polled: (boardId, member, sessionId = '') => renew(boardId, member, lease => poll(lease, sessionId)),
    opened: (boardId, member, socketId, sessionId = '') => renew(boardId, member, ({ sockets, polls }) => {
      sockets.set(socketId, sessionId)
      if (sessionId !== '')
        polls.delete(sessionId)
    }),
    closed(boardId, { id }, socketId) {
      const lease = boards.get(boardId)?.get(id)
      if (!lease?.sockets.delete(socketId) || lease.sockets.size > 0)
        return
      lease.graceUntil = clock.now() + GRACE_MS
      watch(boardId, id, lease)
    },
    has: (boardId, memberId) => (boards.get(boardId)?.get(memberId)?.toldAt ?? null) !== null,
    on(boardId) {
      const told = new Map<MemberId, EpochMs>()
      boards.get(boardId)?.forEach(({ toldAt }, memberId) => toldAt !== null && told.set(memberId, toldAt))
      return told
    },
    boards: () => [...boards.keys()],
    review(memberId) {
      for (const [boardId, members] of boards) {
        for (const [id, lease] of members) {
          if (memberId === null || id === memberId)
            settle(boardId, id, lease)
        }
      }
    },
    close() {
      for (const members of boards.values())
        members.forEach(({ timer }) => clock.clearTimer(timer))
      boards.clear()
    },
  }
}
