import type { Repository, Stores } from '#server/db/repository.ts'
import { currentActor } from '#server/services/current-actor.ts'
import type { Actor } from '#shared/kanban/member.ts'
import type { PresenceAnswer } from '#shared/protocol/presence.ts'
import type { BoardPresence } from './board-presence.ts'
import { boardGone, refuseClients } from './event-refusals.ts'
import { maySeeMatter, readSight } from './event-sight.ts'
import type { PresenceChoices } from './presence-choices.ts'

interface PresenceParts {
  repository: Pick<Repository, 'consistentRead'>
  presence: Pick<BoardPresence, 'list'>
  choices: Pick<PresenceChoices, 'isOn' | 'settled'>
}

/** Who is on a board but the reader, at matters that they see (rules A1, A3, W3). Throws `BOARD_GONE`, `FORBIDDEN`. */
export async function readPresence(
  { repository, presence, choices }: PresenceParts,
  member: Actor,
  boardId: string,
): Promise<PresenceAnswer> {
  refuseClients(member)
  // First of all: a board that isn't there, and who may hear nothing of one, have no other process asked.
  await repository.consistentRead(stores => readReader(stores, member, boardId))
  await choices.settled()
  const others = (await presence.list(boardId)).filter(({ id }) => id !== member.id)
  const named = [...new Set(others.flatMap(({ places }) => places.flatMap(({ matterId }) => matterId ?? [])))]
  return await repository.consistentRead(async (stores) => {
    const reader = await readReader(stores, member, boardId)
    const sight = await readSight(stores, boardId, named)
    const members = others.map(({ places, ...entry }) =>
      ({ ...entry, places: places.filter(({ matterId }) => matterId !== null && maySeeMatter(reader, matterId, sight)) }))
    // It may have been turned off meanwhile.
    return choices.isOn() ? { boardId, enabled: true, members } : { boardId, enabled: false, members: [] }
  })
}

/** Who asks, as one who may hear of this board. */
async function readReader(stores: Stores, member: Actor, boardId: string): Promise<Actor> {
  const reader = await currentActor(stores, member)
  refuseClients(reader)
  if (!await stores.boards.find(boardId))
    throw boardGone()
  return reader
}
