import process from 'node:process'
import { v7 as uuidv7 } from 'uuid'
import type { FirmSettings, ImportPatch } from '#server/db/records.ts'
import type { Repository } from '#server/db/repository.ts'
import type { EpochMs } from '#shared/kanban/matter.ts'
import type { Actor } from '#shared/kanban/member.ts'
import { can } from '#shared/kanban/permissions.ts'
import type { RowResult } from '#shared/import/import-fields.ts'
import type { ImportAnswer, ImportMapping, ImportRowsAnswer, ImportsAnswer } from '#shared/protocol/imports.ts'
import { Problem } from '#shared/protocol/problems.ts'
import type { BoardService } from '../board-service.ts'
import { buildPreview } from './build-preview.ts'
import { cleanText, oneLine, shorten } from './fit-text.ts'
import { emptyReport, toAnswer, toJob, toView } from './import-job.ts'
import type { ImportJob } from './import-job.ts'
import { checkMapping, chooseTarget, firstMapping } from './import-mapping.ts'
import { listRows } from './list-rows.ts'
import { readImportFile } from './read-file.ts'
import { runImport } from './run-import.ts'
import { dropRows, storeRows } from './source-rows.ts'
import { undoImport } from './undo-import.ts'

/** A file as it arrives. */
export interface Upload {
  fileName: string
  bytes: Uint8Array
  /** Label of the encoding; absent, the bytes tell. */
  encoding?: string | undefined
  /** Name or id of the board; absent, the file says. */
  boardName?: string | undefined
}

/** Files of other programs, on their way onto a board and back. Whoever may not import is refused at every door. */
export interface ImportService {
  /** Throws FORBIDDEN to who may not import, before a file is even received. */
  refuseOthers: (actor: Actor) => void
  /** Reads a file and shows what an import would do. Nothing of it is on a board yet. */
  analyse: (actor: Actor, upload: Upload) => Promise<ImportAnswer>
  /** The actor's own imports, newest first. */
  list: (actor: Actor) => Promise<ImportsAnswer>
  find: (actor: Actor, id: string) => Promise<ImportAnswer>
  rows: (actor: Actor, id: string, query: { result?: RowResult | undefined, offset: number, limit: number }) => Promise<ImportRowsAnswer>
  /** Replaces the mapping and shows what it comes to. */
  map: (actor: Actor, id: string, mapping: ImportMapping) => Promise<ImportAnswer>
  /** Starts writing, or goes on with an import that failed. `settled` tells when it is through. */
  commit: (actor: Actor, id: string) => Promise<ImportAnswer>
  /** Starts taking the import back. */
  undo: (actor: Actor, id: string) => Promise<ImportAnswer>
  /** Forgets an import that has nothing on a board. */
  remove: (actor: Actor, id: string) => Promise<void>
  /** Ends when the import no longer runs. */
  settled: (id: string) => Promise<void>
  /**
   * Goes on with what a stop or a crash interrupted and no other process is at, and forgets files that nobody
   * confirmed.
   */
  resume: () => Promise<void>
  /** Stops running imports between two pieces; they are resumed at the next start. */
  close: () => Promise<void>
}

export interface ImportServiceOptions {
  repository: Repository
  boards: BoardService
  firm: FirmSettings
  /** @default Date.now */
  now?: () => EpochMs
  /** Hears why an import failed. @default logs the import's id and where it stopped */
  onError?: (importId: string, error: unknown) => void
}

/** Files that were looked at but never confirmed are kept this long. */
const PREVIEW_KEPT_MS = 7 * 24 * 3_600_000
const LISTED_IMPORTS = 200
const MAX_FILE_NAME = 255

/** The log gets the import's id and where it happened: what the error says may quote the file. */
function logFailure(importId: string, error: unknown): void {
  const { name, stack } = error instanceof Error ? error : { name: typeof error, stack: '' }
  const place = stack?.split('\n').find(line => line.trimStart().startsWith('at '))?.trim() ?? ''
  process.stderr.write(`import ${importId} stopped: ${name} ${place}\n`)
}

