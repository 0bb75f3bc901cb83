import type { EpochMs, Matter, MatterId } from '#shared/kanban/matter.ts'
import type { ConfirmedBoard } from './board-replica.ts'
import type { StorageWrite } from './board-storage.ts'

/** Rows that no server has confirmed for so long are no longer shown, nor kept (rule W4). */
export const LEASE_MS = 12 * 3_600_000

/** A clock may be this far behind the one that wrote, before a time that lies ahead is doubted. */
const SKEW_MS = 5 * 60_000

/** Whether what the server last confirmed at `contactAt` may no longer be shown; in doubt it may not (rule W4). */
export function isLeaseOver(contactAt: EpochMs | null, now: EpochMs): boolean {
  return contactAt === null || now - contactAt >= LEASE_MS || contactAt - now > SKEW_MS
}

/**
 * What becomes of the rows that a device holds when a tab writes its own (rule L3): `change` those that it
 * names, `replace` all, or `leave` them, because another tab was faster. A version says nothing about
 * another epoch's, so there the last to write wins: its server spoke a moment ago.
 */
export function takeRows(
  held: Pick<ConfirmedBoard, 'epoch' | 'version'> | null,
  { confirmed, from }: NonNullable<StorageWrite['rows']>,
): 'change' | 'replace' | 'leave' {
  if (!held || held.epoch !== confirmed.epoch)
    return 'replace'
  if (from === null)
    return confirmed.version >= held.version ? 'replace' : 'leave'
  if (from === held.version)
    return 'change'
  return confirmed.version > held.version ? 'replace' : 'leave'
}

/** The rows of a board with these ids. */
export function rowsNamed({ rows }: ConfirmedBoard, ids: readonly MatterId[]): Matter[] {
  return ids.map(id => rows.get(id)).filter(row => row !== undefined)
}

/** The order of an outbox: by number. Outboxes of one device follow one another as they were begun, as their names do. */
export function compareNumbers(a: { cid: string | null, n: number | null }, b: { cid: string | null, n: number | null }): number {
  const [before, after] = [a.cid ?? '', b.cid ?? '']
  return before === after ? (a.n ?? 0) - (b.n ?? 0) : before < after ? -1 : 1
}

/** The order of what is named `cid.n` after the change that it is about. */
export function compareChangeIds(a: { id: string }, b: { id: string }): number {
  return compareNumbers(parseChangeId(a.id), parseChangeId(b.id))
}

function parseChangeId(id: string): { cid: string, n: number } {
  const dot = id.lastIndexOf('.')
  return { cid: id.slice(0, dot), n: Number(id.slice(dot + 1)) }
}
