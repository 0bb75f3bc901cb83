import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { FirmSettings, MemberRecord } from '#server/db/records.ts'
import type { Repository } from '#server/db/repository.ts'
import { openPostgres } from '#server/db/postgres.ts'
import { openSqlite } from '#server/db/sqlite.ts'
import type { BoardHub } from '#server/services/board-hub.ts'
import { createBoardHub } from '#server/services/board-hub.ts'
import type { BoardReader } from '#server/services/board-reader.ts'
import { createBoardReader } from '#server/services/board-reader.ts'
import type { BoardService, BoardServiceOptions, Committed } from '#server/services/board-service.ts'
import { createBoardService } from '#server/services/board-service.ts'
import type { Board, Column } from '#shared/kanban/board.ts'
import type { Matter } from '#shared/kanban/matter.ts'
import type { Actor, Member } from '#shared/kanban/member.ts'
import type { Mutation } from '#shared/kanban/mutation.ts'
import type { MutationResult, NumberedMutation } from '#shared/protocol/messages.ts'
import { readItem } from '#shared/protocol/mutations.ts'
import { BOARD_ID, buildBoard, buildMatter, NOW, PEOPLE, TIME_ZONE } from './builders.ts'
import { createDatabase } from './postgres.ts'

/** A firm on a database of its own, at a time that only the test moves on. */
export interface TestFirm {
  repository: Repository
  hub: BoardHub
  boards: BoardService
  reader: BoardReader
  clock: { now: number }
  board: Board
  /** The services of a server that starts on the same database. */
  start: () => Pick<TestFirm, 'hub' | 'boards' | 'reader'>
  /** Puts a matter there, by no mutation and below every reader's notice. */
  put: (matter?: Partial<Matter>) => Promise<Matter>
  /** Commits a mutation on the board. */
  commit: (actor: Actor, mutation: Mutation) => Promise<Committed>
  /** Sends a mutation of an outbox, as it comes over the wire. */
  send: (actor: Actor, cid: string, item: NumberedMutation, boards?: BoardService) => Promise<MutationResult>
}

const SETTINGS: FirmSettings = { name: 'Test firm', timeZone: TIME_ZONE, caseNumberTemplate: '{year}-{type}-{seq:4}', demo: false, createdAt: NOW }

/** An empty database, and how to remove it. */
export type OpenDatabase = () => Promise<{ repository: Repository, remove: () => Promise<void> }>

/** In a folder of its own. */
export const openOnSqlite: OpenDatabase = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'aster-test-'))
  return { repository: await openSqlite(folder), remove: () => rm(folder, { recursive: true }) }
}

/** In a database of its own, on the server that `TEST_DATABASE_URL` names. */
export const openOnPostgres: OpenDatabase = async () => {
  const { url, drop } = await createDatabase()
  return { repository: await openPostgres(url, () => {}), remove: drop }
}

/** Opens it with one member of each role and the default board; the test's end removes it. */
export async function openTestFirm(
  { columns = {}, open = openOnSqlite, heads }: Pick<BoardServiceOptions, 'heads'> & { columns?: Record<string, Partial<Column>>, open?: OpenDatabase } = {},
): Promise<TestFirm> {
  const { repository, remove } = await open()
  onTestFinished(async () => {
    await repository.close()
    await remove()
  })
  const board = buildBoard({ columns })
  await repository.firm.create(SETTINGS)
  for (const member of Object.values(PEOPLE))
    await repository.accounts.insertMember(toRecord(member))
  await repository.boards.insert({ id: BOARD_ID, name: board.name, epoch: 'epoch-1', isDefault: true, position: 0, createdAt: NOW }, board.columns)

  const clock = { now: NOW }
  const start = () => {
    const hub = createBoardHub()
    const options = { repository, hub, firm: SETTINGS, now: () => clock.now, heads }
    return { hub, boards: createBoardService(options), reader: createBoardReader(options) }
  }
  const { hub, boards, reader } = start()
  return {
    repository,
    hub,
    boards,
    reader,
    clock,
    board,
    start,
    async put(changes = {}) {
      const matter = buildMatter({ version: 0, ...changes })
      await repository.matters.insertMany([matter], 0)
      return matter
    },
    commit: (actor, mutation) => boards.commit({
      actor,
      target: mutation.kind === 'create' ? { boardId: BOARD_ID } : { matterId: mutation.id },
      build: () => mutation,
    }),
    send: (actor, cid, item, through = boards) =>
      through.commitNumbered({ actor, boardId: BOARD_ID, cid, item: readItem(JSON.parse(JSON.stringify(item))) }),
  }
}

function toRecord(member: Member): MemberRecord {
  return { ...member, email: `${member.id}@firm.example`, locale: null, transport: null, createdAt: NOW }
}