/** Imports of one firm, in one process. */
export function createImportService(options: ImportServiceOptions): ImportService {
  const { repository, boards, firm, now = Date.now } = options
  const { onError = logFailure } = options
  const running = new Map<string, Promise<void>>()
  let stopping = false

  function refuseOthers(actor: Actor): void {
    if (!can(actor, 'import'))
      throw new Problem('FORBIDDEN', 'this member may not import')
  }

  /** The actor's own import; another's doesn't exist for them. */
  async function load(actor: Actor, id: string): Promise<ImportJob> {
    refuseOthers(actor)
    const record = await repository.imports.find(id)
    if (!record || record.memberId !== actor.id)
      throw new Problem('IMPORT_GONE', 'there is no such import')
    return toJob(record)
  }

  async function answer(actor: Actor, id: string): Promise<ImportAnswer> {
    const job = await load(actor, id)
    const { target } = job.plan.mapping
    const boardId = job.boardId ?? ('id' in target ? target.id : null)
    return toAnswer(job, {
      boards: await repository.boards.list(),
      columns: boardId === null ? [] : await repository.boards.columns(boardId),
      members: await repository.accounts.listMembers(),
    }, actor)
  }

  async function preview(job: ImportJob, actor: Actor, mapping: ImportMapping): Promise<void> {
    const built = await buildPreview({
      repository, importId: job.id, head: job.plan.head, mapping, actor, members: await repository.accounts.listMembers(), timeZone: firm.timeZone, at: now(),
    })
    await repository.imports.update(job.id, {
      plan: { ...job.plan, mapping: built.mapping },
      report: { ...job.report, preview: built.preview },
    })
  }

  /** What may be done to an import by one process at a time. */
  const claim = (id: string) => repository.claim(`import ${id}`)

  /** Runs `work` behind the answer, one at a time for each import; another process that is at it, or was, is left alone. */
  function start({ id, state }: ImportJob, work: (job: ImportJob) => Promise<boolean>, end: () => ImportPatch): void {
    const run = async () => {
      let release: Awaited<ReturnType<typeof claim>> = null
      try {
        release = await claim(id)
        const record = release && await repository.imports.find(id)
        if (record?.state === state && await work(toJob(record))) {
          await repository.imports.update(id, end())
          await dropRows(repository, id)
        }
      }
      catch (error) {
        onError(id, error)
        await repository.imports.update(id, { state: 'failed', finishedAt: now() }).catch(failure => onError(id, failure))
      }
      finally {
        await release?.()
        running.delete(id)
      }
    }
    running.set(id, run())
  }

  async function forget(id: string): Promise<void> {
    await dropRows(repository, id)
    await repository.imports.remove(id)
  }

  /** Whether nobody will come back to this file. */
  function isLeft({ state, report, createdAt }: ImportJob): boolean {
    return state === 'preview' && (report.preview === null || createdAt < now() - PREVIEW_KEPT_MS)
  }

  async function forgetLeft(id: string): Promise<void> {
    const release = await claim(id)
    if (!release)
      return
    try {
      const record = await repository.imports.find(id)
      if (record && isLeft(toJob(record)))
        await forget(id)
    }
    finally {
      await release()
    }
  }

  function startRun(job: ImportJob, at: EpochMs): void {
    start(job, job => runImport({ repository, boards, firm, job, at, isStopping: () => stopping }), () => ({ state: 'done', finishedAt: now() }))
  }

  function startUndo(job: ImportJob, actor: Actor): void {
    start(job, job => undoImport({ repository, boards, job, actor, at: now(), isStopping: () => stopping }), () => ({ state: 'undone', finishedAt: now() }))
  }

  return {
    refuseOthers,

    async analyse(actor, { fileName: givenName, bytes, encoding, boardName }) {
      refuseOthers(actor)
      const fileName = shorten(oneLine(cleanText(givenName)), MAX_FILE_NAME)
      const { head, rows } = await readImportFile(bytes, { encoding })
      const target = await chooseTarget(repository, head, fileName, boardName)
      const mapping = firstMapping(head, { target, actor, members: await repository.accounts.listMembers() })
      const id = uuidv7()
      const job: ImportJob = {
        id,
        boardId: null,
        memberId: actor.id,
        fileName,
        format: head.format,
        state: 'preview',
        done: 0,
        total: rows.length,
        plan: { head, mapping, actor: { id: actor.id, role: actor.role }, columns: null, made: { board: false, columns: [] } },
        report: emptyReport(),
        createdAt: now(),
        finishedAt: null,
      }
      // Without a preview it looks like one that a crash left behind.
      const release = await claim(id)
      try {
        await repository.imports.insert(job)
        await storeRows(repository, id, rows)
        await preview(job, actor, mapping)
      }
      catch (error) {
        await forget(id)
        throw error
      }
      finally {
        await release?.()
      }
      return await answer(actor, id)
    },

    async list(actor) {
      refuseOthers(actor)
      const records = (await repository.imports.list(LISTED_IMPORTS)).filter(({ memberId }) => memberId === actor.id)
      const all = await repository.boards.list()
      return { imports: records.map(record => toView(toJob(record), all)), timeZone: firm.timeZone }
    },

    find: answer,

    async rows(actor, id, query) {
      return await listRows(repository, await load(actor, id), actor, query)
    },

    async map(actor, id, mapping) {
      const job = await load(actor, id)
      if (job.state !== 'preview' || running.has(id))
        throw new Problem('IMPORT_BUSY', 'the import has started')
      // The columns of one board say nothing about another's.
      const sameTarget = JSON.stringify(mapping.target) === JSON.stringify(job.plan.mapping.target)
      await preview(job, actor, sameTarget ? mapping : { ...mapping, statuses: {} })
      return await answer(actor, id)
    },

    async commit(actor, id) {
      const job = await load(actor, id)
      if ((job.state !== 'preview' && job.state !== 'failed') || running.has(id))
        throw new Problem('IMPORT_BUSY', 'the import has started')
      const { head, mapping } = job.plan
      checkMapping(mapping, head, await repository.accounts.listMembers())
      if (mapping.responsibleId === null)
        throw new Problem('VALIDATION', 'choose the lawyer who is responsible for matters that name none', { field: 'responsibleId' })
      const unclear = job.report.preview?.columns.findIndex(({ dates }) => dates?.ambiguous) ?? -1
      if (unclear !== -1)
        throw new Problem('VALIDATION', 'say whether day or month comes first', { field: `dateOrders.${unclear}` })
      const report = { ...job.report, preview: null }
      await repository.imports.update(id, { state: 'running', report, finishedAt: null })
      startRun({ ...job, state: 'running', report }, now())
      return await answer(actor, id)
    },

    async undo(actor, id) {
      const job = await load(actor, id)
      if ((job.state !== 'done' && job.state !== 'failed') || running.has(id))
        throw new Problem('IMPORT_BUSY', 'there is nothing to take back now')
      await repository.imports.update(id, { state: 'undoing' })
      startUndo({ ...job, state: 'undoing' }, actor)
      return await answer(actor, id)
    },

    async remove(actor, id) {
      const job = await load(actor, id)
      if ((job.state !== 'preview' && job.state !== 'undone') || running.has(id))
        throw new Problem('IMPORT_BUSY', 'the import has matters on a board: undo it first')
      await forget(id)
    },

    async settled(id) {
      await running.get(id)
    },

    async resume() {
      for (const record of await repository.imports.list(LISTED_IMPORTS)) {
        const job = toJob(record)
        if (stopping || running.has(job.id))
          continue
        if (job.state === 'running')
          startRun(job, now())
        else if (job.state === 'undoing')
          startUndo(job, job.plan.actor)
        else if (isLeft(job))
          await forgetLeft(job.id)
      }
    },

    async close() {
      stopping = true
      await Promise.all(running.values())
    },
  }
}
