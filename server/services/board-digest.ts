import type { Repository } from '#server/db/repository.ts'
import type { Actor, MemberId } from '#shared/kanban/member.ts'
import { canSee } from '#shared/kanban/visibility.ts'
import type { DigestAnswer, DigestQuery } from '#shared/protocol/messages.ts'
import { Problem } from '#shared/protocol/problems.ts'
import { digestRows } from '#shared/sync/digest.ts'
import type { BoardHub } from './board-hub.ts'
import { currentActor } from './current-actor.ts'
import { locateReader } from './reader-position.ts'
import { matterAsSeen } from './wire.ts'

/** Compares what a device holds of a board with what the server would tell it (rule K2). */
export interface BoardDigest {
  /** Throws `BOARD_GONE`. A difference goes to the log, once for each version at which a member has one, with no word of what is on the board. */
  compare: (reader: Actor, boardId: string, theirs: Omit<DigestQuery, 'board'>) => Promise<DigestAnswer>
}

export interface BoardDigestOptions {
  repository: Repository
  hub: BoardHub
  /** Takes a line for the log. @default to standard error */
  log?: (line: string) => void
}

export function createBoardDigest({ repository, hub, log = line => process.stderr.write(`${line}\n`) }: BoardDigestOptions): BoardDigest {
  /** Where each member was last told of: who asks without end shall not fill the log. */
  const told = new Map<MemberId, string>()

  return {
    async compare(asker, boardId, { epoch, version, digest }) {
      const same = await repository.consistentRead(async (stores) => {
        const reader = await currentActor(stores, asker)
        const board = await stores.boards.find(boardId)
        if (!board)
          throw new Problem('BOARD_GONE', 'there is no such board')
        if (epoch !== board.epoch || version !== await locateReader(stores, hub, reader, board))
          return null
        const matters = await stores.matters.listByBoard(board.id)
        return digestRows(matters.filter(matter => canSee(reader, matter)).map(matter => matterAsSeen(reader, matter))) === digest
      })
      const line = `digest differs: board ${boardId} member ${asker.id} version ${version}`
      if (same === false && told.get(asker.id) !== line) {
        told.set(asker.id, line)
        log(line)
      }
      return { same }
    },
  }
}
