import type { Column, ColumnId, BoardId } from '#shared/kanban/board.ts'
import type { EpochMs, Matter, MatterId } from '#shared/kanban/matter.ts'
import type { MemberId } from '#shared/kanban/member.ts'
import type { RealTimeEvent, RealTimeEvents, SaidData } from '#shared/protocol/events.ts'

/*
 * The events of a transport as changes of collections: one subscription for all that happens to matters, columns,
 * comments or members.
 */

/** What can happen to a row. */
export type RowEvent = 'INSERT' | 'UPDATE' | 'DELETE'

/** What is told of each collection. */
export interface CollectionChanges {
  /** `row` as it is now; null once it is gone from this reader's sight, or where only a part of it came. */
  matters: { event: RowEvent, boardId: BoardId, id: MatterId, row: Matter | null, by: MemberId | null }
  columns: { event: RowEvent, boardId: BoardId, id: ColumnId, row: Column | null }
  /** A matter's comments are told together: `id` is the matter's, and `row` how many there are now. */
  comments: { event: RowEvent, boardId: BoardId, id: MatterId, row: { count: number } }
  /** Who is on the board. `row` says what they do; null where only their coming or going is told. */
  members: { event: RowEvent, boardId: BoardId, id: MemberId, at: EpochMs, row: SaidData['member:activity'] | null }
}
export type Collection = keyof CollectionChanges
export type CollectionChange<C extends Collection> = CollectionChanges[C]

/** Fields that a row, or the change itself, must have. */
export type FieldFilter<C extends Collection>
  = Partial<Pick<CollectionChange<C>, 'boardId' | 'id'> & NonNullable<CollectionChange<C>['row']>>

/** Which changes of a collection are wanted. */
export interface CollectionQuery<C extends Collection> {
  event: RowEvent | '*'
  /**
   * A predicate, or fields with their values. A row that is gone, or of which only a part came, has no fields, so that it
   * passes unless its `id` or `boardId` is another: who shows a part of a list has to hear of it.
   */
  filter?: FieldFilter<C> | ((change: CollectionChange<C>) => boolean)
}

type Mapping = { [Name in RealTimeEvent]?: (data: RealTimeEvents[Name]) => CollectionChange<Collection> }

const matters = (event: RowEvent) => ({ boardId, matterId, matter, by }: RealTimeEvents['matter:created']) => ({ event, boardId, id: matterId, row: matter, by })
const columns = (event: RowEvent) => ({ boardId, columnId, column }: RealTimeEvents['column:created']) => ({ event, boardId, id: columnId, row: column })
const comments = (event: RowEvent) => ({ boardId, matterId, count }: RealTimeEvents['comment:created']) => ({ event, boardId, id: matterId, row: { count } })
const members = (event: RowEvent) => ({ boardId, from, at }: RealTimeEvents['member:joined']) => ({ event, boardId, id: from, at, row: null })

const MAPPINGS: Record<Collection, Mapping> = {
  matters: { 'matter:created': matters('INSERT'), 'matter:updated': matters('UPDATE'), 'matter:deleted': matters('DELETE') },
  columns: { 'column:created': columns('INSERT'), 'column:updated': columns('UPDATE'), 'column:deleted': columns('DELETE') },
  comments: { 'comment:created': comments('INSERT'), 'comment:updated': comments('UPDATE'), 'comment:deleted': comments('DELETE') },
  members: {
    'member:joined': members('INSERT'),
    'member:activity': ({ boardId, from, at, data }) => ({ event: 'UPDATE', boardId, id: from, at, row: data }),
    'member:left': members('DELETE'),
  },
}

/** The events of a transport that tell of a collection. */
export function eventsOf(collection: Collection): RealTimeEvent[] {
  return Object.keys(MAPPINGS[collection]) as RealTimeEvent[]
}

/** What an event of a transport means to a collection; null where it isn't about it, or isn't wanted. */
export function changeOf<C extends Collection, Name extends RealTimeEvent>(
  collection: C, query: CollectionQuery<C>, name: Name, data: RealTimeEvents[Name],
): CollectionChange<C> | null {
  const map = MAPPINGS[collection][name] as ((data: RealTimeEvents[Name]) => CollectionChange<C>) | undefined
  const change = map?.(data)
  return change && isWanted(change, query) ? change : null
}

function isWanted<C extends Collection>(change: CollectionChange<C>, { event, filter }: CollectionQuery<C>): boolean {
  if (event !== '*' && event !== change.event)
    return false
  if (typeof filter === 'function')
    return filter(change)
  const known: Record<string, unknown> = { ...change.row, boardId: change.boardId, id: change.id }
  return Object.entries(filter ?? {}).every(([field, value]) => !(field in known) && change.row === null ? true : known[field] === value)
}
