import type { EpochMs, MatterId } from '#shared/kanban/matter.ts'
import type { MemberId } from '#shared/kanban/member.ts'
import type { RemoteChange } from '#shared/sync/describe-changes.ts'

/** What one person does within so many milliseconds is told together. */
const TOGETHER_MS = 4_000

/** So long after the first of them it is told, whatever else comes. */
const AT_LAST_MS = 10_000

/** More at once weren't done by hand in front of our eyes: the board caught up, or somebody imported. */
export const MOST_BY_HAND = 20

/** Names of matters that a notice has room for. */
export const MOST_NAMED = 3

/** What was done to a matter. Nothing more is kept of it: it may go away for this reader before it is told (rule C6). */
export type Deed = Pick<RemoteChange, 'matterId' | 'kind'>

/** What one person did, until it is told. */
export interface PendingWork {
  /** Null where the server doesn't say who. */
  readonly by: MemberId | null
  /** By matter, with the strongest word for each. */
  readonly changes: ReadonlyMap<MatterId, Deed>
  readonly since: EpochMs
  readonly lastAt: EpochMs
  /** It came in a batch too large to be somebody's work, or after a time without contact: only its number is told. */
  readonly isCatchUp: boolean
}

/** Somebody's work, ready to be told. */
export interface WorkNotice {
  by: MemberId | null
  /** What was done to how many matters, in the order of the board's words. */
  counts: { kind: RemoteChange['kind'], count: number }[]
  count: number
  /** The first few, for a way there. */
  named: MatterId[]
  isCatchUp: boolean
}

const KINDS = ['created', 'moved', 'edited', 'deleted'] as const

/** Adds what just came to what waits to be told. */
export function gatherWork(pending: readonly PendingWork[], changes: readonly RemoteChange[], now: EpochMs, isLate = false): PendingWork[] {
  const isCatchUp = isLate || changes.length > MOST_BY_HAND
  const groups = Map.groupBy(changes, ({ by }) => isCatchUp ? null : by)
  return [...groups].reduce((all, [by, group]) => {
    const same = all.find(work => work.by === by && work.isCatchUp === isCatchUp)
    const joined = same ?? { by, changes: new Map<MatterId, Deed>(), since: now, isCatchUp }
    const work = { ...joined, lastAt: now, changes: group.reduce((known, change) => join(known, change), joined.changes) }
    return same ? all.map(other => other === same ? work : other) : [...all, work]
  }, [...pending])
}

/** A matter that came and went between two words leaves no word; one that was moved and edited was moved. */
function join(known: ReadonlyMap<MatterId, Deed>, { matterId, kind }: RemoteChange): ReadonlyMap<MatterId, Deed> {
  const before = known.get(matterId)
  const next = new Map(known)
  if (before?.kind === 'created' && kind === 'deleted')
    next.delete(matterId)
  else if (before && kind !== 'deleted' && KINDS.indexOf(before.kind) < KINDS.indexOf(kind))
    next.set(matterId, { matterId, kind: before.kind })
  else
    next.set(matterId, { matterId, kind })
  return next
}

/** When something of it is to be told; null while nothing waits. */
export function tellWorkAt(pending: readonly PendingWork[]): EpochMs | null {
  return pending.length > 0 ? Math.min(...pending.map(dueAt)) : null
}

/** What is to be told by now, and what still waits. */
export function takeDueWork(pending: readonly PendingWork[], now: EpochMs, isWanted: (deed: Deed) => boolean): { due: WorkNotice[], left: PendingWork[] } {
  const due = pending.filter(work => dueAt(work) <= now)
  return { due: due.flatMap(work => noticeOf(work, isWanted) ?? []), left: pending.filter(work => !due.includes(work)) }
}

function dueAt({ since, lastAt }: PendingWork): EpochMs {
  return Math.min(lastAt + TOGETHER_MS, since + AT_LAST_MS)
}

function noticeOf({ by, changes, isCatchUp }: PendingWork, isWanted: (deed: Deed) => boolean): WorkNotice | null {
  const wanted = [...changes.values()].filter(isWanted)
  if (wanted.length === 0)
    return null
  const counts = KINDS.map(kind => ({ kind, count: wanted.filter(change => change.kind === kind).length })).filter(({ count }) => count > 0)
  const named = wanted.filter(({ kind }) => kind !== 'deleted').slice(0, MOST_NAMED).map(({ matterId }) => matterId)
  return { by, counts, count: wanted.length, named, isCatchUp: isCatchUp || wanted.length > MOST_BY_HAND }
}
