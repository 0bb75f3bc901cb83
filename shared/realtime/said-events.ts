import type { BoardId } from '#shared/kanban/board.ts'
import type { BoardEvent, EventsAnswer } from '#shared/protocol/events.ts'
import type { TransportEmitter } from './transport-events.ts'

/** What was heard of a board, to be kept while the transport around it is swapped for another. */
export interface SaidMemory {
  boardId: BoardId | null
  cursor: number
  /** Ids of what was told, oldest first. */
  ids: Set<string>
}

/** Tells what others say and do on a board, each thing once, by whichever way it comes. */
export interface SaidEvents {
  /** For the board's next poll: its `events`, or `since` of `GET /api/events`. 0 is that of a newcomer. */
  cursor: (boardId: BoardId) => number
  /** Takes what an answer to a poll, or `GET /api/events`, carried. */
  polled: (boardId: BoardId, answer: EventsAnswer | undefined) => void
  /** Takes what came on a socket. */
  pushed: (boardId: BoardId, events: readonly BoardEvent[]) => void
}

/** A server passes on what it heard within a minute, at most 500 things a board. */
const MAX_IDS = 1_000

export function createSaidMemory(): SaidMemory {
  return { boardId: null, cursor: 0, ids: new Set() }
}

/** Begins anew, as a newcomer. */
export function forgetSaid(memory: SaidMemory): void {
  memory.boardId = null
  memory.cursor = 0
  memory.ids.clear()
}

/** @param memory shared by transports that follow on one another, so that nothing is told by both */
export function createSaidEvents(tell: TransportEmitter['tell'], memory: SaidMemory = createSaidMemory()): SaidEvents {
  function pushed(boardId: BoardId, events: readonly BoardEvent[]): void {
    for (const event of events) {
      if (memory.ids.has(event.id))
        continue
      memory.ids.add(event.id)
      if (memory.ids.size > MAX_IDS)
        memory.ids.delete(memory.ids.values().next().value!)
      pass(boardId, event)
    }
  }

  function pass(boardId: BoardId, event: BoardEvent): void {
    const { from, at } = event
    switch (event.topic) {
      case 'member:joined':
      case 'member:left': return tell(event.topic, { boardId, from, at })
      case 'member:activity': return tell(event.topic, { boardId, from, at, data: event.data })
      case 'cursor': return tell(event.topic, { boardId, from, at, data: event.data })
      case 'note': return tell(event.topic, { boardId, from, at, data: event.data })
      // A newer server may know more.
      default: event satisfies never
    }
  }

  return {
    pushed,
    cursor: boardId => memory.boardId === boardId ? memory.cursor : 0,
    polled(boardId, answer) {
      if (!answer)
        return
      memory.boardId = boardId
      memory.cursor = answer.cursor
      pushed(boardId, answer.events)
    },
  }
}
