import type { EpochMs } from '#shared/kanban/matter.ts'
import { Problem } from '#shared/protocol/problems.ts'
import { createMemberRate } from './member-rate.ts'

/** Sockets that one member may have open (rule B5). */
export const MAX_SOCKETS_A_MEMBER = 10

/** Handshakes a second that a process takes, and how many at once after a quiet time. */
const PER_SECOND = 400
const BURST = 1_000
/** And of one member, who would else take everybody's; enough for each of their sockets to come back a few times. */
const OF_MEMBER = { perSecond: 2, burst: 30 }
/** How long a ticket keeps its holder's place: as long as it is good. */
const RESERVED_MS = 30_000
/** Seconds over which refused callers are spread at least, and at most. */
const SPREAD_S = { shortest: 2, longest: 60 }
/** A member with too many sockets waits for one of them to end. */
const MEMBER_SPREAD_S = 20

/** Not now: ask again after `retryAfterS` seconds. */
export class NotNow extends Problem {
  readonly retryAfterS: number

  constructor(code: 'UNAVAILABLE' | 'TOO_MANY_SOCKETS', message: string, retryAfterS: number) {
    super(code, message)
    this.name = 'NotNow'
    this.retryAfterS = retryAfterS
  }
}

/** Who asks for a socket. */
export interface Comer {
  sessionId: string
  memberId: string
}

/** Lets as many sockets in as the process can take (rules B4, B5). */
export interface Admission {
  /** Throws `NotNow` to everybody from now on. */
  close: () => void
  /** Throws `NotNow` once it is closed. */
  refuseWhenClosed: () => void
  /** Keeps a place for the socket that a ticket is for, or throws `NotNow`. */
  reserve: (comer: Comer) => void
  /** Lets a socket in, or throws `NotNow`; the answer is to be called when the socket is gone. */
  enter: (comer: Comer) => () => void
}

export interface AdmissionOptions {
  /** @default Date.now */
  now?: () => EpochMs
  /** @default Math.random */
  random?: () => number
  /** @default 400 */
  perSecond?: number
  /** @default 1_000 */
  burst?: number
  /** The same for each member. @default 2 a second, 30 at once */
  ofMember?: { perSecond: number, burst: number }
}

/**
 * One token bucket for tickets and handshakes. Who got a ticket has paid: a handshake that is refused after a good
 * ticket would look like a proxy that stops sockets.
 */
export function createAdmission(options: AdmissionOptions = {}): Admission {
  const { now = Date.now, random = Math.random, perSecond = PER_SECOND, burst = BURST, ofMember = OF_MEMBER } = options
  const members = createMemberRate(ofMember.perSecond, now, ofMember.burst)
  const open = new Map<string, number>()
  /** By session, when each place that is kept is given up. */
  const reserved = new Map<string, EpochMs[]>()
  let tokens = burst
  let filledAt = now()
  let refused = 0
  let isClosed = false
  let sweptAt = now()

  function spread(seconds: number): number {
    return 1 + Math.floor(random() * seconds)
  }

  /** Takes a token of the member and one of everybody's, or throws after how long those who were refused lately will all have had one. */
  function takeToken(memberId: string): void {
    if (!members.take(memberId))
      throw new NotNow('TOO_MANY_SOCKETS', 'this member opens sockets too often', spread(MEMBER_SPREAD_S))
    const at = now()
    tokens = Math.min(burst, tokens + Math.max(0, at - filledAt) * perSecond / 1_000)
    filledAt = at
    if (tokens >= 1) {
      tokens -= 1
      refused = tokens > burst / 2 ? 0 : refused
      return
    }
    refused += 1
    const wait = Math.min(SPREAD_S.longest, Math.max(SPREAD_S.shortest, 2 * refused / perSecond))
    throw new NotNow('UNAVAILABLE', 'many sockets are being opened; ask again later', spread(wait))
  }

  function refuseWhenClosed(): void {
    if (isClosed)
      throw new NotNow('UNAVAILABLE', 'the server is being restarted', spread(10))
  }

  function refuseTooMany(memberId: string): void {
    if ((open.get(memberId) ?? 0) >= MAX_SOCKETS_A_MEMBER)
      throw new NotNow('TOO_MANY_SOCKETS', `a member may have ${MAX_SOCKETS_A_MEMBER} sockets`, spread(MEMBER_SPREAD_S))
  }

  function takeReserved(sessionId: string): boolean {
    const places = reserved.get(sessionId)?.filter(until => until > now()) ?? []
    const found = places.shift() !== undefined
    if (places.length > 0)
      reserved.set(sessionId, places)
    else
      reserved.delete(sessionId)
    return found
  }

  function sweep(at: EpochMs): void {
    if (at - sweptAt < RESERVED_MS)
      return
    sweptAt = at
    for (const [sessionId, places] of reserved) {
      if (places.every(until => until <= at))
        reserved.delete(sessionId)
    }
  }

  return {
    close() { isClosed = true },
    refuseWhenClosed,
    reserve({ sessionId, memberId }) {
      refuseWhenClosed()
      refuseTooMany(memberId)
      takeToken(memberId)
      const at = now()
      sweep(at)
      const places = reserved.get(sessionId) ?? []
      reserved.set(sessionId, [...places.filter(until => until > at), at + RESERVED_MS].slice(-MAX_SOCKETS_A_MEMBER))
    },
    enter({ sessionId, memberId }) {
      refuseWhenClosed()
      refuseTooMany(memberId)
      if (!takeReserved(sessionId))
        takeToken(memberId)
      open.set(memberId, (open.get(memberId) ?? 0) + 1)
      let isGone = false
      return () => {
        if (isGone)
          return
        isGone = true
        const left = open.get(memberId)! - 1
        if (left > 0)
          open.set(memberId, left)
        else
          open.delete(memberId)
      }
    },
  }
}
