import type { BoardRecord, ColumnRecord, ImportRecord, MemberRecord } from '#server/db/records.ts'
import type { ImportFormat } from '#shared/import/import-fields.ts'
import { isLawyer, isStaff } from '#shared/kanban/member.ts'
import type { Actor } from '#shared/kanban/member.ts'
import { ROW_RESULTS } from '#shared/import/import-fields.ts'
import type { ImportAnswer, ImportChoices, ImportMapping, ImportPreview, ImportView, ResultCounts } from '#shared/protocol/imports.ts'
import { memberToWire } from '../wire.ts'
import { isFreeBoard } from './plan-columns.ts'
import type { SourceHead } from './source.ts'

/** What an import keeps of its file and of what the person decided. */
export interface ImportPlan {
  head: SourceHead
  mapping: ImportMapping
  /** Who imports, with the role that they had. */
  actor: Actor
  /** By status key the column, once the board was prepared. */
  columns: [string, string][] | null
  /** What the import made of the board, for its undo. */
  made: { board: boolean, columns: string[] }
}

/** What an import came to so far. */
export interface ImportReport {
  preview: ImportPreview | null
  results: ResultCounts
  reasons: Record<string, number>
  /** Matters that an undo left, because someone changed them since. */
  left: string[]
}

export interface ImportJob extends Omit<ImportRecord, 'plan' | 'report'> {
  plan: ImportPlan
  report: ImportReport
}

/** The record with its own parts typed: only this service writes them. */
export function toJob(record: ImportRecord): ImportJob {
  return { ...record, plan: record.plan as ImportPlan, report: record.report as ImportReport }
}

export function emptyReport(): ImportReport {
  return { preview: null, results: emptyCounts(), reasons: {}, left: [] }
}

export function emptyCounts(): ResultCounts {
  return Object.fromEntries(ROW_RESULTS.map(result => [result, 0])) as ResultCounts
}

/** Whether this person may read what is in a file. Administrators import without seeing matters. */
export function mayReadContent(actor: Actor): boolean {
  return actor.role !== 'ADMIN'
}

/** Whose eyes decide what a re-import finds on the board: an administrator's run finds what a partner's would. */
export function eyesOf(actor: Actor): Actor {
  return actor.role === 'ADMIN' ? { id: actor.id, role: 'PARTNER' } : actor
}

/** The lawyer of matters that name none: who imports, when a lawyer, else the firm's first partner. */
export function defaultResponsible(actor: Actor, members: readonly MemberRecord[]): string | null {
  const lawyers = members.filter(member => member.active && isLawyer(member))
  const own = lawyers.find(({ id }) => id === actor.id)
  return (own ?? lawyers.find(({ role }) => role === 'PARTNER') ?? lawyers[0])?.id ?? null
}

export function toView(job: ImportJob, boards: readonly BoardRecord[]): ImportView {
  const board = boards.find(({ id }) => id === job.boardId)
  return {
    id: job.id,
    fileName: job.fileName,
    format: job.format as ImportFormat,
    state: job.state,
    boardId: board?.id ?? null,
    boardName: board?.name ?? null,
    createdAt: job.createdAt,
    finishedAt: job.finishedAt,
    progress: { done: job.done, total: job.total },
    results: job.report.results,
    reasons: job.report.reasons,
    left: job.report.left.length,
  }
}

/** The import as its person may see it: without a value of the file for who may not read content. */
export function toAnswer(
  job: ImportJob,
  { boards, columns, members }: { boards: readonly BoardRecord[], columns: readonly ColumnRecord[], members: readonly MemberRecord[] },
  reader: Actor,
): ImportAnswer {
  const preview = job.state === 'preview' ? job.report.preview : null
  const view = toView(job, boards)
  const choices: ImportChoices = {
    boards: boards.map(({ id, name }) => ({ id, name })),
    columns: columns.map(({ id, name, kind, archived }) => ({ id, name, kind, archived })),
    mayAddColumns: isFreeBoard(columns),
    members: members.filter(member => member.active && isStaff(member)).map(memberToWire),
  }
  if (mayReadContent(reader))
    return { job: view, mapping: job.plan.mapping, choices, preview }
  const isTable = job.format !== 'trello'
  return {
    job: view,
    choices,
    mapping: isTable ? { ...job.plan.mapping, statuses: {}, people: {} } : job.plan.mapping,
    preview: preview && {
      ...preview,
      contentVisible: false,
      columns: preview.columns.map(column => ({ ...column, samples: [] })),
      // A mapping decides which column counts as status, so any value could be drawn out by it.
      statuses: isTable ? [] : preview.statuses,
      people: isTable ? [] : preview.people,
      rows: [],
    },
  }
}
