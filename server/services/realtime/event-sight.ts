import type { MatterAccess } from '#server/db/records.ts'
import type { Stores } from '#server/db/repository.ts'
import type { MatterId } from '#shared/kanban/matter.ts'
import type { Actor } from '#shared/kanban/member.ts'
import { canSee } from '#shared/kanban/visibility.ts'
import type { BoardEvent } from '#shared/protocol/events.ts'

/** What decides who sees the matters that events name, as one state of the database has it. */
export type EventSight = ReadonlyMap<MatterId, MatterAccess>

/** The matter that an event is about; null for the board itself. */
export function matterOf(event: BoardEvent): MatterId | null {
  switch (event.topic) {
    case 'member:activity': return event.data.matterId
    case 'cursor': return event.data.at?.matterId ?? null
    default: return null
  }
}

/** The matters that events are about, each once. */
export function mattersOf(events: readonly BoardEvent[]): MatterId[] {
  return [...new Set(events.flatMap(event => matterOf(event) ?? []))]
}

/** Reads what decides who sees these matters; only of those that exist on the board. */
export async function readSight({ matters }: Pick<Stores, 'matters'>, boardId: string, ids: readonly MatterId[]): Promise<EventSight> {
  const found = ids.length > 0 ? await matters.accessOf(ids) : []
  return new Map(found.filter(matter => matter.boardId === boardId && matter.deletedVersion === null).map(matter => [matter.id, matter]))
}

/** Whether a reader may hear an event (rules A4, W3): no client hears what is said, nobody what they said, and nobody of what they don't see. */
export function mayHear(reader: Actor, event: BoardEvent, sight: EventSight): boolean {
  if (reader.role === 'CLIENT' || reader.id === event.from)
    return false
  const id = matterOf(event)
  return id === null || maySeeMatter(reader, id, sight)
}

/** Whether a member sees one of the matters whose access was read. */
export function maySeeMatter(reader: Actor, id: MatterId, sight: EventSight): boolean {
  const matter = sight.get(id)
  return matter !== undefined && canSee(reader, matter)
}
