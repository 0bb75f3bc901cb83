import type { BoardRecord, FirmSettings } from '#server/db/records.ts'
import type { Repository, Stores } from '#server/db/repository.ts'
import type { BoardHub } from '#server/services/board-hub.ts'
import { currentActor } from '#server/services/current-actor.ts'
import { locateReader } from '#server/services/reader-position.ts'
import { memberToWire } from '#server/services/wire.ts'
import { addDays, dateInZone } from '#shared/kanban/deadline.ts'
import type { DateOnly, EpochMs } from '#shared/kanban/matter.ts'
import type { Actor } from '#shared/kanban/member.ts'
import { isStaff } from '#shared/kanban/member.ts'
import { canSee } from '#shared/kanban/visibility.ts'
import type { AssignmentsAnswer, ScheduleDays } from '#shared/protocol/assignments.ts'
import { DAYS_BEHIND } from '#shared/protocol/assignments.ts'
import { Problem } from '#shared/protocol/problems.ts'
import { overviewOf } from './overview.ts'

/** Who works on what on a board, and who is in court when, through the eyes of one colleague. */
export interface AssignmentsReader {
  /**
   * Null when that is what the caller has. Throws `FORBIDDEN` to who doesn't work at the firm's matters, `BOARD_GONE`.
   *
   * @param tag `tag` of the answer that the caller has
   */
  read: (reader: Actor, boardId: string, days: ScheduleDays, tag?: string) => Promise<AssignmentsAnswer | null>
}

export interface AssignmentsReaderOptions {
  repository: Repository
  hub: BoardHub
  firm: Pick<FirmSettings, 'timeZone'>
  /** @default Date.now */
  now?: () => EpochMs
}

export function createAssignmentsReader({ repository, hub, firm, now = Date.now }: AssignmentsReaderOptions): AssignmentsReader {
  const { timeZone } = firm

  /** All of it follows from the board, as far as the reader sees it (rule P5), from who looks, and from the day. */
  function tagOf({ role }: Actor, { epoch, version }: { epoch: string, version: number }, today: DateOnly, days: ScheduleDays): string {
    return [epoch, version, role, today, days].join('.')
  }

  async function answer(stores: Stores, reader: Actor, board: BoardRecord, today: DateOnly, days: ScheduleDays): Promise<Omit<AssignmentsAnswer, 'tag' | 'version'>> {
    const span = { today, from: addDays(today, -DAYS_BEHIND), to: addDays(today, days - 1) }
    const columns = await stores.boards.columns(board.id)
    const members = (await stores.accounts.listMembers()).map(memberToWire)
    const matters = (await stores.matters.listByBoard(board.id)).filter(matter => canSee(reader, matter))
    return { ...span, now: now(), timeZone, ...overviewOf({ matters, columns, members, timeZone, ...span }) }
  }

  return {
    async read(asker, boardId, days, tag) {
      const today = dateInZone(now(), timeZone)
      const quiet = hub.quiet(boardId, asker)
      if (quiet && tag === tagOf(asker, quiet, today, days))
        return null
      return await repository.consistentRead(async (stores) => {
        const reader = await currentActor(stores, asker)
        if (!isStaff(reader))
          throw new Problem('FORBIDDEN', 'only for those who work on matters')
        const board = await stores.boards.find(boardId)
        if (!board)
          throw new Problem('BOARD_GONE', 'there is no such board')
        const version = await locateReader(stores, hub, reader, board)
        const newTag = tagOf(reader, { epoch: board.epoch, version }, today, days)
        return newTag === tag ? null : { tag: newTag, version, ...await answer(stores, reader, board, today, days) }
      })
    },
  }
}
