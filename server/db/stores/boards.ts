import type { Insertable, Kysely, Selectable } from 'kysely'
import type { Lifecycle } from '#shared/kanban/matter.ts'
import type { BoardRecord, ColumnRecord } from '../records.ts'
import type { BoardStore } from '../repository.ts'
import type { BoardColumnsTable, BoardsTable, Database } from '../schema.ts'
import { flag, parseOrNull, rowChunks } from './values.ts'

/** What is removed in one go: few enough that nobody waits for it. */
const ROWS_PER_REMOVAL = 100
const VERSIONS_PER_REMOVAL = 20

/** Boards and columns. */
export function boardStore(db: Kysely<Database>): BoardStore {
  async function insertColumns(boardId: string, columns: readonly ColumnRecord[]): Promise<void> {
    for (const chunk of rowChunks(columns))
      await db.insertInto('board_columns').values(chunk.map(column => toColumnRow(boardId, column))).execute()
  }
  return {
    async list() {
      const rows = await db.selectFrom('boards').selectAll().orderBy('position').orderBy('id').execute()
      return rows.map(toBoard)
    },
    async find(id) {
      const row = await db.selectFrom('boards').selectAll().where('id', '=', id).executeTakeFirst()
      return row ? toBoard(row) : null
    },
    async findDefault() {
      const row = await db.selectFrom('boards').selectAll()
        .orderBy('is_default', 'desc').orderBy('position').orderBy('id').limit(1).executeTakeFirst()
      return row ? toBoard(row) : null
    },
    async findByExternal(source, id) {
      const row = await db.selectFrom('boards').selectAll()
        .where('external_source', '=', source).where('external_id', '=', id).executeTakeFirst()
      return row ? toBoard(row) : null
    },
    async insert({ id, name, epoch, isDefault, position, external, createdAt }, columns) {
      await db.insertInto('boards').values({
        id,
        name,
        epoch,
        version: 0,
        floor: 0,
        columns_version: 0,
        members_version: 0,
        is_default: flag(isDefault),
        position,
        external_source: external?.source ?? null,
        external_id: external?.id ?? null,
        created_at: createdAt,
      }).execute()
      await insertColumns(id, columns)
    },
    async rename(id, name) {
      await db.updateTable('boards').set({ name }).where('id', '=', id).execute()
    },
    async removeEmpty(id) {
      const living = await db.selectFrom('matters').select('id').where('board_id', '=', id).where('deleted_version', 'is', null).limit(1).execute()
      if (living.length > 0)
        return true
      const gone = await db.selectFrom('matters').select('id').where('board_id', '=', id).limit(ROWS_PER_REMOVAL).execute()
      const ids = gone.map(matter => matter.id)
      if (ids.length > 0) {
        for (const table of ['comments', 'activity', 'matter_follows'] as const)
          await db.deleteFrom(table).where('matter_id', 'in', ids).execute()
        await db.deleteFrom('matters').where('id', 'in', ids).execute()
        return false
      }
      const { first } = await db.selectFrom('change_log').select(({ fn }) => fn.min('version').as('first')).where('board_id', '=', id).executeTakeFirstOrThrow()
      if (first !== null) {
        await db.deleteFrom('change_log').where('board_id', '=', id).where('version', '<', Number(first) + VERSIONS_PER_REMOVAL).execute()
        return false
      }
      for (const table of ['access_log', 'mutation_results', 'mutation_clients', 'import_baselines', 'notifications', 'board_visits', 'board_columns'] as const)
        await db.deleteFrom(table).where('board_id', '=', id).execute()
      await db.deleteFrom('boards').where('id', '=', id).execute()
      return true
    },
    async setDefault(id) {
      await db.updateTable('boards').set({ is_default: flag(false) }).where('id', '!=', id).execute()
      await db.updateTable('boards').set({ is_default: flag(true) }).where('id', '=', id).execute()
    },
    async lock(id) {
      // A write that changes nothing takes the lock on both databases.
      const row = await db.updateTable('boards').set(({ ref }) => ({ floor: ref('floor') })).where('id', '=', id).returningAll().executeTakeFirst()
      return row ? toBoard(row) : null
    },
    async takeVersion(id) {
      const row = await db.updateTable('boards').set(({ eb }) => ({ version: eb('version', '+', 1) }))
        .where('id', '=', id).returningAll().executeTakeFirst()
      return row ? toBoard(row) : null
    },
    async heads() {
      return await db.selectFrom('boards').select(['id', 'epoch', 'version']).execute()
    },
    async setEpoch(id, epoch) {
      await db.updateTable('boards').set({ epoch }).where('id', '=', id).execute()
    },
    async columns(boardId) {
      const rows = await db.selectFrom('board_columns').selectAll().where('board_id', '=', boardId)
        .orderBy('position').orderBy('id').execute()
      return rows.map(toColumn)
    },
    insertColumns,
    async updateColumn(boardId, column) {
      const { id: _id, board_id: _boardId, ...changes } = toColumnRow(boardId, column)
      await db.updateTable('board_columns').set(changes).where('id', '=', column.id).where('board_id', '=', boardId).execute()
    },
    async setMembersVersion(id, version) {
      await db.updateTable('boards').set({ members_version: version }).where('id', '=', id).execute()
    },
    async setColumnsVersion(id, version) {
      await db.updateTable('boards').set({ columns_version: version }).where('id', '=', id).execute()
    },
    async setFloor(id, floor) {
      await db.updateTable('boards').set({ floor }).where('id', '=', id).execute()
    },
  }
}

function toBoard(row: Selectable<BoardsTable>): BoardRecord {
  return {
    id: row.id,
    name: row.name,
    epoch: row.epoch,
    version: row.version,
    floor: row.floor,
    columnsVersion: row.columns_version,
    membersVersion: row.members_version,
    isDefault: row.is_default === 1,
    position: row.position,
    external: row.external_source !== null && row.external_id !== null ? { source: row.external_source, id: row.external_id } : null,
    createdAt: row.created_at,
  }
}

function toColumnRow(boardId: string, column: ColumnRecord): Insertable<BoardColumnsTable> {
  return {
    id: column.id,
    board_id: boardId,
    key: column.key,
    name_en: column.name.en,
    name_ja: column.name.ja,
    kind: column.kind,
    position: column.position,
    allowed_targets: column.allowedTargets && JSON.stringify(column.allowedTargets),
    critical: flag(column.critical),
    wip_limit: column.wip?.limit ?? null,
    wip_hard: flag(column.wip?.hard ?? false),
    archived: flag(column.archived),
    external_source: column.external?.source ?? null,
    external_id: column.external?.id ?? null,
  }
}

function toColumn(row: Selectable<BoardColumnsTable>): ColumnRecord {
  return {
    id: row.id,
    key: row.key,
    name: { en: row.name_en, ja: row.name_ja },
    kind: row.kind as Lifecycle,
    position: row.position,
    allowedTargets: parseOrNull<string[]>(row.allowed_targets),
    critical: row.critical === 1,
    wip: row.wip_limit === null ? null : { limit: row.wip_limit, hard: row.wip_hard === 1 },
    archived: row.archived === 1,
    ...(row.external_source !== null && row.external_id !== null && { external: { source: row.external_source, id: row.external_id } }),
  }
}
