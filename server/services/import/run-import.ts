import { v7 as uuidv7 } from 'uuid'
import type { ColumnRecord, FirmSettings, ImportRow } from '#server/db/records.ts'
import type { Repository, Stores } from '#server/db/repository.ts'
import type { Comment } from '#shared/kanban/matter.ts'
import { ranksAfter } from '#shared/kanban/rank.ts'
import { Problem } from '#shared/protocol/problems.ts'
import type { Batch } from '../board-batch.ts'
import type { BoardService } from '../board-service.ts'
import { createBreather } from './breather.ts'
import { createDraftContext } from './draft-context.ts'
import { draftRow, evaluateRows, mergeContext } from './evaluate-rows.ts'
import type { DraftedRow, EvaluateOptions, Outcome } from './evaluate-rows.ts'
import { eyesOf } from './import-job.ts'
import type { ImportJob, ImportReport } from './import-job.ts'
import { dateOrdersOf, findTarget } from './import-mapping.ts'
import { newMatter } from './merge-draft.ts'
import { planColumns } from './plan-columns.ts'
import { addOutcomes, codesOf, resultOf } from './row-counts.ts'
import { nextTurn, readPages, readRows } from './source-rows.ts'
import { surveyRows } from './survey.ts'

/** Rows that are written as one version: whole or not at all. */
const ROWS_PER_COMMIT = 50

export interface RunOptions {
  repository: Repository
  boards: BoardService
  firm: FirmSettings
  job: ImportJob
  /** When the import was confirmed; the same on a resumed run. Epoch milliseconds. */
  at: number
  /** Turns true when the server shuts down: the run stops between two commits and is resumed at the next start. */
  isStopping: () => boolean
}

/**
 * Writes an import to its board, some rows at a time, from where it stopped. Each piece takes its rows,
 * their results and the progress into the database together, so that a crash leaves no half row behind
 * and a resumed run repeats none. Answers whether it came to the end.
 */
export async function runImport({ repository, boards, firm, job, at, isStopping }: RunOptions): Promise<boolean> {
  const { actor, head } = job.plan
  const { boardId, columns, mapping, survey } = await prepareBoard({ repository, boards, job, at })
  const byId = new Map(columns.map(column => [column.id, column]))
  const columnOf = new Map(job.plan.columns!.map(([key, id]) => [key, byId.get(id)]))
  const columnFor = (key: string) => columnOf.get(key) ?? columns.find(({ kind, archived }) => kind === 'OPEN' && !archived) ?? columns[0]!
  const members = await repository.accounts.listMembers()
  const context = createDraftContext({
    head,
    mapping,
    dateOrders: dateOrdersOf(mapping, survey),
    members: new Map(members.map(member => [member.id, member])),
    responsibleId: mapping.responsibleId!,
    timeZone: firm.timeZone,
    kindOf: key => columnFor(key).kind,
  })
  const ends = new Map<string, string | null>()
  for (const { id } of columns)
    ends.set(id, (await repository.matters.ranksIn(id)).at(-1)?.rank ?? null)

  const breathe = createBreather()
  let report = job.report
  let done = 0
  for await (const page of readPages(repository, job.id, ROWS_PER_COMMIT)) {
    const drafted: DraftedRow[] = []
    for (const { line, item } of page) {
      drafted.push({ line, result: draftRow(item, context) })
      await breathe()
    }
    done += page.length
    // Rows that an interrupted run did: drafting them anew kept count of what came up before.
    if (done <= job.done)
      continue
    if (isStopping())
      return false
    const piece: Piece = { drafted, done, report, ends: new Map(ends) }
    const options = { boardId, eyes: eyesOf(actor), columnFor, at, timeZone: firm.timeZone }
    const { version, result } = await boards.commitBatch(actor, boardId, async (batch) => {
      const written = await writePiece(batch, job, piece, options)
      // What changes nothing on the board is undone with its version, and told below.
      if (written.touches)
        await recordPiece(batch.stores, job, batch.version, written)
      return written
    })
    if (version === null)
      await repository.transaction(stores => recordPiece(stores, job, 0, result))
    report = result.report
    for (const [id, rank] of result.ends)
      ends.set(id, rank)
    await nextTurn()
  }
  return true
}

interface Piece {
  drafted: DraftedRow[]
  done: number
  report: ImportReport
  /** The last rank of each column. */
  ends: Map<string, string | null>
}

interface WrittenPiece {
  outcomes: Outcome[]
  matterIds: Map<Outcome, string>
  boardId: string
  done: number
  report: ImportReport
  ends: Map<string, string | null>
  touches: boolean
}

