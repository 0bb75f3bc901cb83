import type { ColumnRecord, MatterRecord } from '#server/db/records.ts'
import type { Stores } from '#server/db/repository.ts'
import type { NoteCode, RowReason } from '#shared/import/import-fields.ts'
import { normalizeCaseNumber } from '#shared/kanban/case-number.ts'
import type { EpochMs, Matter, MatterId } from '#shared/kanban/matter.ts'
import { MATTER_FIELDS } from '#shared/kanban/matter.ts'
import type { Actor } from '#shared/kanban/member.ts'
import { canSee } from '#shared/kanban/visibility.ts'
import { matterToWire } from '../wire.ts'
import type { DraftResult, MatterDraft } from './draft.ts'
import { draftFromCard } from './draft-from-card.ts'
import { draftFromRow } from './draft-from-row.ts'
import type { DraftContext } from './draft-context.ts'
import { isSameDraft, mergeDraft } from './merge-draft.ts'
import type { Merge } from './merge-draft.ts'
import type { SourceItem } from './source.ts'

/** A row on its way: what it says, before the board was asked. */
export interface DraftedRow {
  line: number
  result: DraftResult
}

/** What a row comes to on a board. */
export type Outcome
  = | { kind: 'create', line: number, draft: MatterDraft, notes: NoteCode[] }
    | { kind: 'update', line: number, draft: MatterDraft, notes: NoteCode[], before: Matter, merge: Merge }
    | { kind: 'skip', line: number, reason: RowReason, label: string, matterId: MatterId | null }
    | { kind: 'fail', line: number, reason: RowReason, label: string }

export interface EvaluateOptions {
  /** Null for a board that is still to be made. */
  boardId: string | null
  eyes: Actor
  columnFor: (columnKey: string) => ColumnRecord
  /** The next place at the end of a column. */
  rankIn: (columnId: string) => string
  at: EpochMs
  timeZone: string
}

/** A row as a draft, by what the file is. */
export function draftRow(item: SourceItem, context: DraftContext): DraftResult {
  switch (item.kind) {
    case 'card': return draftFromCard(item, context)
    case 'cells': return draftFromRow(item.cells, context)
    case 'malformed': return { ok: false, reason: 'CARD_MALFORMED', label: '' }
    default: return item satisfies never
  }
}

/**
 * What becomes of each row: a preview and a run ask the same question, so that the run does what the
 * preview showed. A matter that is hidden from who imports counts as unchanged and is never touched.
 */
export async function evaluateRows(stores: Pick<Stores, 'imports' | 'matters'>, rows: readonly DraftedRow[], options: EvaluateOptions): Promise<Outcome[]> {
  const drafts = rows.flatMap(({ result }) => result.ok ? [result.draft] : [])
  const baselines = options.boardId === null ? [] : await stores.imports.findBaselines(options.boardId, drafts.map(({ ref }) => ref))
  const known = new Map(baselines.map(({ external, matterId, draft }) => [`${external.source} ${external.id}`, { matterId, draft: draft as MatterDraft }]))
  const matters = new Map((await stores.matters.findMany(baselines.map(({ matterId }) => matterId))).map(matter => [matter.id, matter]))
  const taken = await stores.matters.takenCaseNumbers(drafts.flatMap(({ fields }) => fields.caseNumber ?? []))

  return rows.map(({ line, result }): Outcome => {
    if (!result.ok)
      return { kind: 'fail', line, reason: result.reason, label: result.label }
    const { draft, notes } = result
    const label = draft.fields.title
    const owner = draft.fields.caseNumber === null ? undefined : taken.get(normalizeCaseNumber(draft.fields.caseNumber))
    const before = known.get(`${draft.ref.source} ${draft.ref.id}`)
    if (!before)
      return owner === undefined ? { kind: 'create', line, draft, notes } : { kind: 'fail', line, reason: 'CASE_NUMBER_TAKEN', label }
    const matter = matters.get(before.matterId)
    if (!matter || matter.deletedVersion !== null)
      return { kind: 'skip', line, reason: 'DELETED_SINCE', label, matterId: null }
    if (!canSee(options.eyes, matter) || isSameDraft(draft, before.draft))
      return { kind: 'skip', line, reason: 'UNCHANGED', label, matterId: matter.id }
    if (owner !== undefined && owner !== matter.id && draft.fields.caseNumber !== before.draft.fields.caseNumber)
      return { kind: 'fail', line, reason: 'CASE_NUMBER_TAKEN', label }
    const merge = mergeDraft(matterToWire(matter), draft, before.draft, mergeContext(draft, options))
    return changesAnything(matter, merge)
      ? { kind: 'update', line, draft, notes, before: matterToWire(matter), merge }
      : { kind: 'skip', line, reason: 'UNCHANGED', label, matterId: matter.id }
  })
}

/** Where a draft goes on the board. */
export function mergeContext(draft: MatterDraft, { columnFor, rankIn, at, timeZone }: EvaluateOptions) {
  const column = columnFor(draft.fields.columnKey)
  return { column, rank: () => rankIn(column.id), at, timeZone }
}

function changesAnything(matter: MatterRecord, { matter: merged, added, edited, removed }: Merge): boolean {
  return added.length + edited.length + removed.length > 0
    || MATTER_FIELDS.some(field => JSON.stringify(matter[field]) !== JSON.stringify(merged[field]))
}
