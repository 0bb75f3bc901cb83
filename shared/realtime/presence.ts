import type { EpochMs, MatterId } from '#shared/kanban/matter.ts'
import type { MemberId } from '#shared/kanban/member.ts'
import type { ActivityData, Place, PresenceAnswer, PresentMember } from '#shared/protocol/presence.ts'

/*
 * Who is on a board, as one reader knows it (rule A1): the list that was read last, and what was said since. Each thing
 * known has the server's time of when it was so, and the newest counts, in whichever order things arrive.
 */

/** Who has given no sign for so long, by the reader's own clock, isn't shown. */
export const SIGN_LASTS_MS = 60_000

/** So long it is remembered that somebody left, for words that are late. */
const LEFT_KEPT_MS = 180_000

/** What is known of one tab of a member. */
interface TabTrace {
  /** The server's clock. */
  at: EpochMs
  /** The reader's clock. */
  signAt: EpochMs
  /** Null where the tab said that it goes. */
  place: Place | null
}

/** What is known of a member. */
interface MemberTrace {
  isPresent: boolean
  /** As of when, by the server's clock. */
  at: EpochMs
  /** What was said before they last left says nothing any more. */
  leftAt: EpochMs
  since: EpochMs
  /** The reader's clock. */
  signAt: EpochMs
  tabs: ReadonlyMap<string, TabTrace>
}

/** What a reader knows of a board's people. */
export interface PresenceState {
  /** The server's time of the list that was read last: whatever is older is contained in it. */
  readonly asOf: EpochMs
  readonly members: ReadonlyMap<MemberId, MemberTrace>
}

/** What others say and do, as a transport tells it. */
export type PresenceEvent = { from: MemberId, at: EpochMs } & (
  | { topic: 'member:joined' | 'member:left' }
  | { topic: 'member:activity', data: ActivityData }
)

/** Nobody, and nothing was read yet. */
export const NOBODY_PRESENT: PresenceState = { asOf: -Infinity, members: new Map() }

const UNKNOWN: MemberTrace = { isPresent: false, at: -Infinity, leftAt: -Infinity, since: 0, signAt: -Infinity, tabs: new Map() }

/**
 * Takes a list that was read. What was said after it stays.
 *
 * @param asOf the server's time of when the list was asked for, or a little earlier
 * @param now the reader's clock
 */
export function takePresence(state: PresenceState, answer: Pick<PresenceAnswer, 'members'>, { asOf, now }: { asOf: EpochMs, now: EpochMs }): PresenceState {
  if (asOf < state.asOf)
    return state
  const listed = new Map(answer.members.map(member => [member.id, member]))
  const members = new Map<MemberId, MemberTrace>()
  for (const id of new Set([...state.members.keys(), ...listed.keys()])) {
    const trace = withListed(state.members.get(id) ?? UNKNOWN, listed.get(id), asOf, now)
    if (trace.isPresent || now - trace.signAt < LEFT_KEPT_MS)
      members.set(id, trace)
  }
  return { asOf, members }
}

function withListed(known: MemberTrace, listed: PresentMember | undefined, asOf: EpochMs, now: EpochMs): MemberTrace {
  const tabs = new Map([...known.tabs].filter(([, { at }]) => at > asOf))
  for (const place of listed?.places ?? []) {
    if (!tabs.has(place.tab))
      tabs.set(place.tab, { at: asOf, signAt: now, place })
  }
  const newer = known.at > asOf
  return {
    isPresent: newer ? known.isPresent : listed !== undefined,
    at: newer ? known.at : asOf,
    leftAt: known.leftAt,
    since: listed?.since ?? known.since,
    signAt: listed ? now : known.signAt,
    tabs,
  }
}

/**
 * Takes what somebody said or did.
 *
 * @param now the reader's clock
 */
export function takePresenceEvent(state: PresenceState, event: PresenceEvent, now: EpochMs): PresenceState {
  if (event.at <= state.asOf)
    return state
  const before = state.members.get(event.from) ?? UNKNOWN
  const after = withEvent(before, event, now)
  return after === before ? state : { ...state, members: new Map(state.members).set(event.from, after) }
}

