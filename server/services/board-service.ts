import type { BoardHead, BoardRecord, FirmSettings, IdempotencyRecord } from '#server/db/records.ts'
import type { Repository, Stores } from '#server/db/repository.ts'
import { UniqueViolation } from '#server/db/repository.ts'
import type { Board } from '#shared/kanban/board.ts'
import type { EpochMs, Matter, MatterId } from '#shared/kanban/matter.ts'
import type { Actor, MemberId } from '#shared/kanban/member.ts'
import type { Mutation } from '#shared/kanban/mutation.ts'
import type { MutationResult } from '#shared/protocol/messages.ts'
import type { ReadItem } from '#shared/protocol/mutations.ts'
import { Problem } from '#shared/protocol/problems.ts'
import type { Batch } from './board-batch.ts'
import { runBatch } from './board-batch.ts'
import type { BoardHub } from './board-hub.ts'
import type { Applied } from './commit-mutation.ts'
import { commitMutation, findVisible } from './commit-mutation.ts'
import type { Stamp } from './commit-writes.ts'
import { currentActor } from './current-actor.ts'
import { joinedByCreator } from './mutation-requests.ts'
import type { NumberedStamp } from './numbered-results.ts'
import { endingOf, endingWithout, findKnown, storeEnding } from './numbered-results.ts'

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

export type Committed = Pick<Applied, 'version' | 'matter'>

/** One mutation of an outbox (rule M1). */
export interface NumberedRequest {
  actor: Actor
  boardId: string
  cid: string
  item: ReadItem
}

/** The one way in for everything that changes a board. */
export interface BoardService {
  /** Commits one person's mutation, or throws the `Problem` that refuses it, having written nothing. */
  commit: (request: CommitRequest) => Promise<Committed>
  /**
   * Commits the next mutation of an outbox, or tells again how one ended (rule M2). Whatever it answers
   * has used up its number. Throws `ORDER`, `FORBIDDEN`, `BOARD_GONE`, `UNAUTHENTICATED` or `TOO_MANY_ATTEMPTS`, which haven't.
   */
  commitNumbered: (request: NumberedRequest) => Promise<MutationResult>
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
  /** Hears after a commit whose counters it moved (rule N1). @default nobody */
  heads?: { moved: (heads: ReadonlyMap<MemberId, number>) => void }
  /** @default Date.now */
  now?: () => EpochMs
}

/**
 * What stays of a transaction: a `version` that readers can see, `notes` that concern nobody but who
 * asked and leave the board where it is, or `nothing`.
 */
interface Outcome<Result> {
  result: Result
  keeps: 'version' | 'notes' | 'nothing'
  /** Counters of members that it moved. */
  heads?: ReadonlyMap<MemberId, number>
}

/** Leaves a transaction without a trace, and carries out what it found. */
class Unwritten<Result> extends Error {
  readonly result: Result

  constructor(result: Result) {
    super('nothing to write')
    this.result = result
  }
}

/** Takes back what a refused mutation had written, and carries out why. */
class Refused extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super('refused')
    this.problem = problem
  }
}

