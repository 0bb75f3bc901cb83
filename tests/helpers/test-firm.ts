import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { FirmSettings, MemberRecord } from '#server/db/records.ts'
import type { Repository } from '#server/db/repository.ts'
import { openSqlite } from '#server/db/sqlite.ts'
import type { BoardHub } from '#server/services/board-hub.ts'
import { createBoardHub } from '#server/services/board-hub.ts'
import type { BoardReader } from '#server/services/board-reader.ts'
import { createBoardReader } from '#server/services/board-reader.ts'
import type { BoardService, Committed } from '#server/services/board-service.ts'
import { createBoardService } from '#server/services/board-service.ts'
import type { Board, Column } from '#shared/kanban/board.ts'
import type { Matter } from '#shared/kanban/matter.ts'
import type { Actor, Member } from '#shared/kanban/member.ts'
import type { Mutation } from '#shared/kanban/mutation.ts'
import { BOARD_ID, buildBoard, buildMatter, NOW, PEOPLE, TIME_ZONE } from './builders.ts'

/** A firm on a database of its own, at a time that only the test moves on. */
export interface TestFirm {
  repository: Repository
  hub: BoardHub
  boards: BoardService
  reader: BoardReader
  clock: { now: number }
  board: Board
  /** Puts a matter there, by no mutation and below every reader's notice. */
  put: (matter?: Partial<Matter>) => Promise<Matter>
  /** Commits a mutation on the board. */
  commit: (actor: Actor, mutation: Mutation) => Promise<Committed>
}

const SETTINGS: FirmSettings = { name: 'Test firm', timeZone: TIME_ZONE, caseNumberTemplate: '{year}-{type}-{seq:4}', demo: false, createdAt: NOW }

/** Opens it with one member of each role and the default board; the test's end removes it. */
export async function openTestFirm({ columns = {} }: { columns?: Record<string, Partial<Column>> } = {}): Promise<TestFirm> {
  const folder = await mkdtemp(join(tmpdir(), 'aster-test-'))
  const repository = await openSqlite(folder)
  onTestFinished(async () => {
    await repository.close()
    await rm(folder, { recursive: true })
  })
  const board = buildBoard({ columns })
  await repository.firm.create(SETTINGS)
  for (const member of Object.values(PEOPLE))
    await repository.accounts.insertMember(toRecord(member))
  await repository.boards.insert({ id: BOARD_ID, name: board.name, epoch: 'epoch-1', isDefault: true, position: 0, createdAt: NOW }, board.columns)

  const clock = { now: NOW }
  const hub = createBoardHub()
  const now = () => clock.now
  const boards = createBoardService({ repository, hub, firm: SETTINGS, now })
  const reader = createBoardReader({ repository, hub, firm: SETTINGS, now })
  return {
    repository,
    hub,
    boards,
    reader,
    clock,
    board,
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
  }
}

function toRecord(member: Member): MemberRecord {
  return { ...member, email: `${member.id}@firm.example`, locale: null, createdAt: NOW }
}
