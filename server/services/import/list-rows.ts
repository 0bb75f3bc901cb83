import type { Repository } from '#server/db/repository.ts'
import { NOTE_CODES, ROW_REASONS } from '#shared/import/import-fields.ts'
import type { NoteCode, RowReason, RowResult } from '#shared/import/import-fields.ts'
import type { Actor } from '#shared/kanban/member.ts'
import { canSee } from '#shared/kanban/visibility.ts'
import type { ImportRowsAnswer } from '#shared/protocol/imports.ts'
import { mayReadContent } from './import-job.ts'
import type { ImportJob } from './import-job.ts'

/** What became of the rows, a page at a time. A title shows only while its matter may be seen. */
export async function listRows(
  repository: Repository,
  job: ImportJob,
  reader: Actor,
  { result, offset, limit }: { result?: RowResult | undefined, offset: number, limit: number },
): Promise<ImportRowsAnswer> {
  const rows = await repository.imports.listRows(job.id, { result, offset, limit })
  const matters = new Map((await repository.matters.accessOf(rows.flatMap(({ matterId }) => matterId ?? []))).map(matter => [matter.id, matter]))
  const left = new Set(job.report.left)
  const { results } = job.report
  return {
    rows: rows.map((row) => {
      const codes = row.reason?.split(' ') ?? []
      const matter = row.matterId === null ? undefined : matters.get(row.matterId)
      const visible = mayReadContent(reader) && (row.matterId === null || (matter !== undefined && canSee(reader, matter)))
      return {
        line: row.line,
        result: row.result,
        reason: codes.find(isRowReason) ?? null,
        notes: codes.filter(isNoteCode),
        label: visible ? row.label : null,
        matterId: visible && matter?.deletedVersion === null ? matter.id : null,
        left: row.matterId !== null && left.has(row.matterId),
      }
    }),
    total: result === undefined ? Object.values(results).reduce((sum, count) => sum + count, 0) : results[result],
  }
}

function isRowReason(code: string): code is RowReason {
  return (ROW_REASONS as readonly string[]).includes(code)
}

function isNoteCode(code: string): code is NoteCode {
  return (NOTE_CODES as readonly string[]).includes(code)
}
