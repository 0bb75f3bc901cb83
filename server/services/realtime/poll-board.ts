import type { BoardReader, UpdatesResult } from '#server/services/board-reader.ts'
import type { Actor } from '#shared/kanban/member.ts'
import type { EventsAnswer } from '#shared/protocol/events.ts'
import type { UpdatesQuery } from '#shared/protocol/messages.ts'
import type { BoardEvents } from './ports.ts'

/** What a poll comes to, and what was said meanwhile, where that was asked for. */
export interface PolledBoard {
  result: UpdatesResult
  events: EventsAnswer | null
}

/**
 * Rows and events of a board in one request. A poll that is held ends with whichever comes first (rules R4, A4), and
 * events are those that the reader may hear when it ends.
 */
export async function pollBoard(
  { reader, events }: { reader: Pick<BoardReader, 'updates' | 'resolveBoardId'>, events: Pick<BoardEvents, 'since' | 'wait'> },
  member: Actor,
  query: UpdatesQuery,
  { etag, signal = new AbortController().signal }: { etag?: string | undefined, signal?: AbortSignal } = {},
): Promise<PolledBoard> {
  const { events: cursor } = query
  if (cursor === undefined)
    return { result: await reader.updates(member, query, { etag, signal }), events: null }

  const board = await reader.resolveBoardId(query.board)
  const over = new AbortController()
  const ended = AbortSignal.any([signal, over.signal])
  if (query.wait > 0) {
    // A database that is away is found out by the rows, too.
    events.wait(member, board, cursor, ended).then(() => over.abort(), () => over.abort())
  }
  try {
    const result = await reader.updates(member, { ...query, board }, { etag, signal: ended })
    return { result, events: result.kind === 'reset' ? null : await events.since(member, board, cursor) }
  }
  finally {
    over.abort()
  }
}
