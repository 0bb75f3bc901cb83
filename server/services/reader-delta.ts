import type { BoardRecord, MatterAccess, MatterRecord } from '#server/db/records.ts'
import type { Stores } from '#server/db/repository.ts'
import type { Matter } from '#shared/kanban/matter.ts'
import { MATTER_FIELDS } from '#shared/kanban/matter.ts'
import type { Actor } from '#shared/kanban/member.ts'
import type { MatterOp } from '#shared/protocol/messages.ts'
import { createSight } from './reader-sight.ts'
import { matterAsSeen } from './wire.ts'

/** Beyond either of these a snapshot is cheaper for both sides (rule R3). */
const MAX_OPS = 500
const MAX_OPS_CHARACTERS = 256 * 1024

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
  const isNow = (id: string) => sees(id, board.version)
  const wasThen = (id: string) => sees(id, from)

  const deleted = ids.filter(id => wasThen(id) && !isNow(id))
  const shown = ids.filter(isNow)
  if (deleted.length + shown.length > MAX_OPS)
    return null
  const present = few ? rows.filter(({ id }) => isNow(id)) : await stores.matters.findMany(shown)
  const matters = present.map(matter => wasThen(matter.id) ? setOp(reader, matter, from) : putOp(reader, matter))
  return JSON.stringify(matters).length > MAX_OPS_CHARACTERS ? null : { matters, deleted }
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