export function createBoardService({ repository, hub, firm, heads: personal, now = Date.now }: BoardServiceOptions): BoardService {
  /**
   * Runs `work` under the board's lock, taken first and held to the commit (rule P2). Its board has the
   * version that is taken if `work` writes something that readers can see.
   */
  async function write<Result>(boardId: string, work: (stores: Stores, board: BoardRecord) => Promise<Outcome<Result>>): Promise<Result> {
    try {
      const { result, head, moved } = await repository.transaction(async (stores) => {
        const board = await stores.boards.lock(boardId)
        if (!board)
          throw new Problem('BOARD_GONE', 'there is no such board')
        const { result, keeps, heads: moved } = await work(stores, { ...board, version: board.version + 1 })
        if (keeps === 'nothing')
          throw new Unwritten(result)
        const head: BoardHead | null = keeps === 'version' ? await stores.boards.takeVersion(boardId) : null
        return { result, head, moved }
      })
      if (head)
        hub.committed({ id: head.id, epoch: head.epoch, version: head.version })
      if (moved)
        personal?.moved(moved)
      return result
    }
    catch (error) {
      if (error instanceof Unwritten)
        return error.result as Result
      // A connection that broke while committing doesn't tell whether it did.
      if (!(error instanceof Problem || error instanceof Refused))
        hub.doubt(boardId)
      throw error
    }
  }

  async function loadBoard(stores: Stores, { id, name }: BoardRecord): Promise<Board> {
    return { id, name, columns: await stores.boards.columns(id) }
  }

  async function commit({ actor: asker, target, build, idempotency }: CommitRequest): Promise<Committed> {
    const boardId = 'boardId' in target ? target.boardId : await repository.matters.findBoardId(target.matterId)
    if (boardId === null)
      throw gone()
    return await write<Committed>(boardId, async (stores, record) => {
      const actor = await currentActor(stores, asker)
      const known = idempotency && await stores.idempotency.find(actor.id, idempotency.key)
      if (known)
        return { result: await replay(stores, actor, known, idempotency.hash), keeps: 'nothing' }
      const board = await loadBoard(stores, record)
      const stamp: Stamp = { boardId, version: record.version, actor, at: now() }
      const before = 'matterId' in target ? await findVisible(stores, actor, target.matterId) : null
      if (!before && 'matterId' in target)
        throw gone()
      const mutation = build({ board, matter: before })
      const { version, matter, written, heads } = await commitMutation(stores, { mutation, before, board, firm, stamp })
      if (idempotency) {
        await stores.idempotency.insert({
          memberId: actor.id,
          key: idempotency.key,
          requestHash: idempotency.hash,
          status: mutation.kind === 'create' ? 201 : 200,
          matterId: mutation.id,
          version,
          createdAt: stamp.at,
        })
      }
      return { result: { version, matter }, keeps: written ? 'version' : idempotency ? 'notes' : 'nothing', heads }
    })
  }

  /** What a numbered mutation comes to; the `Problem` that refuses it goes out as `Refused`. */
  async function applyNumbered(stores: Stores, record: BoardRecord, mutation: Mutation, stamp: NumberedStamp): Promise<Applied> {
    try {
      const board = await loadBoard(stores, record)
      const found = mutation.kind === 'create' ? null : await findVisible(stores, stamp.actor, mutation.id)
      const before = found?.boardId === board.id ? found : null
      return await commitMutation(stores, { mutation: joinedByCreator(mutation, stamp.actor), before, board, firm, stamp })
    }
    catch (error) {
      throw error instanceof Problem ? new Refused(error) : error
    }
  }

  async function commitNumbered({ actor: asker, boardId, cid, item }: NumberedRequest): Promise<MutationResult> {
    const { n, key, mutation } = item

    /** A number that was used is answered as it was; else `end` says how it ends. */
    async function once(end: (stores: Stores, record: BoardRecord, stamp: NumberedStamp) => Promise<Outcome<MutationResult>>) {
      return await write<MutationResult>(boardId, async (stores, record) => {
        const actor = await currentActor(stores, asker)
        const stamp: NumberedStamp = { boardId, version: record.version, actor, at: now(), key, origin: { cid, n } }
        const known = await findKnown(stores, stamp)
        return known ? { result: known, keeps: 'nothing' } : await end(stores, record, stamp)
      })
    }
    async function without(problem: Problem | null): Promise<MutationResult> {
      return await once(async (stores, _record, stamp) => ({ result: await storeEnding(stores, stamp, endingWithout(item, problem)), keeps: 'notes' }))
    }

    if (!mutation || mutation.kind === 'void')
      return await without(null)
    try {
      return await once(async (stores, record, stamp) => {
        const applied = await applyNumbered(stores, record, mutation, stamp)
        const result = await storeEnding(stores, stamp, endingOf(mutation.id, applied))
        return { result, keeps: applied.written ? 'version' : 'notes', heads: applied.heads }
      })
    }
    catch (error) {
      // Stored by itself: what the refused one had taken, like a case number, has been given back.
      if (error instanceof Refused)
        return await without(error.problem)
      throw error
    }
  }

  return {
    commit: request => again(() => commit(request)),
    commitNumbered: request => again(() => commitNumbered(request)),
    async commitBatch(actor, boardId, work) {
      return await write(boardId, async (stores, record) => {
        const { result, written, heads } = await runBatch(stores, { record, actor, at: now(), firm }, work)
        return { result: { version: written ? record.version : null, result }, keeps: written ? 'version' : 'nothing', heads }
      })
    },
  }
}

/** Somebody took an id or a number on another board in between: asked again, the checks say which. */
async function again<Result>(attempt: () => Promise<Result>): Promise<Result> {
  try {
    return await attempt()
  }
  catch (error) {
    if (error instanceof UniqueViolation)
      return await attempt()
    throw error
  }
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
