import type { MatterId } from '#shared/kanban/matter.ts'
import type { CommentWork, EngineState } from './engine-types.ts'
import type { OutboxEntry } from './outbox-entry.ts'

/** The changes that wait for the server. */
export function waitingChanges({ entries }: Pick<EngineState, 'entries'>): OutboxEntry[] {
  return entries.filter(({ state, mutation }) => state === 'queued' && mutation.kind !== 'void')
}

/** Comments' changes of a matter that a fetched list may lack, in order. */
export function commentWorkOf({ commentsDone, entries }: Pick<EngineState, 'commentsDone' | 'entries'>, matterId: MatterId): readonly CommentWork[] {
  const waiting = entries.flatMap(({ mutation, at, result }): CommentWork[] =>
    mutation.kind === 'comment' ? [{ matterId: mutation.id, args: mutation.args, version: result?.version ?? null, at }] : [])
  return [...commentsDone, ...waiting].filter(work => work.matterId === matterId)
}
