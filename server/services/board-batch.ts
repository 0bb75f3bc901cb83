import type { AccessEntry, BoardRecord, ColumnRecord, FirmSettings, MatterRecord } from '#server/db/records.ts'
import type { Stores } from '#server/db/repository.ts'
import { dateInZone } from '#shared/kanban/deadline.ts'
import type { Comment, EpochMs, Matter, MatterField, MatterId } from '#shared/kanban/matter.ts'
import type { Actor, MemberId } from '#shared/kanban/member.ts'
import { takeCaseNumbers } from './case-numbers.ts'
import type { Stamp } from './commit-writes.ts'
import { accessTransitions, changeOf, changesAccess, differingFields, fieldChanges, newActivity, stampMatter } from './commit-writes.ts'
import { turnSight } from './notifications/notify-change.ts'

/** Many changes on their way to becoming one version of a board. They are written when the work is done. */
export interface Batch {
  boardId: string
  /** The version that the changes get, if there are any. */
  version: number
  at: EpochMs
  /** To read with, under the board's lock. */
  stores: Stores
  /** The board's columns as they were when the batch began. */
  columns: readonly ColumnRecord[]
  /** The firm's next case numbers, one for each, in order. */
  takeCaseNumbers: (matters: readonly Pick<Matter, 'practiceArea' | 'clientName'>[]) => Promise<string[]>
  /** Adds a matter; `version` and `fieldVersions` are filled in. */
  create: (matter: Matter) => void
  /** Replaces a matter; one that is as it was is left alone, unless `touched` names fields whose readers must look again. */
  update: (matter: Matter, touched?: readonly MatterField[]) => void
  remove: (id: MatterId) => void
  /** Adds comments to matters of this batch, whose `commentCount` is the caller's business. */
  addComments: (comments: readonly Comment[]) => void
  removeComments: (ids: readonly string[]) => void
  addColumns: (columns: readonly ColumnRecord[]) => void
  updateColumn: (column: ColumnRecord) => void
  /** Names the kind of history step that each changed matter gets. @default 'imported' */
  historyKind: (kind: 'imported' | 'importUndone') => void
}

interface BatchFrame {
  record: BoardRecord
  actor: Actor
  at: EpochMs
  firm: FirmSettings
}

interface Update {
  matter: Matter
  touched: readonly MatterField[]
}

/**
 * Lets `work` gather changes and writes those that change something. Nobody is notified of them; `heads` are the counters of those for
 * whom matters came into sight or went out of it (rule N7).
 */
export async function runBatch<Result>(
  stores: Stores,
  { record, actor, at, firm }: BatchFrame,
  work: (batch: Batch) => Promise<Result>,
): Promise<{ result: Result, written: boolean, heads: ReadonlyMap<MemberId, number> }> {
  const stamp: Stamp = { boardId: record.id, version: record.version, actor, at }
  const created: Matter[] = []
  const updated = new Map<MatterId, Update>()
  const removed = new Set<MatterId>()
  const comments: { added: Comment[], removed: string[] } = { added: [], removed: [] }
  const columns: { added: ColumnRecord[], changed: ColumnRecord[] } = { added: [], changed: [] }
  let kind: 'imported' | 'importUndone' = 'imported'

  const result = await work({
    boardId: record.id,
    version: record.version,
    at,
    stores,
    columns: await stores.boards.columns(record.id),
    takeCaseNumbers: matters => takeCaseNumbers(stores, firm, matters, dateInZone(at, firm.timeZone)),
    create: matter => void created.push({ ...matter, boardId: record.id, version: record.version, fieldVersions: {} }),
    update: (matter, touched = []) => void updated.set(matter.id, { matter, touched }),
    remove: id => void removed.add(id),
    addComments: more => void comments.added.push(...more),
    removeComments: ids => void comments.removed.push(...ids),
    addColumns: more => void columns.added.push(...more),
    updateColumn: column => void columns.changed.push(column),
    historyKind: (next) => { kind = next },
  })

  const changesColumns = columns.added.length + columns.changed.length > 0
  if (columns.added.length > 0)
    await stores.boards.insertColumns(record.id, columns.added)
  for (const column of columns.changed)
    await stores.boards.updateColumn(record.id, column)
  await stores.matters.insertMany(created, record.version)
  const replaced = await replaceAll(stores, updated, kind, stamp)
  const deleted = await removeAll(stores, removed, kind, stamp)
  await stores.comments.insertMany(comments.added)
  for (const id of comments.removed)
    await stores.comments.remove(id)
  if (changesColumns)
    await stores.boards.setColumnsVersion(record.id, record.version)

  const touched = [...created.map(({ id }) => id), ...replaced.ids, ...deleted]
  await stores.activity.append(created.map(({ id }) => ({ ...newActivity(id, stamp), kind })))
  await stores.log.appendChanges(record.id, record.version, [
    ...(changesColumns ? [changeOf(null, stamp)] : []),
    ...touched.map(id => changeOf(id, stamp)),
  ])
  return { result, written: changesColumns || touched.length > 0, heads: await turnSight(stores, replaced.transitions, deleted) }
}

async function replaceAll(
  stores: Stores,
  wanted: ReadonlyMap<MatterId, Update>,
  kind: 'imported' | 'importUndone',
  stamp: Stamp,
): Promise<{ ids: MatterId[], transitions: AccessEntry[] }> {
  const ids: MatterId[] = []
  const transitions: AccessEntry[] = []
  const members = wanted.size > 0 ? await stores.accounts.listMembers() : []
  for (const before of existing(await stores.matters.findMany([...wanted.keys()]), stamp)) {
    const { matter: next, touched } = wanted.get(before.id)!
    const changed = [...new Set([...differingFields(before, next), ...touched])]
    if (changed.length === 0)
      continue
    const stamped = stampMatter(before, { ...next, fieldVersions: before.fieldVersions, updatedAt: stamp.at, updatedBy: stamp.actor.id }, changed, stamp)
    await stores.matters.update(stamped)
    if (changesAccess(changed)) {
      const turned = accessTransitions(before, stamped, members)
      await stores.log.appendAccess(stamp.boardId, stamp.version, turned)
      transitions.push(...turned)
    }
    await stores.activity.append([{ ...newActivity(before.id, stamp), kind, fields: fieldChanges(before, stamped, changed) }])
    ids.push(before.id)
  }
  return { ids, transitions }
}

async function removeAll(stores: Stores, wanted: ReadonlySet<MatterId>, kind: 'imported' | 'importUndone', stamp: Stamp): Promise<MatterId[]> {
  const ids: MatterId[] = []
  for (const { id } of existing(await stores.matters.findMany([...wanted]), stamp)) {
    await stores.matters.markDeleted(id, stamp.version, stamp.actor.id, stamp.at)
    await stores.activity.append([{ ...newActivity(id, stamp), kind }])
    ids.push(id)
  }
  return ids
}

/** Those that are on this board and not deleted. */
function existing(records: readonly MatterRecord[], { boardId }: Stamp): MatterRecord[] {
  return records.filter(record => record.boardId === boardId && record.deletedVersion === null)
}
