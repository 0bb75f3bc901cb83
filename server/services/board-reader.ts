import type { BoardRecord, FirmSettings, MatterRecord } from '#server/db/records.ts'
import type { Repository, Stores } from '#server/db/repository.ts'
import type { Activity } from '#shared/kanban/activity.ts'
import type { Comment, EpochMs, Matter, MatterId } from '#shared/kanban/matter.ts'
import type { Actor, MemberId, Role } from '#shared/kanban/member.ts'
import { canSee, canSeeComments } from '#shared/kanban/visibility.ts'
import type { BoardSummary, ResetReason, SnapshotAnswer, UpdatesAnswer, UpdatesQuery } from '#shared/protocol/messages.ts'
import { Problem } from '#shared/protocol/problems.ts'
import { PROTOCOL_VERSION } from '#shared/protocol/version.ts'
import type { BoardHub } from './board-hub.ts'
import { currentActor } from './current-actor.ts'
import { putOp, readDelta } from './reader-delta.ts'
import { knownMembers, readMembers } from './reader-members.ts'
import { locateReader } from './reader-position.ts'
import { activityToWire, columnToWire, matterAsSeen } from './wire.ts'

/** What a poll comes to. */
export type UpdatesResult
  = | { kind: 'unchanged', epoch: string, version: number }
    | { kind: 'reset', reason: ResetReason }
    | { kind: 'news', answer: UpdatesAnswer }

/** What a poll comes to, and the state of the board that it was read in. */
export interface CaughtUp {
  result: UpdatesResult
  epoch: string
  /** The reader's version in that state (rule P5). */
  version: number
  /** The board's own. */
  head: number
  /** The reader's role in that state. */
  role: Role
}

/** Everything that is read of boards, through the eyes of one person (rule W3). */
export interface BoardReader {
  listBoards: () => Promise<BoardSummary[]>
  /** The board that is meant: without an id, the default one. Throws `BOARD_GONE` when there is none. */
  resolveBoardId: (boardId?: string) => Promise<string>
  /** To be called when another board became the default one: which it is, is remembered (rule R4). */
  forgetDefault: () => void
  /**
   * Without a board, the default one. Throws `BOARD_GONE`.
   *
   * @param cid the reader's outbox, whose last number goes along (rule M4)
   */
  snapshot: (reader: Actor, boardId?: string, cid?: string) => Promise<SnapshotAnswer>
  /**
   * @param etag what the reader says they have, as `epoch.version`
   * @param signal ends a held answer
   */
  updates: (reader: Actor, query: UpdatesQuery, options?: { etag?: string | undefined, signal?: AbortSignal }) => Promise<UpdatesResult>
  /** What a socket's reader has missed since a version, and where they then stand. */
  catchUp: (reader: Actor, boardId: string, from: { epoch: string, version: number, cid: string }) => Promise<CaughtUp>
  /** An answer without news, for a poll that is to carry something else. */
  nothingNew: (place: { epoch: string, version: number }) => UpdatesAnswer
  /** Throws `MATTER_GONE` for what the reader doesn't see, too. */
  matter: (reader: Actor, id: MatterId) => Promise<Matter>
  /** Oldest first. Throws `FORBIDDEN` to who doesn't work at the firm. */
  comments: (reader: Actor, id: MatterId) => Promise<Comment[]>
  /** The matter's history, newest first. Throws `FORBIDDEN` to who doesn't work at the firm. */
  activity: (reader: Actor, id: MatterId) => Promise<Activity[]>
}

export interface BoardReaderOptions {
  repository: Repository
  hub: BoardHub
  firm: Pick<FirmSettings, 'timeZone'>
  /** The server's wish for the next poll, in milliseconds. @default () => 5000 */
  next?: () => number
  /** @default Date.now */
  now?: () => EpochMs
}

const MAX_ACTIVITY = 500

/** Each held poll looks at the board at every change, so a member with more than this many has them answered at once. */
const MAX_HELD = 20

