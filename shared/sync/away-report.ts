import type { EpochMs, MatterId } from '#shared/kanban/matter.ts'
import type { MemberId } from '#shared/kanban/member.ts'
import type { Mutation } from '#shared/kanban/mutation.ts'
import type { RemoteChange } from './describe-changes.ts'
import type { SettledChange } from './engine-types.ts'
import type { SettledProblem } from './submitted.ts'

/*
 * What a person is told when they are back: how the own changes ended that had to wait, and what others did
 * meanwhile. What happens in front of their eyes is told as it happens, and never here a second time.
 */

/** After so long without the server somebody was away from the board, in milliseconds. */
const AWAY_MS = 60_000

/** After so long nobody connects a word about a change with having made it, in milliseconds. */
const LONG_WAIT_MS = 15_000

/** And so long that what others did alone is worth a word. */
const LONG_AWAY_MS = 5 * 60_000

/** How an own change that had to wait ended. */
export interface OwnOutcome {
  key: string
  matterId: MatterId
  mutation: Mutation
  /** When the person made it. */
  at: EpochMs
  end: 'in' | 'merged' | 'refused' | 'conflict' | 'gone'
  /** Of what didn't go in. */
  problem: SettledProblem | null
  /** Of what waits for a choice. */
  conflictId: string | null
}

/** What others did to one matter. */
export interface OthersWork {
  matterId: MatterId
  /** In the order of the board's words; a matter that came or went has done nothing else. */
  kinds: RemoteChange['kind'][]
  /** Who, as far as the server says. */
  by: MemberId[]
  /** Its number and where it stood. Nothing more is kept of it: it may go away for this reader while they read (rule C6). */
  last: { caseNumber: string, columnId: string } | null
}

export interface AwayReport {
  since: EpochMs
  until: EpochMs
  /** In the order in which they were made. */
  mine: OwnOutcome[]
  others: OthersWork[]
}

interface Absence {
  since: EpochMs
  /** Null until the server has spoken again. */
  until: EpochMs | null
  mine: readonly OwnOutcome[]
  others: readonly RemoteChange[]
  /** Something of it has to be told; else what an earlier page sent a moment ago went in, as it should. */
  isWorthIt: boolean
}

/** Who watches over absences: plain data, never changed in place. */
export interface AwayWatch {
  /** When this page was opened: what was made before has nobody else to tell how it ended. */
  readonly openedAt: EpochMs
  /** The last good exchange; null for never. */
  readonly contactAt: EpochMs | null
  readonly absence: Absence | null
}

export function beginAwayWatch(openedAt: EpochMs, contactAt: EpochMs | null): AwayWatch {
  return { openedAt, contactAt, absence: null }
}

/** The server was heard of. */
export function heardAt(watch: AwayWatch, at: EpochMs): AwayWatch {
  const absence = watch.absence ?? (isAway(watch, at) ? begin(watch.contactAt!) : null)
  return { ...watch, contactAt: at, absence: absence && { ...absence, until: at } }
}

/** An own change ended; `isLate` when the report tells of it, and nobody else. */
export function ownEnded(watch: AwayWatch, change: SettledChange, now: EpochMs): { watch: AwayWatch, isLate: boolean } {
  const isFromBefore = change.at < watch.openedAt
  const isLate = now - change.at >= LONG_WAIT_MS || (isFromBefore && !change.settled.ok)
  if (!isLate && !isFromBefore)
    return { watch, isLate }
  const absence = watch.absence ?? begin(isAway(watch, now) ? watch.contactAt! : change.at)
  const { since, mine, isWorthIt } = absence
  return {
    isLate,
    watch: { ...watch, absence: { ...absence, since: Math.min(since, change.at), mine: [...mine, outcomeOf(change)], isWorthIt: isWorthIt || isLate } },
  }
}

/** Others did something, as far as it came to be known now. */
export function othersDid(watch: AwayWatch, changes: readonly RemoteChange[], now: EpochMs): AwayWatch {
  const absence = watch.absence ?? (isAway(watch, now) ? begin(watch.contactAt!) : null)
  return absence ? { ...watch, absence: { ...absence, others: [...absence.others, ...changes] } } : watch
}

/** Ends an absence, once the server has spoken and nothing waits any more; the report is null where there is nothing to tell. */
export function endAbsence(watch: AwayWatch): { watch: AwayWatch, report: AwayReport | null } {
  const { absence } = watch
  if (!absence || absence.until === null)
    return { watch, report: null }
  const { since, until, mine, others } = absence
  const isWorthIt = absence.isWorthIt || (others.length > 0 && until - since >= LONG_AWAY_MS)
  return {
    watch: { ...watch, absence: null },
    report: isWorthIt ? { since, until, mine: mine.toSorted((a, b) => a.at - b.at), others: byMatter(others) } : null,
  }
}

/** One report of two, for somebody who was away again before they had read the first. */
export function joinReports(first: AwayReport | null, next: AwayReport): AwayReport {
  if (!first)
    return next
  const known = new Map([...first.others, ...next.others].map(({ matterId }) => [matterId, null]))
  const joined = [...known.keys()].map(matterId => joinWork([...first.others, ...next.others].filter(work => work.matterId === matterId)))
  return {
    since: Math.min(first.since, next.since),
    until: Math.max(first.until, next.until),
    mine: [...first.mine, ...next.mine],
    others: joined.flatMap(work => work ?? []),
  }
}

function isAway({ contactAt }: AwayWatch, now: EpochMs): boolean {
  return contactAt !== null && now - contactAt >= AWAY_MS
}

function begin(since: EpochMs): Absence {
  return { since, until: null, mine: [], others: [], isWorthIt: false }
}

function outcomeOf({ key, matterId, mutation, at, settled }: SettledChange): OwnOutcome {
  const own = { key, matterId, mutation, at, problem: null, conflictId: null }
  if (settled.ok)
    return { ...own, end: settled.merged ? 'merged' : 'in' }
  const { problem, conflictId = null } = settled
  return { ...own, problem, conflictId, end: conflictId ? 'conflict' : problem.code === 'MATTER_GONE' ? 'gone' : 'refused' }
}

function byMatter(changes: readonly RemoteChange[]): OthersWork[] {
  const groups = Map.groupBy(changes, ({ matterId }) => matterId)
  return [...groups.values()].flatMap(group => joinWork(group.map(workOf)) ?? [])
}

function workOf({ matterId, kind, by, matter }: RemoteChange): OthersWork {
  const last = matter && { caseNumber: matter.caseNumber, columnId: matter.columnId }
  return { matterId, kinds: [kind], by: by ? [by] : [], last }
}

/** The work on one matter as a whole; null of one that came and went. */
function joinWork(parts: readonly OthersWork[]): OthersWork | null {
  const last = parts.at(-1)!
  const kinds = new Set(parts.flatMap(part => part.kinds))
  const isGone = last.kinds.includes('deleted')
  if (isGone && parts[0]!.kinds.includes('created'))
    return null
  return {
    matterId: last.matterId,
    kinds: isGone ? ['deleted'] : kinds.has('created') ? ['created'] : (['moved', 'edited'] as const).filter(kind => kinds.has(kind)),
    by: [...new Set(parts.flatMap(({ by }) => by))],
    last: last.last,
  }
}
