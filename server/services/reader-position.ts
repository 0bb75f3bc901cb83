import type { BoardRecord, ChangeEntry } from '#server/db/records.ts'
import type { Stores } from '#server/db/repository.ts'
import type { Actor } from '#shared/kanban/member.ts'
import type { BoardHub } from './board-hub.ts'
import type { Sight } from './reader-sight.ts'
import { createSight } from './reader-sight.ts'

/** What happened last is most often something that the reader sees. */
const FIRST_ENTRIES = 20
const MORE_ENTRIES = 500

/**
 * The newest of some entries of the log that this reader could see just before or just after it, or wrote (rule P5).
 *
 * @param entries newest first
 */
export function newestKnown(reader: Actor, entries: readonly ChangeEntry[], sees: Sight): ChangeEntry | undefined {
  return entries.find(({ matterId, version, by }) => matterId === null || by === reader.id || sees(matterId, version) || sees(matterId, version - 1))
}

/**
 * The reader's version (rule P5): the highest version with an entry that this reader could see just
 * before or just after it, or wrote. What is hidden from a reader doesn't move it. Below the floor nothing is
 * known any more, so nobody stands there.
 *
 * @param known where the reader stood when the board was at `head`
 */
async function readerVersion(
  stores: Stores,
  reader: Actor,
  board: BoardRecord,
  known: { version: number, head: number } | null,
): Promise<number> {
  const lower = Math.max(known?.head ?? 0, board.floor)
  const fallback = Math.max(known?.version ?? 0, board.floor)
  if (lower >= board.version)
    return fallback
  const transitions = await stores.log.accessAfter(board.id, reader.id, lower)
  // Another role shows and hides matters without a change to them.
  const lastTransition = transitions.at(-1)?.version ?? 0
  for (let offset = 0, limit = FIRST_ENTRIES; ; offset += limit, limit = MORE_ENTRIES) {
    const entries = await stores.log.newestChanges(board.id, lower, { offset, limit })
    const ids = [...new Set(entries.flatMap(({ matterId }) => matterId ?? []))]
    const sees = createSight(reader, await stores.matters.accessOf(ids), transitions)
    const seen = newestKnown(reader, entries, sees)
    if (seen || entries.length < limit)
      return Math.max(seen?.version ?? fallback, lastTransition)
  }
}

/** Where the reader stands, remembered for the polls to come. */
export async function locateReader(stores: Stores, hub: BoardHub, reader: Actor, board: BoardRecord): Promise<number> {
  const known = hub.lastKnown(board.id, reader)
  const usable = known && known.epoch === board.epoch && known.head <= board.version ? known : null
  const version = await readerVersion(stores, reader, board, usable)
  hub.seen({ id: board.id, epoch: board.epoch, version: board.version })
  hub.remember(board.id, reader, { epoch: board.epoch, version, head: board.version })
  return version
}