export function createBoardReader({ repository, hub, firm, next = () => 5_000, now = Date.now }: BoardReaderOptions): BoardReader {
  // A promise, so that an answer which was under way when another board became the default isn't kept.
  let defaultId: Promise<string> | undefined

  async function findDefaultId(): Promise<string> {
    const board = await repository.boards.findDefault()
    if (!board)
      throw boardGone()
    return board.id
  }

  function forgetDefault(): void {
    defaultId = undefined
  }

  async function resolveBoardId(boardId?: string): Promise<string> {
    if (boardId !== undefined)
      return boardId
    const asked = defaultId ??= findDefaultId()
    try {
      return await asked
    }
    catch (error) {
      // Neither a missing board nor a database that was away is remembered.
      if (defaultId === asked)
        forgetDefault()
      throw error
    }
  }

  const held = new Map<MemberId, number>()

  /** Ends with true when the board moved on: then the poll is worth another look. */
  async function hold(reader: Actor, wait: () => Promise<boolean>): Promise<boolean> {
    const others = held.get(reader.id) ?? 0
    if (others >= MAX_HELD)
      return false
    held.set(reader.id, others + 1)
    try {
      return await wait()
    }
    finally {
      const left = held.get(reader.id)! - 1
      if (left > 0)
        held.set(reader.id, left)
      else
        held.delete(reader.id)
    }
  }

  async function visibleMatters(stores: Stores, reader: Actor, board: BoardRecord) {
    return (await stores.matters.listByBoard(board.id)).filter(matter => canSee(reader, matter))
  }

  /** How far a version contains what an outbox of the reader sent (rule M4). */
  async function acksOf(stores: Stores, reader: Actor, boardId: string, cid: string | undefined): Promise<Record<string, number>> {
    const client = cid === undefined ? null : await stores.mutations.findClient(boardId, cid)
    return client?.memberId === reader.id ? { [client.cid]: client.last } : {}
  }

  /** Without a look at the database, when nothing has happened since this reader was last told so (rule R4). */
  function readQuiet(reader: Actor, boardId: string, query: UpdatesQuery, etag: string | undefined): CaughtUp | null {
    const quiet = hub.quiet(boardId, reader)
    if (!quiet || !isUnchanged(query, etag, quiet))
      return null
    const { epoch, version, head } = quiet
    return { result: { kind: 'unchanged', epoch, version }, epoch, version, head, role: reader.role }
  }

  /** What a poll comes to, from one state of the board (rule R1). */
  async function read(asker: Actor, boardId: string, query: UpdatesQuery, etag: string | undefined): Promise<CaughtUp> {
    return await repository.consistentRead(async (stores) => {
      const board = await stores.boards.find(boardId)
      if (!board)
        throw boardGone()
      const reader = await currentActor(stores, asker)
      const version = await locateReader(stores, hub, reader, board)
      const result = await readBoard(stores, reader, board, version, query, etag)
      return { result, epoch: board.epoch, version, head: board.version, role: reader.role }
    })
  }

  async function readBoard(
    stores: Stores, reader: Actor, board: BoardRecord, version: number, query: UpdatesQuery, etag: string | undefined,
  ): Promise<UpdatesResult> {
    const { epoch } = board
    if (isUnchanged(query, etag, { epoch, version }))
      return { kind: 'unchanged', epoch, version }
    const full = isFullRead(query)
    const reset = full ? null : resetReason(query, board, version)
    if (reset)
      return { kind: 'reset', reason: reset }
    const delta = full
      ? { matters: (await visibleMatters(stores, reader, board)).map(matter => putOp(reader, matter)), deleted: [] }
      : await readDelta(stores, reader, board, query.version)
    if (!delta)
      return { kind: 'reset', reason: 'large' }
    const withColumns = full || board.columnsVersion > query.version
    // Whom a client knows follows from what is on their matters.
    const withMembers = full || board.membersVersion > query.version || reader.role === 'CLIENT'
    return {
      kind: 'news',
      answer: {
        protocol: PROTOCOL_VERSION,
        epoch,
        from: query.version,
        version,
        matters: delta.matters,
        columns: withColumns ? (await stores.boards.columns(board.id)).map(columnToWire) : null,
        members: withMembers ? await readMembers(stores, reader, board.id) : null,
        deleted: query.includeDeleted ? delta.deleted : [],
        acks: await acksOf(stores, reader, board.id, query.cid),
        next: next(),
      },
    }
  }

  /** What `look` finds out about a matter that the reader sees, in one and the same state of both. */
  async function lookAt<Found>(
    asker: Actor,
    id: MatterId,
    look: (stores: Stores, reader: Actor, matter: MatterRecord) => Found | Promise<Found>,
  ): Promise<Found> {
    return await repository.consistentRead(async (stores) => {
      const reader = await currentActor(stores, asker)
      const matter = await stores.matters.find(id)
      if (!matter || matter.deletedVersion !== null || !canSee(reader, matter))
        throw new Problem('MATTER_GONE', 'there is no such matter')
      return await look(stores, reader, matter)
    })
  }

  function refuseClients(reader: Actor): void {
    if (!canSeeComments(reader))
      throw new Problem('FORBIDDEN', 'only for those who work at the firm')
  }

  return {
    resolveBoardId,
    forgetDefault,
    async listBoards() {
      return (await repository.boards.list()).map(({ id, name, isDefault }) => ({ id, name, isDefault }))
    },
    async snapshot(asker, boardId, cid) {
      const id = await resolveBoardId(boardId)
      return await repository.consistentRead(async (stores) => {
        const reader = await currentActor(stores, asker)
        const board = await stores.boards.find(id)
        if (!board)
          throw boardGone()
        const version = await locateReader(stores, hub, reader, board)
        const matters = await visibleMatters(stores, reader, board)
        return {
          protocol: PROTOCOL_VERSION,
          epoch: board.epoch,
          version,
          board: { id: board.id, name: board.name },
          columns: (await stores.boards.columns(board.id)).map(columnToWire),
          matters: matters.map(matter => matterAsSeen(reader, matter)),
          members: knownMembers(reader, await stores.accounts.listMembers(), matters),
          acks: await acksOf(stores, reader, board.id, cid),
          now: now(),
          timeZone: firm.timeZone,
        }
      })
    },
    async updates(reader, query, { etag, signal = new AbortController().signal } = {}) {
      const boardId = await resolveBoardId(query.board)
      const until = now() + query.wait * 1_000
      for (;;) {
        const { result, head } = readQuiet(reader, boardId, query, etag) ?? await read(reader, boardId, query, etag)
        const left = until - now()
        if (result.kind !== 'unchanged' || left <= 0 || signal.aborted)
          return result
        if (!await hold(reader, () => hub.wait(boardId, head, left, signal)))
          return result
      }
    },
    async catchUp(reader, boardId, { epoch, version, cid }) {
      const query: UpdatesQuery = { board: boardId, epoch, version, cid, wait: 0, includeDeleted: true }
      return readQuiet(reader, boardId, query, undefined) ?? await read(reader, boardId, query, undefined)
    },
    nothingNew: ({ epoch, version }) => ({
      protocol: PROTOCOL_VERSION, epoch, from: version, version, matters: [], columns: null, members: null, deleted: [], acks: {}, next: next(),
    }),
    matter: async (asker, id) => await lookAt(asker, id, (_stores, reader, matter) => matterAsSeen(reader, matter)),
    comments: async (asker, id) => await lookAt(asker, id, async (stores, reader) => {
      refuseClients(reader)
      return await stores.comments.listByMatter(id)
    }),
    activity: async (asker, id) => await lookAt(asker, id, async (stores, reader) => {
      refuseClients(reader)
      return (await stores.activity.listByMatter(id, MAX_ACTIVITY)).map(activityToWire)
    }),
  }
}

/** A plain caller's first poll: everything, in the shape of a change (rule R6). */
function isFullRead(query: UpdatesQuery): boolean {
  return query.epoch === undefined && query.version === 0
}

function isUnchanged(query: UpdatesQuery, etag: string | undefined, { epoch, version }: { epoch: string, version: number }): boolean {
  if (etag === `${epoch}.${version}`)
    return true
  return !isFullRead(query) && query.version === version && (query.epoch === undefined || query.epoch === epoch)
}

/** Why a reader's version is worthless, if it is. `ahead` counts by what the reader could know. */
function resetReason(query: UpdatesQuery, board: BoardRecord, version: number): ResetReason | null {
  if (query.epoch !== undefined && query.epoch !== board.epoch)
    return 'epoch'
  if (query.version < board.floor)
    return 'pruned'
  return query.version > version ? 'ahead' : null
}

function boardGone(): Problem {
  return new Problem('BOARD_GONE', 'there is no such board')
}
