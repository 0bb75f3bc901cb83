import type { BoardRecord, FirmSettings, IdempotencyRecord } from '#server/db/records.ts'
import type { Repository, Stores } from '#server/db/repository.ts'
import { UniqueViolation } from '#server/db/repository.ts'
import { applyMutation } from '#shared/kanban/apply-mutation.ts'
import type { Board } from '#shared/kanban/board.ts'
import { normalizeCaseNumber } from '#shared/kanban/case-number.ts'
import type { EpochMs, Matter, MatterField, MatterId } from '#shared/kanban/matter.ts'
import type { Actor } from '#shared/kanban/member.ts'
import type { Mutation } from '#shared/kanban/mutation.ts'
import { canSee } from '#shared/kanban/visibility.ts'
import type { FieldConflict } from '#shared/protocol/problems.ts'
import { Problem } from '#shared/protocol/problems.ts'
import { findConflicts } from '#shared/sync/conflict.ts'
import type { Batch } from './board-batch.ts'
import { runBatch } from './board-batch.ts'
import type { BoardHub } from './board-hub.ts'
import { writeComment } from './comment-writes.ts'
import { loadContext } from './commit-context.ts'
import type { Stamp } from './commit-writes.ts'
import { accessTransitions, activityOf, changeOf, changesAccess, stampMatter } from './commit-writes.ts'

/** What the mutation is built from: the board and, when the actor sees it, the matter, both under the lock. */
export interface Scene {
  board: Board
  matter: Matter | null
}

export interface CommitRequest {
  actor: Actor
  /** Where to look: the board, or the matter whose board it is. */
  target: { boardId: string } | { matterId: MatterId }
  /** May run more than once. Throws a `Problem` to refuse. */
  build: (scene: Scene) => Mutation
  /** Names a request that may come twice; `hash` tells it from another one under the same key. */
  idempotency?: { key: string, hash: string } | undefined
}

export interface Committed {
  /** The version that the mutation made; of a change that changed nothing, the matter's. */
  version: number
  /** The matter as it stands, as far as the actor sees it. */
  matter: Matter | null
}

/** The one way in for everything that changes a board. */
export interface BoardService {
  /** Commits one person's mutation, or throws the `Problem` that refuses it, having written nothing. */
  commit: (request: CommitRequest) => Promise<Committed>
  /**
   * Writes many changes as one version without asking the workflow, for imports. `version` is null when
   * nothing differed, and then nothing was written. `work` may run more than once.
   */
  commitBatch: <Result>(
    actor: Actor,
    boardId: string,
    work: (batch: Batch) => Promise<Result>,
  ) => Promise<{ version: number | null, result: Result }>
}

export interface BoardServiceOptions {
  repository: Repository
  hub: BoardHub
  firm: FirmSettings
  /** @default Date.now */
  now?: () => EpochMs
}

/** Leaves a transaction without a trace, and carries out what it found. */
class Unwritten<Result> extends Error {
  readonly result: Result

  constructor(result: Result) {
    super('nothing to write')
    this.result = result
  }
}

