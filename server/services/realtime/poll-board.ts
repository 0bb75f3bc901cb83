import type { BoardReader, UpdatesResult } from '#server/services/board-reader.ts'
import type { PersonalHeads } from '#server/services/personal/personal-heads.ts'
import type { Actor, MemberId } from '#shared/kanban/member.ts'
import type { EventsAnswer } from '#shared/protocol/events.ts'
import type { UpdatesQuery } from '#shared/protocol/messages.ts'
import type { PersonalTag } from '#shared/protocol/personal.ts'
import type { BoardEvents } from './ports.ts'

/** What a poll comes to, and what goes along where that was asked for. */
export interface PolledBoard {
  result: UpdatesResult
  /** What was said meanwhile. */
  events: EventsAnswer | null
  /** The member's tag, when the caller has another. */
  own: PersonalTag | null
}

/** What polls are answered from. */
export interface PollSources {
  reader: Pick<BoardReader, 'updates' | 'resolveBoardId'>
  events: Pick<BoardEvents, 'since' | 'wait'>
  heads: Pick<PersonalHeads, 'tagOf' | 'onMoved'>
}

/**
 * Rows and events of a board, and the member's tag, in one request. A poll that is held ends with whichever comes first
 * (rules R4, A4, N2); events are those that the reader may hear when it ends.
 */
export async function pollBoard(
  { reader, events, heads }: PollSources,
  member: Actor,
  query: UpdatesQuery,
  { etag, signal = new AbortController().signal }: { etag?: string | undefined, signal?: AbortSignal } = {},
): Promise<PolledBoard> {
  const { events: cursor } = query
  const over = new AbortController()
  const ended = AbortSignal.any([signal, over.signal])
  const otherTag = () => query.own === undefined || heads.tagOf(member.id) === query.own ? null : heads.tagOf(member.id)
  const wait = otherTag() === null ? query.wait : 0
  const moved = (memberId: MemberId | null) => (memberId === null || memberId === member.id) && otherTag() !== null && over.abort()
  const stop = wait > 0 ? heads.onMoved(moved) : () => {}
  try {
    const board = cursor === undefined ? query.board : await reader.resolveBoardId(query.board)
    if (wait > 0 && cursor !== undefined) {
      // A database that is away is found out by the rows, too.
      events.wait(member, board!, cursor, ended).then(() => over.abort(), () => over.abort())
    }
    const result = await reader.updates(member, { ...query, board, wait }, { etag, signal: ended })
    const said = cursor === undefined || result.kind === 'reset' ? null : await events.since(member, board!, cursor)
    return { result, events: said, own: otherTag() }
  }
  finally {
    stop()
    over.abort()
  }
}
