import type { Bus } from '#server/bus/bus.ts'
import type { BoardRecord, ColumnRecord, MemberRecord } from '#server/db/records.ts'
import type { Repository, Stores } from '#server/db/repository.ts'
import type { Column } from '#shared/kanban/board.ts'
import { WORKFLOW_TEMPLATES, columnsFromTemplate } from '#shared/kanban/workflow.ts'
import type { Actor, MemberId } from '#shared/kanban/member.ts'
import { can } from '#shared/kanban/permissions.ts'
import type {
  AdministeredBoard, AdministeredMember, BoardPatchRequest, ColumnPatchRequest, MemberCreateRequest, MemberPatchRequest,
} from '#shared/protocol/administration.ts'
import { Problem } from '#shared/protocol/problems.ts'
import { v7 as uuidv7 } from 'uuid'
import type { AccountService } from './account-service.ts'
import { insertAccount, prepareAccount } from './account-service.ts'
import type { BoardHub } from './board-hub.ts'
import type { BoardReader } from './board-reader.ts'
import type { BoardService } from './board-service.ts'
import { boardFromTemplate } from './default-boards.ts'
import { changeMember, lockAllBoards } from './member-changes.ts'
import type { PersonalHeads } from './personal/personal-heads.ts'

/** What an administrator does: people, boards and columns, and no look at a matter. */
export interface Administration {
  listMembers: () => Promise<AdministeredMember[]>
  createMember: (member: MemberCreateRequest) => Promise<AdministeredMember>
  updateMember: (id: MemberId, patch: MemberPatchRequest) => Promise<AdministeredMember>
  listBoards: () => Promise<AdministeredBoard[]>
  createBoard: (board: { name: string, workflow: 'default' | 'litigation' }) => Promise<AdministeredBoard>
  updateBoard: (id: string, patch: BoardPatchRequest) => Promise<AdministeredBoard>
  updateColumn: (boardId: string, columnId: string, patch: ColumnPatchRequest) => Promise<AdministeredBoard>
}

export interface AdministrationOptions {
  repository: Repository
  accounts: AccountService
  boards: BoardService
  reader: Pick<BoardReader, 'forgetDefault'>
  hub: BoardHub
  /** Hears whose counters a change moved (rule N1). */
  heads: Pick<PersonalHeads, 'moved'>
  /** Tells other processes that there are other boards, or another default one. */
  bus: Pick<Bus, 'publish'>
  /** @default Date.now */
  now?: () => number
}

/** The administration as `actor` may use it. Throws FORBIDDEN to everyone but administrators. */
export function administrationFor(
  actor: Actor, { repository, accounts, boards, reader, hub, heads: personal, bus, now = Date.now }: AdministrationOptions,
): Administration {
  if (!can(actor, 'administer'))
    throw new Problem('FORBIDDEN', 'only an administrator may do this')

  function forgetDefault(): void {
    reader.forgetDefault()
    bus.publish({ kind: 'settings' })
  }

  async function describe(id: string): Promise<AdministeredBoard> {
    const record = await repository.boards.find(id)
    if (!record)
      throw boardGone()
    return toBoard(record, await repository.boards.columns(id))
  }

  return {
    async listMembers() {
      return (await repository.accounts.listMembers()).map(toMember)
    },
    async createMember(member) {
      const account = await prepareAccount(member, now())
      const heads = await repository.transaction(async (stores) => {
        const locked = await lockAllBoards(stores, { actor, at: now() })
        await insertAccount(stores, account)
        return locked
      })
      for (const head of heads)
        hub.committed(head)
      return toMember(account.record)
    },
    async updateMember(id, { password, ...patch }) {
      const { member, heads, moved } = await changeMember(repository, { actor, id, patch, at: now() })
      accounts.forget(id)
      for (const head of heads)
        hub.committed(head)
      personal.moved(moved)
      if (password !== undefined)
        await accounts.setPassword(id, password)
      return toMember(member)
    },
    async listBoards() {
      return await repository.consistentRead(async (stores) => {
        const records = await stores.boards.list()
        const described: AdministeredBoard[] = []
        for (const record of records)
          described.push(toBoard(record, await stores.boards.columns(record.id)))
        return described
      })
    },
    async createBoard({ name, workflow }) {
      const template = WORKFLOW_TEMPLATES.find(({ key }) => key === workflow)!
      const columns = columnsFromTemplate(template, () => uuidv7())
      const record = await repository.transaction(async (stores) => {
        const position = Math.max(-1, ...(await stores.boards.list()).map(board => board.position)) + 1
        const board = boardFromTemplate(template, { name, position, isDefault: position === 0, createdAt: now() })
        await stores.boards.insert(board, columns)
        return board
      })
      forgetDefault()
      return toBoard(record, columns)
    },
    async updateBoard(id, { name, isDefault }) {
      await repository.transaction(async (stores) => {
        if (!await stores.boards.find(id))
          throw boardGone()
        if (name !== undefined)
          await stores.boards.rename(id, name)
        if (isDefault)
          await stores.boards.setDefault(id)
      })
      forgetDefault()
      return await describe(id)
    },
    async updateColumn(boardId, columnId, patch) {
      await boards.commitBatch(actor, boardId, async (batch) => {
        const column = batch.columns.find(({ id }) => id === columnId)
        if (!column)
          throw new Problem('COLUMN_GONE', 'there is no such column on this board')
        if (patch.archived)
          await refuseWhenInUse(batch.stores, columnId)
        const next = { ...column, ...patch }
        if (JSON.stringify(next) !== JSON.stringify(column))
          batch.updateColumn(next)
      })
      return await describe(boardId)
    },
  }
}

/** An archived column is not on the board: what lies in it would be nowhere. */
async function refuseWhenInUse(stores: Stores, columnId: string): Promise<void> {
  if ((await stores.matters.ranksIn(columnId)).some(matter => !matter.archived))
    throw new Problem('COLUMN_IN_USE', 'there are matters in this column', { field: 'archived' })
}

function boardGone(): Problem {
  return new Problem('BOARD_GONE', 'there is no such board')
}

function toMember({ id, name, role, active, email }: MemberRecord): AdministeredMember {
  return { id, name, role, active, email }
}

function toBoard({ id, name, isDefault }: Pick<BoardRecord, 'id' | 'name' | 'isDefault'>, columns: readonly (Column | ColumnRecord)[]): AdministeredBoard {
  return { id, name, isDefault, columns: columns.map(toColumn) }
}

function toColumn({ id, key, name, kind, position, allowedTargets, critical, wip, archived }: Column): Column {
  return { id, key, name, kind, position, allowedTargets, critical, wip, archived }
}
