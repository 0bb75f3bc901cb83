import type { EpochMs } from '#shared/kanban/matter.ts'
import type { MemberId } from '#shared/kanban/member.ts'
import type { BoardEvent } from '#shared/protocol/events.ts'

/** An event as this process heard it. */
export interface HeardEvent {
  event: BoardEvent
  /** When it came to this process, by its clock; no two at the same time. */
  heardAt: EpochMs
  /** Who was found not to see what it is about, so that each of their polls needn't ask again. */
  hiddenFrom: Set<MemberId>
}

/** What was said on the boards within the last minute. */
export interface EventRing {
  /** False for one that is there already. */
  add: (boardId: string, event: BoardEvent) => boolean
  /** What a reader with this cursor hasn't been given by this process, oldest first. */
  after: (boardId: string, cursor: number) => readonly HeardEvent[]
  /** The cursor of who has been given everything up to now. */
  cursor: () => number
}

export interface EventRingOptions {
  /** @default Date.now */
  now?: () => EpochMs
  /** Tells this process from others, 0 to 999. @default by chance */
  tag?: number
}

/** So long an event is kept, and so many of a board. */
const KEEP_MS = 60_000
const MAX_KEPT = 500
/** By so much the clocks of two processes and their ways to each other may differ. */
const OVERLAP_MS = 10_000
/** Who comes now is given this much of what was said before: they may have been on their way. */
const NEWCOMER_MS = 5_000
const TAGS = 1_000

/** The cursor that is given everything that is kept. */
export const FROM_THE_START = 1

/**
 * A cursor is the time by the clock of the process that gave it, followed by three digits that tell that process
 * from others. It knows what it gave; another goes back a little, and what is given twice is told once by its id.
 */
export function createEventRing({ now = Date.now, tag = Math.floor(Math.random() * TAGS) }: EventRingOptions = {}): EventRing {
  const boards = new Map<string, HeardEvent[]>()
  let last = 0
  let sweptAt = now()

  /** Boards on which nothing is said any more are forgotten. */
  function sweep(): void {
    if (now() - sweptAt < KEEP_MS)
      return
    sweptAt = now()
    for (const boardId of [...boards.keys()])
      kept(boardId)
  }

  function kept(boardId: string): HeardEvent[] {
    const events = boards.get(boardId) ?? []
    const first = events.findIndex(({ heardAt }) => heardAt > now() - KEEP_MS)
    events.splice(0, first === -1 ? events.length : first)
    if (events.length === 0)
      boards.delete(boardId)
    return events
  }

  function startOf(cursor: number): EpochMs {
    if (cursor === 0)
      return now() - NEWCOMER_MS
    const at = Math.floor(cursor / TAGS)
    return cursor % TAGS === tag ? at : at - OVERLAP_MS
  }

  return {
    add(boardId, event) {
      sweep()
      const events = kept(boardId)
      if (events.some(({ event: { id } }) => id === event.id))
        return false
      last = Math.max(now(), last + 1)
      boards.set(boardId, events)
      events.push({ event, heardAt: last, hiddenFrom: new Set() })
      if (events.length > MAX_KEPT)
        events.shift()
      return true
    },
    after(boardId, cursor) {
      const start = startOf(cursor)
      return kept(boardId).filter(({ heardAt }) => heardAt > start)
    },
    cursor() {
      // What comes in the same millisecond is heard after it.
      last = Math.max(now(), last)
      return last * TAGS + tag
    },
  }
}