async function writePiece(batch: Batch, job: ImportJob, piece: Piece, options: Omit<EvaluateOptions, 'rankIn'>): Promise<WrittenPiece> {
  // The work may run again, so it starts from the ranks as they were.
  const ends = new Map(piece.ends)
  const rankIn = (columnId: string) => {
    const [rank] = ranksAfter(ends.get(columnId) ?? null, 1)
    ends.set(columnId, rank!)
    return rank!
  }
  const outcomes = await evaluateRows(batch.stores, piece.drafted, { ...options, rankIn })
  const unnumbered = outcomes.flatMap(outcome => outcome.kind === 'create' && outcome.draft.fields.caseNumber === null ? [outcome.draft.fields] : [])
  const numbers = unnumbered.length > 0 ? await batch.takeCaseNumbers(unnumbered) : []
  const matterIds = new Map<Outcome, string>()
  for (const outcome of outcomes) {
    if (outcome.kind === 'create') {
      const id = uuidv7()
      const caseNumber = outcome.draft.fields.caseNumber ?? numbers.shift()!
      const context = mergeContext(outcome.draft, { ...options, rankIn })
      const { matter, comments } = newMatter(outcome.draft, { id, boardId: batch.boardId, actorId: job.plan.actor.id, caseNumber }, context)
      batch.create(matter)
      batch.addComments(comments)
      matterIds.set(outcome, id)
    }
    else if (outcome.kind === 'update') {
      const { matter, added, edited, removed } = outcome.merge
      batch.update(matter, added.length + edited.length + removed.length > 0 ? ['commentCount'] : [])
      batch.addComments(await withoutKnown(batch.stores, added))
      batch.removeComments(removed)
      for (const { id, body } of edited)
        await batch.stores.comments.update(id, body, options.at)
      matterIds.set(outcome, matter.id)
    }
    else if (outcome.kind === 'skip' && outcome.matterId !== null) {
      matterIds.set(outcome, outcome.matterId)
    }
  }
  return {
    outcomes,
    matterIds,
    boardId: batch.boardId,
    done: piece.done,
    report: { ...piece.report, ...addOutcomes(piece.report, outcomes) },
    ends,
    touches: outcomes.some(({ kind }) => kind === 'create' || kind === 'update'),
  }
}

/** A comment that is there already, from a run before an undo, isn't added again. */
async function withoutKnown(stores: Stores, comments: Comment[]): Promise<Comment[]> {
  const fresh: Comment[] = []
  for (const comment of comments) {
    if (!await stores.comments.find(comment.id))
      fresh.push(comment)
  }
  return fresh
}

/** What became of the rows, what they replaced, and how far the import is. */
async function recordPiece(stores: Stores, job: ImportJob, version: number, piece: WrittenPiece): Promise<void> {
  const { outcomes, matterIds } = piece
  await stores.imports.insertRows(job.id, outcomes.map((outcome): ImportRow => ({
    line: outcome.line,
    result: resultOf(outcome),
    matterId: matterIds.get(outcome) ?? null,
    reason: codesOf(outcome).join(' ') || null,
    label: 'draft' in outcome ? outcome.draft.fields.title : outcome.label,
  })))
  const written = outcomes.filter(outcome => outcome.kind === 'create' || outcome.kind === 'update')
  await stores.imports.insertChanges(job.id, written.map(outcome => ({
    matterId: matterIds.get(outcome)!,
    kind: outcome.kind === 'create' ? 'created' as const : 'updated' as const,
    before: outcome.kind === 'create' ? null : outcome.before,
    version,
  })))
  await stores.imports.insertBaselines(job.id, piece.boardId, written.map(outcome => ({
    external: outcome.draft.ref, matterId: matterIds.get(outcome)!, draft: outcome.draft,
  })))
  await stores.imports.update(job.id, { done: piece.done, report: piece.report })
}

/** The board with the columns that the import needs, made at the first run and found at a resumed one. */
async function prepareBoard({ repository, boards, job, at }: Pick<RunOptions, 'repository' | 'boards' | 'job' | 'at'>) {
  const { head, mapping, actor } = job.plan
  const survey = await surveyRows(head, mapping, readRows(repository, job.id), createBreather())
  if (job.plan.columns === null || job.boardId === null) {
    const target = await findTarget(repository, mapping.target)
    const plan = planColumns(head, survey.statuses, new Map(Object.entries(mapping.statuses)), target.columns)
    job.plan.columns = [...plan.columns].map(([key, { id }]) => [key, id])
    job.plan.made = { board: target.board === null, columns: plan.added.map(({ id }) => id) }
    job.boardId = target.board?.id ?? uuidv7()
    const changes = { boardId: job.boardId, plan: job.plan }
    if (!target.board)
      await repository.transaction(stores => makeBoard(stores, job, plan.added, at, changes))
    else if (plan.added.length + plan.changed.length > 0)
      await boards.commitBatch(actor, target.board.id, async (batch) => {
        batch.addColumns(plan.added)
        plan.changed.forEach(column => batch.updateColumn(column))
        await batch.stores.imports.update(job.id, changes)
      })
    else
      await repository.imports.update(job.id, changes)
  }
  const columns = await repository.boards.columns(job.boardId)
  if (columns.length === 0)
    throw new Problem('BOARD_GONE', 'the board of this import is gone')
  return { boardId: job.boardId, columns, mapping, survey }
}

async function makeBoard(stores: Stores, job: ImportJob, columns: ColumnRecord[], at: number, changes: { boardId: string, plan: unknown }): Promise<void> {
  const { head, mapping } = job.plan
  const boards = await stores.boards.list()
  const externalId = head.boardExternalId
  const isTaken = externalId !== null && await stores.boards.findByExternal('trello', externalId) !== null
  await stores.boards.insert({
    id: changes.boardId,
    name: 'name' in mapping.target ? mapping.target.name : '',
    epoch: uuidv7(),
    isDefault: boards.length === 0,
    position: boards.reduce((last, board) => Math.max(last, board.position + 1), 0),
    external: externalId === null || isTaken ? null : { source: 'trello', id: externalId },
    createdAt: at,
  }, columns)
  await stores.imports.update(job.id, changes)
}
