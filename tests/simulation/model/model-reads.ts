import type { Matter, MatterId } from '#shared/kanban/matter.ts'
import { MATTER_FIELDS } from '#shared/kanban/matter.ts'
import type { Actor, Member } from '#shared/kanban/member.ts'
import { canKnow } from '#shared/kanban/visibility.ts'
import type { MatterOp, SnapshotAnswer } from '#shared/protocol/messages.ts'
import { PROTOCOL_VERSION } from '#shared/protocol/version.ts'
import type { PullOutcome } from '#shared/realtime/transport.ts'
import { BOARD_ID, TIME_ZONE } from '../../helpers/builders.ts'
import type { Position } from '../world/server.ts'
import type { Era } from './era.ts'
import { latest, memberAt, seenAt } from './era.ts'

/** Where a reader stands (rule P5): nobody below the floor. */
export function positionOf(era: Era, reader: Actor): number {
  return Math.max(era.positions.get(reader.id) ?? 0, era.floor)
}

/** @param cid the outbox that asks; null of a page that brings the board along */
export function readSnapshot(era: Era, reader: Actor, cid: string | null, now: number): SnapshotAnswer {
  const matters = rowsOf(era, reader)
  return {
    protocol: PROTOCOL_VERSION, epoch: era.epoch, version: positionOf(era, reader), board: { id: BOARD_ID, name: 'Matters' },
    columns: [...latest(era.columns)], matters, members: membersFor(era, reader, matters), acks: acksOf(era, reader, cid), now, timeZone: TIME_ZONE,
  }
}

/** What is new for a reader since their position (rules R1–R3). */
export function readNews(era: Era, reader: Actor, { epoch, version: from, cid }: Position, largest: number): PullOutcome {
  const version = positionOf(era, reader)
  if (epoch !== era.epoch)
    return { kind: 'reset', why: 'epoch' }
  if (from < era.floor)
    return { kind: 'reset', why: 'pruned' }
  if (from > version)
    return { kind: 'reset', why: 'ahead' }
  if (from === version)
    return { kind: 'unchanged' }

  const matters: MatterOp[] = []
  const deleted: MatterId[] = []
  const hasAnotherRole = memberAt(era, reader.id, from).role !== memberAt(era, reader.id, era.version).role
  for (const [id, history] of era.rows) {
    if (history[history.length - 1]!.v <= from && !hasAnotherRole)
      continue
    const [then, now] = [seenAt(era, reader, id, from), seenAt(era, reader, id, era.version)]
    const wasAway = history.some(({ v, value }) => v > from && value === null)
    if (now && then && !wasAway)
      matters.push({ op: 'set', id, fields: newerFields(now, from) })
    else if (now)
      matters.push({ op: 'put', id, matter: now })
    else if (then)
      deleted.push(id)
  }
  if (matters.length + deleted.length > largest)
    return { kind: 'reset', why: 'large' }
  const rows = rowsOf(era, reader)
  return {
    kind: 'updates',
    answer: {
      protocol: PROTOCOL_VERSION, epoch: era.epoch, from, version, matters, deleted,
      columns: era.columnsVersion > from ? [...latest(era.columns)] : null,
      members: era.membersVersion > from || reader.role === 'CLIENT' ? membersFor(era, reader, rows) : null,
      acks: acksOf(era, reader, cid), next: 5_000,
    },
  }
}

export function rowsOf(era: Era, reader: Actor): Matter[] {
  return [...era.rows.keys()].flatMap(id => seenAt(era, reader, id, era.version) ?? [])
}

/** The fields newer than what the reader has, and what every change touches (rule R2). */
function newerFields(row: Matter, from: number): Partial<Matter> {
  const newer = MATTER_FIELDS.filter(field => (row.fieldVersions[field]?.v ?? 0) > from)
  return {
    ...Object.fromEntries(newer.map(field => [field, row[field]])),
    version: row.version, updatedAt: row.updatedAt, updatedBy: row.updatedBy, fieldVersions: row.fieldVersions,
  }
}

function membersFor(era: Era, reader: Actor, rows: readonly Matter[]): Member[] {
  return [...latest(era.members).values()].filter(member => canKnow(reader, member, rows))
}

/** The last number of the outbox that asks, if it is the reader's (rule M4). */
function acksOf(era: Era, reader: Actor, cid: string | null): Record<string, number> {
  const client = era.clients.get(cid ?? '')
  return cid !== null && client?.memberId === reader.id ? { [cid]: client.last } : {}
}
