import type { EpochMs } from '#shared/kanban/matter.ts'
import type { SocketLack } from './connection.ts'

/*
 * Whether a socket is worth its trouble here (rule T2, docs/adr/0014-transports.md): a pure judgement over what was
 * measured. It trusts at first. What counts against the socket is only what HTTP shows not to be an outage of both.
 */

/** So many drops while HTTP answered … */
export const DROPS_TOLERATED = 2
/** … within so long, and one more bars the socket. */
export const DROPS_WITHIN_MS = 5 * 60_000
/** How long only polling is used the first time; it doubles with each further time. */
export const FIRST_BAR_MS = 2 * 60_000
export const LONGEST_BAR_MS = 30 * 60_000
/** A socket that was live for so long has made good what was before. */
export const TRUST_AFTER_MS = 10 * 60_000
/** A changed network is tried at once, and the next one not before so long: some browsers tell of one every second. */
export const CHANGE_EVERY_MS = 2 * 60_000
/** HTTP that failed so long before a socket's end failed with it: a silent socket is found out after 41 s. */
export const SAME_OUTAGE_MS = 45_000
/** Round trips that are compared; so many much worse in a row, over so long, and polling is the better way. */
export const SLOW_PONGS = 3
export const SLOW_FOR_MS = 60_000

const TRIPS_KEPT = 5

/** What is known of the link: plain data, so that a judgement can be repeated. */
export interface LinkQuality {
  /** How often in a row the socket was barred; 0 is full trust. */
  bars: number
  /** Until when only polling is used; null for not at all. */
  barredUntil: EpochMs | null
  /** What it was barred for the last time. */
  barredFor: Exclude<SocketLack, 'opening'> | null
  /** The socket failed, and HTTP hasn't shown yet whether it failed, too. */
  suspect: { kind: 'drop' | 'blocked', at: EpochMs } | null
  /** Sockets in a row that never came to be. */
  blocks: number
  /** Drops while HTTP answered, since the last bar. */
  drops: readonly EpochMs[]
  liveSince: EpochMs | null
  httpFailedAt: EpochMs | null
  /** The latest round trips by HTTP, in milliseconds. */
  httpTrips: readonly number[]
  /** Pongs in a row that took much longer than HTTP does. */
  slow: { count: number, since: EpochMs } | null
  /** When a changed network was last tried, or is to be. */
  changedAt: EpochMs | null
}

/** What happened on the link. */
export type LinkEvent
  /** The socket was welcomed and has answered. */
  = | { kind: 'live' }
    /** A live socket ended, and nobody meant it to. */
    | { kind: 'dropped' }
    /** The server gave a ticket, and then no socket came of it. */
    | { kind: 'blocked' }
    /** The server said by HTTP that there is no socket for this member now. */
    | { kind: 'refused' }
    /** A live socket ended because one side wanted it so, like a server that is restarted. */
    | { kind: 'ended' }
    /** A round trip over the socket. */
    | { kind: 'pong', tookMs: number }
    /** An exchange by HTTP, and whether any answer of the server came. */
    | { kind: 'http', startedAt: EpochMs, tookMs: number, answered: boolean }
    /** The device may be on another network: it is online again, or slept. */
    | { kind: 'changed' }

/** A link of which nothing is known. */
export const UNKNOWN_LINK: LinkQuality = {
  bars: 0, barredUntil: null, barredFor: null, suspect: null, blocks: 0, drops: [],
  liveSince: null, httpFailedAt: null, httpTrips: [], slow: null, changedAt: null,
}

/** What is known after something happened. */
export function noteLink(before: LinkQuality, event: LinkEvent, now: EpochMs): LinkQuality {
  const quality = restored(before, now)
  switch (event.kind) {
    case 'live': return { ...quality, barredUntil: null, suspect: null, blocks: 0, liveSince: quality.liveSince ?? now, slow: null }
    case 'ended': return { ...quality, liveSince: null, slow: null }
    case 'dropped': return suspected(quality, 'drop', now)
    case 'blocked': return quality.blocks > 0 ? barred(quality, 'blocked', now) : suspected({ ...quality, blocks: 1 }, 'blocked', now)
    case 'refused': return barred(quality, 'refused', now)
    case 'pong': return ponged(quality, event.tookMs, now)
    case 'http': return exchanged(quality, event, now)
    case 'changed': return changed(quality, now)
    default: return event satisfies never
  }
}

