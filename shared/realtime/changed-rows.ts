import type { BoardId, Column } from '#shared/kanban/board.ts'
import type { Matter, MatterId } from '#shared/kanban/matter.ts'
import type { RealTimeEvents } from '#shared/protocol/events.ts'
import { shareStructure } from './share-structure.ts'

/** The events that come from rows and columns. */
export type BoardChange = {
  [Event in 'matter:created' | 'matter:updated' | 'matter:deleted' | 'column:created' | 'column:updated' | 'column:deleted'
    | 'comment:created' | 'comment:updated' | 'comment:deleted']: { event: Event, data: RealTimeEvents[Event] }
}[`${'matter' | 'column' | 'comment'}:${'created' | 'updated' | 'deleted'}`]

/** What a matter's step from one version to the next comes to; null where it wasn't, or isn't. */
export function changesOfMatter(boardId: BoardId, matterId: MatterId, before: Matter | null, after: Matter | null): BoardChange[] {
  if (!after)
    return [{ event: 'matter:deleted', data: { boardId, matterId, matter: null, by: null } }]
  const data = { boardId, matterId, matter: after, by: after.updatedBy }
  if (!before)
    return [{ event: 'matter:created', data }]
  return [{ event: 'matter:updated', data }, ...changesOfComments(boardId, before, after)]
}

/** What the fields come to that changed in a row of which the rest isn't known, and which was seen before or wasn't. */
export function changesOfFields(boardId: BoardId, matterId: MatterId, wasSeen: boolean, fields: Partial<Matter>): BoardChange[] {
  const data = { boardId, matterId, matter: null, by: fields.updatedBy ?? null }
  if (!wasSeen)
    return [{ event: 'matter:created', data }]
  const { commentCount: count } = fields
  const comments: BoardChange[] = count === undefined ? [] : [{ event: 'comment:updated', data: { boardId, matterId, count } }]
  return [{ event: 'matter:updated', data }, ...comments]
}

/** A comment that was rewritten changes the count's version and not the count. */
function changesOfComments(boardId: BoardId, before: Matter, after: Matter): BoardChange[] {
  const count = after.commentCount
  const data = { boardId, matterId: after.id, count }
  if (count > before.commentCount)
    return [{ event: 'comment:created', data }]
  if (count < before.commentCount)
    return [{ event: 'comment:deleted', data }]
  const isRewritten = before.fieldVersions.commentCount?.v !== after.fieldVersions.commentCount?.v
  return isRewritten ? [{ event: 'comment:updated', data }] : []
}

/** What differs between the columns of a board then and now. */
export function changesOfColumns(boardId: BoardId, before: readonly Column[], after: readonly Column[]): BoardChange[] {
  const then = new Map(before.map(column => [column.id, column]))
  const now = new Set(after.map(({ id }) => id))
  const gone: BoardChange[] = before.filter(({ id }) => !now.has(id))
    .map(({ id }) => ({ event: 'column:deleted', data: { boardId, columnId: id, column: null } }))
  return [...gone, ...after.flatMap((column): BoardChange[] => {
    const known = then.get(column.id)
    const data = { boardId, columnId: column.id, column }
    if (!known)
      return [{ event: 'column:created', data }]
    return shareStructure(known, column) === known ? [] : [{ event: 'column:updated', data }]
  })]
}