export function createBoardService({ repository, hub, firm, now = Date.now }: BoardServiceOptions): BoardService {
  /** Runs `work` with the board's next version taken first, which locks the board (rule P2). */
  async function write<Result>(boardId: string, work: (stores: Stores, board: BoardRecord) => Promise<Result>): Promise<Result> {
    let head: BoardRecord | null = null
    const result = await repository.transaction(async (stores) => {
      head = await stores.boards.takeVersion(boardId)
      if (!head)
        throw new Problem('BOARD_GONE', 'there is no such board')
      return await work(stores, head)
    })
    const { id, epoch, version } = head!
    hub.committed({ id, epoch, version })
    return result
  }

  async function commitOnce(request: CommitRequest): Promise<Committed> {
    const { actor, target, build, idempotency } = request
    const boardId = 'boardId' in target ? target.boardId : await repository.matters.findBoardId(target.matterId)
    if (boardId === null)
      throw gone()
    return await write(boardId, async (stores, record) => {
      const known = idempotency && await stores.idempotency.find(actor.id, idempotency.key)
      if (known)
        throw new Unwritten(await replay(stores, actor, known, idempotency.hash))
      const board: Board = { id: record.id, name: record.name, columns: await stores.boards.columns(record.id) }
      const stamp: Stamp = { boardId, version: record.version, actor, at: now() }
      const before = 'matterId' in target ? await findVisible(stores, actor, target.matterId) : null
      if (!before && 'matterId' in target)
        throw gone()
      const mutation = build({ board, matter: before })
      const committed = await apply(stores, { mutation, before, board, stamp })
      if (idempotency) {
        await stores.idempotency.insert({
          memberId: actor.id,
          key: idempotency.key,
          requestHash: idempotency.hash,
          status: mutation.kind === 'create' ? 201 : 200,
          matterId: mutation.id,
          version: committed.version,
          createdAt: stamp.at,
        })
      }
      return committed
    })
  }

  async function apply(
    stores: Stores,
    { mutation, before, board, stamp }: { mutation: Mutation, before: Matter | null, board: Board, stamp: Stamp },
  ): Promise<Committed> {
    const { actor, at } = stamp
    const context = await loadContext(stores, { mutation, board, actor, firm, now: at })
    const result = applyMutation(before, mutation, context)
    if (!result.ok) {
      const { code, ...details } = result.refusal
      throw new Problem(code, `refused: ${code}`, details)
    }
    // Only who may create learns that an id is in use: it may be a hidden matter's.
    if (mutation.kind === 'create' && await stores.matters.findBoardId(mutation.id) !== null)
      throw new Problem('ID_TAKEN', 'the id is taken', { field: 'id' })
    const conflicts = conflictsOf(before, result.matter, result.changed, mutation)
    if (conflicts.length > 0)
      throw new Problem('CONFLICT', 'the matter has newer values', { conflicts })
    if (before && result.changed.length === 0 && !result.deleted)
      throw new Unwritten<Committed>({ version: before.version, matter: before })
    await refuseTakenNumber(stores, before, result.matter)

    const after = stampMatter(before, result.matter, result.changed, stamp)
    if (mutation.kind === 'comment')
      await writeComment(stores, mutation.id, mutation.args, stamp)
    if (result.deleted)
      await stores.matters.markDeleted(after.id, stamp.version, actor.id, at)
    else if (before)
      await stores.matters.update(after)
    else
      await stores.matters.insertMany([after], stamp.version)
    if (before && changesAccess(result.changed))
      await stores.log.appendAccess(board.id, stamp.version, accessTransitions(before, after, await stores.accounts.listMembers()))
    await stores.log.appendChanges(board.id, stamp.version, [changeOf(after.id, stamp)])
    await stores.activity.append([activityOf(mutation, before, after, result.changed, stamp)])
    return { version: stamp.version, matter: result.deleted || !canSee(actor, after) ? null : after }
  }

  return {
    async commit(request) {
      try {
        return await commitOnce(request)
      }
      catch (error) {
        if (error instanceof Unwritten)
          return error.result as Committed
        // Somebody took the id or number on another board in between: asked again, the checks say which.
        if (error instanceof UniqueViolation)
          return await commitOnce(request)
        throw error
      }
    },
    async commitBatch(actor, boardId, work) {
      let version: number | null = null
      try {
        const result = await write(boardId, async (stores, record) => {
          version = record.version
          const { result, written } = await runBatch(stores, { record, actor, at: now(), firm }, work)
          if (!written)
            throw new Unwritten(result)
          return result
        })
        return { version, result }
      }
      catch (error) {
        if (error instanceof Unwritten)
          return { version: null, result: error.result }
        throw error
      }
    },
  }
}

/** What is hidden is missing: both are the same null (rule W3). */
async function findVisible(stores: Stores, actor: Actor, id: MatterId): Promise<Matter | null> {
  const record = await stores.matters.find(id)
  if (!record || record.deletedVersion !== null || !canSee(actor, record))
    return null
  const { createdVersion: _created, deletedVersion: _deleted, ...matter } = record
  return matter
}

function gone(): Problem {
  return new Problem('MATTER_GONE', 'there is no such matter')
}

/** The stored answer, with its values read again under today's access (rule M3). */
async function replay(stores: Stores, actor: Actor, known: IdempotencyRecord, hash: string): Promise<Committed> {
  if (known.requestHash !== hash)
    throw new Problem('IDEMPOTENCY_MISMATCH', 'this Idempotency-Key was used for another request')
  return { version: known.version, matter: known.matterId === null ? null : await findVisible(stores, actor, known.matterId) }
}

/** Deleting meets whatever others wrote since; everything else only what it overwrites (rules X1, X2). */
function conflictsOf(before: Matter | null, after: Matter, changed: readonly MatterField[], mutation: Mutation): FieldConflict[] {
  if (!before)
    return []
  if (mutation.kind !== 'delete')
    return findConflicts(before, after, changed, mutation.base)
  return Object.entries(mutation.base ?? {}).flatMap(([name, seen]) => {
    const field = name as MatterField
    const last = before.fieldVersions[field]
    return last && seen !== undefined && last.v > seen ? [{ field, version: last.v, value: before[field], by: last.by, at: before.updatedAt }] : []
  })
}

async function refuseTakenNumber(stores: Stores, before: Matter | null, after: Matter): Promise<void> {
  if (before?.caseNumber === after.caseNumber)
    return
  const taken = (await stores.matters.takenCaseNumbers([after.caseNumber])).get(normalizeCaseNumber(after.caseNumber))
  if (taken !== undefined && taken !== after.id)
    throw new Problem('CASE_NUMBER_TAKEN', 'the case number is taken', { field: 'caseNumber' })
}
