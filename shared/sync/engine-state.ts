import type { BoardId } from '#shared/kanban/board.ts'
import type { Member } from '#shared/kanban/member.ts'
import { UNREAD_BOARD } from './board-replica.ts'
import { EMPTY_VIEW } from './board-view.ts'
import { MOST_ITEMS } from './engine-send.ts'
import type { EngineState } from './engine-types.ts'

/** What the engine knows of a board before anything was said of it. `cid` holds until the device names its outbox. */
export function createEngineState({ boardId, me, cid }: { boardId: BoardId, me: Member, cid: string }): EngineState {
  return {
    boardId,
    me,
    cid,
    confirmed: UNREAD_BOARD,
    entries: [],
    conflicts: [],
    notes: [],
    undo: [],
    commentsDone: [],
    view: EMPTY_VIEW,
    isWhole: false,
    isConfirmed: false,
    contactAt: null,
    clockOffset: 0,
    changedAt: null,
    wish: null,
    isOutdated: false,
    link: {
      isOnline: true,
      isSignedOut: false,
      nextTag: 1,
      isOpened: false,
      acks: {},
      pull: null,
      needsSnapshot: true,
      send: null,
      sendFailures: 0,
      sendAt: 0,
      sendPause: 0,
      sendLimit: MOST_ITEMS,
      isHalted: false,
      wanted: null,
      done: {},
      heard: {},
      gone: [],
      keptAt: null,
      wakeAt: null,
      resets: [],
      digestAt: null,
    },
  }
}