function withEvent(trace: MemberTrace, event: PresenceEvent, now: EpochMs): MemberTrace {
  switch (event.topic) {
    case 'member:joined': return withSign(trace, event.at, now)
    case 'member:left': {
      const leftAt = Math.max(trace.leftAt, event.at)
      return event.at >= trace.at ? { ...trace, isPresent: false, at: event.at, leftAt, signAt: now } : { ...trace, leftAt }
    }
    case 'member:activity': {
      const { action, tab, matterId, field } = event.data
      const isOld = event.at < (trace.tabs.get(tab)?.at ?? -Infinity)
      const place = action === 'gone' ? null : { tab, matterId, action, ...field !== undefined && { field } }
      const seen = place ? withSign(trace, event.at, now) : trace
      return isOld ? seen : { ...seen, tabs: new Map(pruned(seen.tabs, now)).set(tab, { at: event.at, signAt: now, place }) }
    }
    default: return event satisfies never
  }
}

/** Who says or begins something is there, unless they are known to have left after it. */
function withSign(trace: MemberTrace, at: EpochMs, now: EpochMs): MemberTrace {
  if (at < trace.at)
    return trace.isPresent ? { ...trace, signAt: now } : trace
  return { ...trace, isPresent: true, at, since: trace.isPresent ? trace.since : at, signAt: now }
}

function* pruned(tabs: MemberTrace['tabs'], now: EpochMs): Iterable<[string, TabTrace]> {
  for (const entry of tabs) {
    if (now - entry[1].signAt < LEFT_KEPT_MS)
      yield entry
  }
}

/** Who shows at a time of the reader's clock, in the order in which they came, with one place a tab. */
export function presentAt({ members }: PresenceState, now: EpochMs): PresentMember[] {
  return [...members]
    .filter(([, { isPresent, signAt }]) => isPresent && isFresh(signAt, now))
    .map(([id, { since, tabs, leftAt }]) => ({
      id,
      since,
      places: [...tabs.values()].flatMap(({ place, at, signAt }) => place && at > leftAt && isFresh(signAt, now) ? [place] : []),
    }))
    .sort((a, b) => a.since - b.since || (a.id < b.id ? -1 : 1))
}

/** When, by the reader's clock, the next of those who show goes for want of a sign; null when nobody does. */
export function nextExpiry({ members }: PresenceState, now: EpochMs): EpochMs | null {
  const signs = [...members.values()].flatMap(({ isPresent, signAt, tabs }) => isPresent
    ? [signAt, ...[...tabs.values()].filter(({ place }) => place).map(tab => tab.signAt)]
    : [])
  const next = Math.min(...signs.filter(signAt => isFresh(signAt, now)))
  return next === Infinity ? null : next + SIGN_LASTS_MS
}

function isFresh(signAt: EpochMs, now: EpochMs): boolean {
  return now - signAt < SIGN_LASTS_MS
}

/** Where a member is with all of their tabs: one entry a matter. */
export interface MergedPlace {
  /** Null on the board itself. */
  matterId: MatterId | null
  /** The most that any of the tabs does there. */
  action: Place['action']
  /** The fields that are edited there. */
  fields: string[]
  /** A comment is written there, whatever else is done. */
  isTyping: boolean
}

const WEIGHTS: Record<Place['action'], number> = { viewing: 0, typing: 1, editing: 2 }

/** The tabs of a member as one: who edits in one tab and looks in another edits. Places at matters come before the board's. */
export function mergePlaces(places: readonly Place[]): MergedPlace[] {
  const merged = new Map<MatterId | null, MergedPlace>()
  for (const { matterId, action, field } of places) {
    const before = merged.get(matterId) ?? { matterId, action, fields: [], isTyping: false }
    merged.set(matterId, {
      matterId,
      action: WEIGHTS[action] > WEIGHTS[before.action] ? action : before.action,
      fields: action === 'editing' && field !== undefined && !before.fields.includes(field) ? [...before.fields, field].sort() : before.fields,
      isTyping: before.isTyping || action === 'typing',
    })
  }
  return [...merged.values()].sort((a, b) => Number(a.matterId === null) - Number(b.matterId === null)
    || WEIGHTS[b.action] - WEIGHTS[a.action] || (a.matterId! < b.matterId! ? -1 : 1))
}
