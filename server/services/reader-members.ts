import type { MatterRecord, MemberRecord } from '#server/db/records.ts'
import type { Stores } from '#server/db/repository.ts'
import type { Matter } from '#shared/kanban/matter.ts'
import type { Actor, Member } from '#shared/kanban/member.ts'
import { canKnow, canSee } from '#shared/kanban/visibility.ts'
import { memberToWire } from './wire.ts'

/**
 * Those whom a reader may know of, as they travel.
 *
 * @param matters what the reader sees; of no use but to a client
 */
export function knownMembers(reader: Actor, members: readonly MemberRecord[], matters: readonly Matter[]): Member[] {
  return members.filter(member => canKnow(reader, member, matters)).map(memberToWire)
}

/** The same, read for one reader of a board. */
export async function readMembers(stores: Stores, reader: Actor, boardId: string): Promise<Member[]> {
  const matters = reader.role === 'CLIENT' ? await mattersOfClients(stores, [reader], boardId) : []
  return knownMembers(reader, await stores.accounts.listMembers(), matters)
}

/** What at least one of these clients sees on a board. Clients see little: the rest of the board isn't read whole. */
export async function mattersOfClients(stores: Stores, clients: readonly Actor[], boardId: string): Promise<MatterRecord[]> {
  const present = await stores.matters.accessOnBoard(boardId, Number.MAX_SAFE_INTEGER)
  return await stores.matters.findMany(present.filter(matter => clients.some(client => canSee(client, matter))).map(({ id }) => id))
}
