import type { EpochMs } from '#shared/kanban/matter.ts'
import type { Member, MemberId } from '#shared/kanban/member.ts'
import { isStaff } from '#shared/kanban/member.ts'
import type { Clock, Timer } from '#shared/realtime/clock.ts'

/** So long a poll says that somebody is there (rule A1). */
const POLL_MS = 45_000
/** So long where a socket says so as well: a page that has one polls now and then, and is gone when that closes. */
const POLL_BESIDE_SOCKET_MS = 5_000
/** So long somebody may be gone whose last socket closed, as when a page is loaded again. */
const GRACE_MS = 5_000

/** Who is on which board, by the polls and sockets of this process, and who of them is told of. */
export interface BoardLeases {
  polled: (boardId: string, member: Pick<Member, 'id' | 'role'>) => void
  opened: (boardId: string, member: Pick<Member, 'id' | 'role'>, socketId: string) => void
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
  sockets: Set<string>
  /** It lasts at least until then. */
  until: EpochMs
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

  /** The lease of who is there or comes now, lasting for another `ms`. */
  function renew(boardId: string, member: Pick<Member, 'id' | 'role'>, ms: number): Lease | null {
    if (!isStaff(member))
      return null
    const until = clock.now() + ms
    const known = boards.get(boardId)?.get(member.id)
    if (known) {
      known.until = Math.max(known.until, until)
      return known
    }
    const lease: Lease = { sockets: new Set(), until, timer: null, toldAt: null }
    const isFirst = !boards.has(boardId)
    boards.set(boardId, (boards.get(boardId) ?? new Map()).set(member.id, lease))
    watch(boardId, member.id, lease)
    if (isFirst)
      onFirst(boardId)
    settle(boardId, member.id, lease)
    return lease
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
      if (lease.until > clock.now())
        return watch(boardId, memberId, lease)
      end(boardId, memberId)
    }, Math.max(0, lease.until - clock.now()))
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
    polled: (boardId, member) => void renew(boardId, member, boards.get(boardId)?.get(member.id)?.sockets.size ? POLL_BESIDE_SOCKET_MS : POLL_MS),
    opened(boardId, member, socketId) {
      const lease = renew(boardId, member, 0)
      if (!lease)
        return
      lease.sockets.add(socketId)
      // What its page polled until now counts no longer; another page that polls does so again soon.
      lease.until = clock.now()
    },
    closed(boardId, { id }, socketId) {
      const lease = boards.get(boardId)?.get(id)
      if (!lease?.sockets.delete(socketId) || lease.sockets.size > 0)
        return
      lease.until = Math.max(lease.until, clock.now() + GRACE_MS)
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
