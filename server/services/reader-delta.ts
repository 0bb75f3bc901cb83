import type { BoardRecord, MatterAccess, MatterRecord } from '#server/db/records.ts'
import type { Stores } from '#server/db/repository.ts'
import type { Matter, MatterId } from '#shared/kanban/matter.ts'
import { MATTER_FIELDS } from '#shared/kanban/matter.ts'
import type { Actor } from '#shared/kanban/member.ts'
import type { MatterOp } from '#shared/protocol/messages.ts'
import type { Sight } from './reader-sight.ts'
import { createSight } from './reader-sight.ts'
import { matterAsSeen } from './wire.ts'

/** Beyond either of these a snapshot is cheaper for both sides (rule R3). */
export const MAX_OPS = 500
export const MAX_OPS_CHARACTERS = 256 * 1024

/** What changed for one reader. */
export interface Delta {
  matters: MatterOp[]
  deleted: string[]
}

/**
 * What a reader at version `from` has to do to see what this reader sees now (rule R2), one op a
 * matter however often it changed (rule R3); null when that is too much.
 */
export async function readDelta(stores: Stores, reader: Actor, board: BoardRecord, from: number): Promise<Delta | null> {
  const changes = await stores.log.changesAfter(board.id, from)
  const transitions = await stores.log.accessAfter(board.id, reader.id, from)
  const ids = [...new Set([...changes, ...transitions].flatMap(({ matterId }) => matterId ?? []))]
  const few = ids.length <= MAX_OPS
  const rows = few ? await stores.matters.findMany(ids) : []
  const access: MatterAccess[] = few ? rows : await stores.matters.accessOf(ids)
  const sees = createSight(reader, access, transitions)
  const { deleted, shown } = splitBySight(ids, sees, from, board.version)
  if (deleted.length + shown.length > MAX_OPS)
    return null
  const isShown = new Set(shown)
  const present = few ? rows.filter(({ id }) => isShown.has(id)) : await stores.matters.findMany(shown)
  const matters = present.map(matter => matterOp(reader, matter, sees(matter.id, from) ? from : null))
  return JSON.stringify(matters).length > MAX_OPS_CHARACTERS ? null : { matters, deleted }
}

/** Of what changed between two versions: what this reader saw and sees no more, and what they see (rule R2). */
export function splitBySight(ids: readonly MatterId[], sees: Sight, from: number, now: number): { deleted: MatterId[], shown: MatterId[] } {
  return { deleted: ids.filter(id => sees(id, from) && !sees(id, now)), shown: ids.filter(id => sees(id, now)) }
}

/** The op for a matter that the reader sees: of one that they saw at `from` the fields that are newer, else (null) the whole. */
export function matterOp(reader: Actor, matter: MatterRecord, from: number | null): MatterOp {
  return from === null ? putOp(reader, matter) : setOp(reader, matter, from)
}

export function putOp(reader: Actor, matter: MatterRecord): MatterOp {
  return { op: 'put', id: matter.id, matter: matterAsSeen(reader, matter) }
}

/** The fields newer than what the reader has, and what every change touches. */
function setOp(reader: Actor, record: MatterRecord, from: number): MatterOp {
  const matter = matterAsSeen(reader, record)
  const fields: Partial<Matter> = {
    version: matter.version,
    updatedAt: matter.updatedAt,
    updatedBy: matter.updatedBy,
    fieldVersions: matter.fieldVersions,
  }
  for (const field of MATTER_FIELDS) {
    if ((matter.fieldVersions[field]?.v ?? 0) > from)
      Object.assign(fields, { [field]: matter[field] })
  }
  return { op: 'set', id: matter.id, fields }
}
