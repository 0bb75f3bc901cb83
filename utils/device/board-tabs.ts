import type { BoardId } from '#shared/kanban/board.ts'
import type { MemberId } from '#shared/kanban/member.ts'
import type { SharedWrite } from '#shared/sync/board-storage.ts'
import type { Tabs } from './tabs.ts'
import { createTabs } from './tabs.ts'

/** The other tabs in which this member has this board open: each hears what another wrote. */
export type BoardTabs = Tabs<SharedWrite>

/** Opens the way to them. */
export function createBoardTabs(memberId: MemberId, boardId: BoardId): BoardTabs {
  return createTabs(`aster-board-${memberId}-${boardId}`)
}
