import type { Actor } from '#shared/kanban/member.ts'
import { Fault, toFault } from '#shared/realtime/fault.ts'
import type { Chance } from '../chance.ts'
import type { Counts } from '../counts.ts'
import type { Profile } from './profile.ts'
import type { Schedule } from './schedule.ts'
import type { Server } from './server.ts'

/** What stands between a device and the server. */
export interface Link {
  actor: () => Actor
  isOffline: boolean
  /** The server ended this device's session. */
  isSignedOut: boolean
  /** Requests arrive, answers don't. */
  isOneWay: boolean
  /** Nothing arrives, and nobody says so. */
  isHalfOpen: boolean
  /** Something in between lets no socket through. */
  isBlocked: boolean
  /** Answers take this much longer, in milliseconds. */
  slowMs: number
}

export type Reply<T> = { answer: T, fault?: undefined } | { answer?: undefined, fault: Fault }

export interface Network {
  profile: Profile
  /** The server can't be reached before this time. */
  downUntil: number
  /** The server answers "not now" until this time, and for how long it wants to be left alone. */
  busyUntil: number
  retryAfterMs: number
  /** The server ended. */
  onDown: () => void
  /**
   * One request; `act` is what the server does, `deliver` is told what came of it: once, twice or never.
   */
  exchange: <T>(link: Link, act: (server: Server) => T | Promise<T>, deliver: (reply: Reply<T>) => void, options: RequestOptions) => void
}

export interface RequestOptions {
  /** The page speaks a protocol that the server no longer does. */
  isOutdated: boolean
  /** A crash may meet it before or after its transaction. */
  writes: boolean
}

/** The network of one run, between its devices and its server. */
export function createNetwork(schedule: Schedule, server: Server, chance: Chance, counts: Counts, profile: Profile): Network {
  const network: Network = { profile, downUntil: 0, busyUntil: 0, retryAfterMs: 0, onDown: () => {}, exchange }

  const delay = () => {
    const { late, usualMs, longMs } = network.profile
    return 5 + chance() * (chance.likely(late) ? longMs : usualMs)
  }

  function exchange<T>(
    link: Link, act: (server: Server) => T | Promise<T>, deliver: (reply: Reply<T>) => void, options: RequestOptions,
  ): void {
    counts.add('requests')
    /** Either the device notices soon, or its own patience ends. */
    const lose = () => {
      counts.add('lost')
      if (chance.likely(0.6))
        schedule.after(delay(), () => deliver({ fault: new Fault('network') }))
    }
    const arrive = () => {
      if (schedule.now < network.downUntil)
        return lose()
      const crash = options.writes ? crashNow() : null
      if (crash === 'before')
        return lose()
      const answered = (reply: Reply<T>) =>
        crash === 'after' || link.isOneWay || chance.likely(network.profile.lostReply) ? lose() : giveBack(reply)
      const reply = handle(link, act, options.isOutdated)
      return reply instanceof Promise ? reply.then(answered) : answered(reply)
    }
    const giveBack = (reply: Reply<T>) => {
      schedule.after(delay() + link.slowMs, () => deliver(reply))
      if (chance.likely(network.profile.repeatedReply)) {
        counts.add('repeatedReplies')
        schedule.after(delay() * 3 + link.slowMs, () => deliver(reply))
      }
    }

    if (link.isOffline) {
      schedule.after(5, () => deliver({ fault: new Fault('network') }))
      return
    }
    if (link.isHalfOpen) {
      counts.add('lost')
      return
    }
    if (chance.likely(network.profile.loss))
      return lose()
    schedule.after(delay(), arrive)
    if (chance.likely(network.profile.repeatedRequest)) {
      counts.add('repeatedRequests')
      schedule.after(delay() * 3, arrive)
    }
  }

  /** What the server makes of a request: doors first, then the work. Synchronous unless the server isn't. */
  function handle<T>(link: Link, act: (server: Server) => T | Promise<T>, isOutdated: boolean): Reply<T> | Promise<Reply<T>> {
    if (schedule.now < network.busyUntil) {
      counts.add('busy')
      return { fault: new Fault('server', { retryAfterMs: network.retryAfterMs }) }
    }
    if (isOutdated) {
      counts.add('outdated')
      return { fault: new Fault('outdated', { problem: { code: 'UPGRADE_REQUIRED', message: 'too old' } }) }
    }
    if (link.isSignedOut) {
      counts.add('signedOut')
      return { fault: new Fault('signed-out', { problem: { code: 'UNAUTHENTICATED', message: 'sign in' } }) }
    }
    try {
      const answer = act(server)
      return answer instanceof Promise
        ? answer.then(value => ({ answer: value }), (error: unknown) => ({ fault: faultOf(error) }))
        : { answer }
    }
    catch (error) {
      return { fault: faultOf(error) }
    }
  }

  function crashNow(): 'before' | 'after' | null {
    const dice = chance()
    const { crashBefore, crashAfter } = network.profile
    if (dice >= crashBefore + crashAfter)
      return null
    counts.add('crashes')
    network.downUntil = schedule.now + 100 + chance() * 5_000
    network.onDown()
    schedule.after(network.downUntil - schedule.now, () => server.restart())
    return dice < crashBefore ? 'before' : 'after'
  }

  return network
}

/** A fault is an answer; anything else is a bug of the server's, which must not pass for bad weather. */
function faultOf(error: unknown): Fault {
  if (error instanceof Fault)
    return toFault(error)
  throw error
}