/** Whether the socket may be opened or kept now; `at`: otherwise, when it may be tried again. */
export function judgeLink({ barredUntil }: LinkQuality, now: EpochMs): { allowsSocket: true } | { allowsSocket: false, at: EpochMs } {
  return barredUntil === null || now >= barredUntil ? { allowsSocket: true } : { allowsSocket: false, at: barredUntil }
}

function restored(quality: LinkQuality, now: EpochMs): LinkQuality {
  const isTrusted = quality.liveSince !== null && now - quality.liveSince >= TRUST_AFTER_MS
  return isTrusted && (quality.bars > 0 || quality.drops.length > 0) ? { ...quality, bars: 0, drops: [] } : quality
}

/** Nothing is held against the socket before HTTP has shown that it works without it. */
function suspected(quality: LinkQuality, kind: 'drop' | 'blocked', now: EpochMs): LinkQuality {
  const isOutage = quality.httpFailedAt !== null && now - quality.httpFailedAt <= SAME_OUTAGE_MS
  return { ...quality, suspect: isOutage ? null : { kind, at: now }, liveSince: null, slow: null }
}

function exchanged(quality: LinkQuality, { startedAt, tookMs, answered }: Extract<LinkEvent, { kind: 'http' }>, now: EpochMs): LinkQuality {
  const { suspect } = quality
  const tells = suspect !== null && startedAt >= suspect.at
  if (!answered)
    return { ...quality, httpFailedAt: now, suspect: null }
  const measured = { ...quality, httpTrips: [...quality.httpTrips, tookMs].slice(-TRIPS_KEPT) }
  if (!tells)
    return measured
  if (suspect.kind === 'blocked')
    return barred(measured, 'blocked', now)
  const drops = [...measured.drops.filter(at => now - at < DROPS_WITHIN_MS), suspect.at]
  return drops.length > DROPS_TOLERATED ? barred(measured, 'unsteady', now) : { ...measured, suspect: null, drops }
}

/** Between fast and slow lies a wide range that changes nothing, so that a link on the edge isn't judged to and fro. */
function ponged(quality: LinkQuality, tookMs: number, now: EpochMs): LinkQuality {
  const usual = median(quality.httpTrips)
  if (usual === null || quality.liveSince === null)
    return quality
  if (tookMs <= 1.5 * usual + 150)
    return { ...quality, slow: null }
  if (tookMs <= 3 * usual + 500)
    return quality
  const slow = { count: (quality.slow?.count ?? 0) + 1, since: quality.slow?.since ?? now }
  return slow.count >= SLOW_PONGS && now - slow.since >= SLOW_FOR_MS ? barred(quality, 'unsteady', now) : { ...quality, slow }
}

/** Another network may let through what this one didn't; what it then costs to be wrong isn't forgotten. */
function changed(quality: LinkQuality, now: EpochMs): LinkQuality {
  const { changedAt, barredUntil } = quality
  if (changedAt === null || now - changedAt >= CHANGE_EVERY_MS)
    return { ...quality, changedAt: now, barredUntil: null, suspect: null, blocks: 0, httpTrips: [], slow: null }
  const at = Math.max(now, changedAt <= now ? changedAt + CHANGE_EVERY_MS : changedAt)
  return barredUntil === null || barredUntil <= at ? quality : { ...quality, changedAt: at, barredUntil: at }
}

function barred(quality: LinkQuality, barredFor: LinkQuality['barredFor'], now: EpochMs): LinkQuality {
  const barMs = Math.min(LONGEST_BAR_MS, FIRST_BAR_MS * 2 ** quality.bars)
  return { ...quality, bars: quality.bars + 1, barredUntil: now + barMs, barredFor, suspect: null, blocks: 0, drops: [], liveSince: null, slow: null }
}

function median(values: readonly number[]): number | null {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? null
}
