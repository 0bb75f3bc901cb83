import type { Kysely, Selectable } from 'kysely'
import type { ImportBaseline, ImportChange, ImportRecord, ImportRow, ImportState } from '../records.ts'
import type { ImportStore } from '../repository.ts'
import type { Database, ImportBaselinesTable, ImportsTable } from '../schema.ts'
import { idChunks, parse, parseOrNull, rowChunks } from './values.ts'

/** What is removed in one go: few enough that nobody waits for it. */
const ROWS_PER_REMOVAL = 500

/** Imports, their rows and what they replaced. */
export function importStore(db: Kysely<Database>): ImportStore {
  return {
    async insert(record) {
      await db.insertInto('imports').values({
        id: record.id,
        board_id: record.boardId,
        member_id: record.memberId,
        file_name: record.fileName,
        format: record.format,
        state: record.state,
        done: record.done,
        total: record.total,
        plan: toJson(record.plan),
        report: toJson(record.report),
        created_at: record.createdAt,
        finished_at: record.finishedAt,
      }).execute()
    },
    async find(id) {
      const row = await db.selectFrom('imports').selectAll().where('id', '=', id).executeTakeFirst()
      return row ? toImport(row) : null
    },
    async list(limit) {
      const rows = await db.selectFrom('imports').selectAll().orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).execute()
      return rows.map(toImport)
    },
    async update(id, { boardId, state, done, total, plan, report, finishedAt }) {
      await db.updateTable('imports').set({
        ...(boardId !== undefined && { board_id: boardId }),
        ...(state !== undefined && { state }),
        ...(done !== undefined && { done }),
        ...(total !== undefined && { total }),
        ...(plan !== undefined && { plan: toJson(plan) }),
        ...(report !== undefined && { report: toJson(report) }),
        ...(finishedAt !== undefined && { finished_at: finishedAt }),
      }).where('id', '=', id).execute()
    },
    async remove(id) {
      await db.deleteFrom('imports').where('id', '=', id).execute()
    },
    async insertRows(importId, rows) {
      const last = await db.selectFrom('import_rows').select(({ fn }) => fn.max('seq').as('seq')).where('import_id', '=', importId).executeTakeFirst()
      const first = Number(last?.seq ?? -1) + 1
      const values = rows.map(({ line, result, matterId, reason, label }, index) => ({
        import_id: importId, seq: first + index, line, result, matter_id: matterId, reason, label,
      }))
      for (const chunk of rowChunks(values))
        await db.insertInto('import_rows').values(chunk).execute()
    },
    async listRows(importId, { offset, limit, result }) {
      const rows = await db.selectFrom('import_rows').selectAll().where('import_id', '=', importId)
        .$if(result !== undefined, query => query.where('result', '=', result!))
        .orderBy('line').orderBy('seq').offset(offset).limit(limit).execute()
      return rows.map(row => ({
        line: row.line, result: row.result as ImportRow['result'], matterId: row.matter_id, reason: row.reason, label: row.label,
      }))
    },
    async insertChanges(importId, changes) {
      const values = changes.map(({ matterId, kind, before, version }) => ({
        import_id: importId, matter_id: matterId, kind, before: before && JSON.stringify(before), version,
      }))
      for (const chunk of rowChunks(values))
        await db.insertInto('import_changes').values(chunk).execute()
    },
    async listChanges(importId, limit) {
      const rows = await db.selectFrom('import_changes').selectAll().where('import_id', '=', importId).orderBy('matter_id')
        .$if(limit !== undefined, query => query.limit(limit!)).execute()
      return rows.map(row => ({
        matterId: row.matter_id, kind: row.kind as ImportChange['kind'], before: parseOrNull(row.before), version: row.version,
      }))
    },
    async removeChanges(importId, matterIds) {
      for (const chunk of idChunks(matterIds))
        await db.deleteFrom('import_changes').where('import_id', '=', importId).where('matter_id', 'in', chunk).execute()
    },
    async insertSources(importId, sources) {
      const last = await db.selectFrom('import_sources').select(({ fn }) => fn.max('seq').as('seq')).where('import_id', '=', importId).executeTakeFirst()
      const first = Number(last?.seq ?? -1) + 1
      const values = sources.map(({ line, source }, index) => ({ import_id: importId, seq: first + index, line, source: JSON.stringify(source) }))
      for (const chunk of rowChunks(values))
        await db.insertInto('import_sources').values(chunk).execute()
    },
    async listSources(importId, { offset, limit }) {
      const rows = await db.selectFrom('import_sources').select(['line', 'source']).where('import_id', '=', importId)
        .where('seq', '>=', offset).orderBy('seq').limit(limit).execute()
      return rows.map(({ line, source }) => ({ line, source: parse<unknown>(source) }))
    },
    async removeSources(importId) {
      const { first } = await db.selectFrom('import_sources').select(({ fn }) => fn.min('seq').as('first'))
        .where('import_id', '=', importId).executeTakeFirstOrThrow()
      if (first !== null)
        await db.deleteFrom('import_sources').where('import_id', '=', importId).where('seq', '<', Number(first) + ROWS_PER_REMOVAL).execute()
      return first === null
    },
    async insertBaselines(importId, boardId, baselines) {
      const values = baselines.map(({ external, matterId, draft }) => ({
        import_id: importId, board_id: boardId, external_source: external.source, external_id: external.id, matter_id: matterId, draft: JSON.stringify(draft),
      }))
      for (const chunk of rowChunks(values))
        await db.insertInto('import_baselines').values(chunk).execute()
    },
    async findBaselines(boardId, keys, before) {
      const wanted = new Set(keys.map(keyOf))
      const newest = new Map<string, ImportBaseline>()
      for (const chunk of idChunks(keys.map(({ id }) => id))) {
        // Import ids are in order of time, so the last one met is the newest.
        const rows = await db.selectFrom('import_baselines').selectAll().where('board_id', '=', boardId).where('external_id', 'in', chunk)
          .$if(before !== undefined, query => query.where('import_id', '<', before!)).orderBy('import_id').execute()
        for (const baseline of rows.map(toBaseline)) {
          if (wanted.has(keyOf(baseline.external)))
            newest.set(keyOf(baseline.external), baseline)
        }
      }
      return [...newest.values()]
    },
    async listBaselines(importId, matterIds) {
      const found: ImportBaseline[] = []
      for (const chunk of idChunks(matterIds)) {
        const rows = await db.selectFrom('import_baselines').selectAll().where('import_id', '=', importId).where('matter_id', 'in', chunk).execute()
        found.push(...rows.map(toBaseline))
      }
      return found
    },
    async removeBaselines(importId, matterIds) {
      for (const chunk of idChunks(matterIds))
        await db.deleteFrom('import_baselines').where('import_id', '=', importId).where('matter_id', 'in', chunk).execute()
    },
  }
}

function keyOf({ source, id }: ImportBaseline['external']): string {
  return `${source} ${id}`
}

function toBaseline(row: Selectable<ImportBaselinesTable>): ImportBaseline {
  return { external: { source: row.external_source, id: row.external_id }, matterId: row.matter_id, draft: parse(row.draft) }
}

function toJson(value: unknown): string {
  return JSON.stringify(value ?? null)
}

function toImport(row: Selectable<ImportsTable>): ImportRecord {
  return {
    id: row.id,
    boardId: row.board_id,
    memberId: row.member_id,
    fileName: row.file_name,
    format: row.format,
    state: row.state as ImportState,
    done: row.done,
    total: row.total,
    plan: parse(row.plan),
    report: parse(row.report),
    createdAt: row.created_at,
    finishedAt: row.finished_at,
  }
}
