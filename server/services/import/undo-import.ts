import type { ColumnRecord, ImportChange } from '#server/db/records.ts'
import type { Repository, Stores } from '#server/db/repository.ts'
import type { Actor } from '#shared/kanban/member.ts'
import type { Batch } from '../board-batch.ts'
import type { BoardService } from '../board-service.ts'
import type { MatterDraft } from './draft.ts'
import type { ImportJob } from './import-job.ts'
import { commentIdOf } from './merge-draft.ts'
import { nextTurn } from './source-rows.ts'

/** Matters that are taken back as one version. */
const MATTERS_PER_COMMIT = 50

export interface UndoOptions {
  repository: Repository
  boards: BoardService
  job: ImportJob
  actor: Actor
  /** Epoch milliseconds. */
  at: number
  isStopping: () => boolean
}

/**
 * Takes an import back: what it made goes, what it changed is as before. A matter that someone changed
 * since is left as it is and named in the report. What was done of it is forgotten piece by piece, so
 * that an undo that was interrupted goes on where it stopped. Answers whether it came to the end.
 */
export async function undoImport({ repository, boards, job, actor, at, isStopping }: UndoOptions): Promise<boolean> {
  const { boardId } = job
  while (boardId !== null && await repository.boards.find(boardId)) {
    if (isStopping())
      return false
    const changes = await repository.imports.listChanges(job.id, MATTERS_PER_COMMIT)
    if (changes.length === 0)
      break
    const { version, result } = await boards.commitBatch(actor, boardId, async (batch) => {
      batch.historyKind('importUndone')
      const undone = await undoPiece(batch, job, changes, at)
      if (undone.touches)
        await recordUndone(batch.stores, job, changes, undone)
      return undone
    })
    if (version === null)
      await repository.transaction(stores => recordUndone(stores, job, changes, result))
    job.report = { ...job.report, left: [...job.report.left, ...result.left] }
    await nextTurn()
  }
  if (boardId !== null)
    await putAwayBoard({ repository, boards, job, actor, boardId })
  return true
}

interface UndonePiece {
  /** Matters whose rows the import no longer stands for. */
  undone: string[]
  left: string[]
  touches: boolean
}

async function undoPiece(batch: Batch, job: ImportJob, changes: readonly ImportChange[], at: number): Promise<UndonePiece> {
  const ids = changes.map(({ matterId }) => matterId)
  const matters = new Map((await batch.stores.matters.findMany(ids)).map(matter => [matter.id, matter]))
  const baselines = await batch.stores.imports.listBaselines(job.id, ids)
  const before = await batch.stores.imports.findBaselines(batch.boardId, baselines.map(({ external }) => external), job.id)
  const draftNow = new Map(baselines.map(({ matterId, draft }) => [matterId, draft as MatterDraft]))
  const draftBefore = new Map(before.map(({ matterId, draft }) => [matterId, draft as MatterDraft]))
  const result: UndonePiece = { undone: [], left: [], touches: false }
  for (const change of changes) {
    const matter = matters.get(change.matterId)
    if (matter && matter.deletedVersion === null && matter.version !== change.version) {
      result.left.push(change.matterId)
      continue
    }
    result.undone.push(change.matterId)
    if (!matter || matter.deletedVersion !== null)
      continue
    result.touches = true
    if (change.kind === 'created') {
      batch.remove(matter.id)
      continue
    }
    batch.update(change.before!, ['commentCount'])
    await undoComments(batch, matter.id, draftNow.get(matter.id), draftBefore.get(matter.id), at)
  }
  return result
}

/** Comments that the import brought go, those that it changed say again what they said. */
async function undoComments(batch: Batch, matterId: string, now: MatterDraft | undefined, before: MatterDraft | undefined, at: number): Promise<void> {
  const old = new Map(before?.comments.map(comment => [comment.key, comment]))
  for (const { key, body } of now?.comments ?? []) {
    const known = old.get(key)
    const id = commentIdOf(matterId, key)
    if (!known)
      batch.removeComments([id])
    else if (known.body !== body)
      await batch.stores.comments.update(id, known.body, at)
  }
}

async function recordUndone(stores: Stores, job: ImportJob, changes: readonly ImportChange[], { undone, left }: UndonePiece): Promise<void> {
  await stores.imports.removeChanges(job.id, changes.map(({ matterId }) => matterId))
  await stores.imports.removeBaselines(job.id, undone)
  await stores.imports.update(job.id, { report: { ...job.report, left: [...job.report.left, ...left] } })
}

/** A board that the import made and that is empty again goes; columns that it added to another are put away. */
async function putAwayBoard({ repository, boards, job, actor, boardId }: Omit<UndoOptions, 'at' | 'isStopping'> & { boardId: string }): Promise<void> {
  const board = await repository.boards.find(boardId)
  if (!board)
    return
  if (job.plan.made.board && !board.isDefault && await repository.matters.countByBoard(boardId) === 0) {
    while (!await repository.transaction(stores => stores.boards.removeEmpty(boardId)))
      await nextTurn()
    return
  }
  const columns = await repository.boards.columns(boardId)
  const empty: ColumnRecord[] = []
  for (const column of columns.filter(({ id, archived }) => job.plan.made.columns.includes(id) && !archived)) {
    if ((await repository.matters.ranksIn(column.id)).length === 0)
      empty.push(column)
  }
  if (!job.plan.made.board && empty.length > 0)
    await boards.commitBatch(actor, boardId, async batch => empty.forEach(column => batch.updateColumn({ ...column, archived: true })))
}
