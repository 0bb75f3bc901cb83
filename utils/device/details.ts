import type { EpochMs, MatterId } from '#shared/kanban/matter.ts'
import { isLeaseOver } from '#shared/sync/stored-board.ts'
import type { Connection } from './connection.ts'
import { writerOf } from './connection.ts'

/** What was fetched of a matter and isn't on the board, kept to be read without a network. A cache: it may keep nothing. */
export interface Details {
  /** Null when nothing is kept, or nothing that is younger than 12 hours (rule W4). */
  get: (matter: MatterId, name: string) => Promise<{ readAt: number, content: unknown } | null>
  /** Keeps what the server just gave; `readAt` is the board version that was known when it was asked. */
  put: (matter: MatterId, name: string, detail: { readAt: number, content: unknown }) => void
  forget: (matter: MatterId, name: string) => void
}

/** The details that a member has on this device. */
export function createDetails(connection: Connection, now: () => EpochMs): Details {
  async function get(matter: MatterId, name: string): Promise<{ readAt: number, content: unknown } | null> {
    try {
      const kept = await (await connection.use()).get('details', [matter, name])
      return kept && !isLeaseOver(kept.contactAt, now()) ? { readAt: kept.readAt, content: kept.content } : null
    }
    catch {
      return null
    }
  }

  function put(matter: MatterId, name: string, { readAt, content }: { readAt: number, content: unknown }): void {
    connection.send(['details'], 'relaxed', tx => void writerOf(tx, 'details').put({ readAt, content, contactAt: now() }, [matter, name])).catch(() => {})
  }

  function forget(matter: MatterId, name: string): void {
    connection.send(['details'], 'relaxed', tx => void writerOf(tx, 'details').delete([matter, name])).catch(() => {})
  }

  return { get, put, forget }
}
