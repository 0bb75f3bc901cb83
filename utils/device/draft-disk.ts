import type { BoardId } from '#shared/kanban/board.ts'
import type { MatterId } from '#shared/kanban/matter.ts'
import type { Clock, Timer } from '#shared/realtime/clock.ts'
import type { Connection } from './connection.ts'
import { writerOf } from './connection.ts'
import type { KeptDraft } from './schema.ts'
import { rangeOf } from './schema.ts'

/**
 * A letter goes out at once and needs no sync to outlive the page and the browser; waiting for the disk at
 * each would let letters queue up behind it, where a tab that closes loses them. What outlives a power cut
 * is this old at most, in milliseconds.
 */
const SYNC_MS = 1_000

/** A draft as it is on the disk and as other tabs are told of it; `text` is JSON, null when it is gone. */
export interface DraftNews {
  matter: MatterId
  field: string
  text: string | null
  board: BoardId | null
}

/** Where drafts are kept. */
export interface DraftDisk {
  read: () => Promise<DraftNews[]>
  /** Out of the page's hands in this very tick. */
  write: (news: DraftNews) => void
  /** Done when it is on the disk. */
  writeSynced: (news: DraftNews) => Promise<void>
  forget: (matter: MatterId) => void
  /** Syncs nothing more. */
  stop: () => void
}

export interface DraftDiskOptions {
  connection: Connection
  clock: Clock
  /** Whether nothing newer is known of the draft. */
  isCurrent: (news: DraftNews) => boolean
  /** Something could not be written. */
  onFailed: () => void
}

/** The drafts in a member's database. */
export function createDraftDisk({ connection, clock, isCurrent, onFailed }: DraftDiskOptions): DraftDisk {
  let latest: DraftNews | null = null
  let timer: Timer | null = null

  async function read(): Promise<DraftNews[]> {
    const tx = (await connection.use()).transaction('drafts')
    const [keys, drafts] = await Promise.all([tx.store.getAllKeys(), tx.store.getAll()])
    return keys.map(([matter, field], index) => ({ matter, field, ...drafts[index]! }))
  }

  function write(news: DraftNews): void {
    send(news, 'relaxed').catch(onFailed)
    latest = news
    timer ??= clock.setTimer(sync, SYNC_MS)
  }

  /** Writes the latest once more, unless it was overtaken: what is synced takes everything before it along. */
  function sync(): void {
    timer = null
    if (latest && isCurrent(latest))
      send(latest, 'strict').catch(onFailed)
    latest = null
  }

  function send({ matter, field, text, board }: DraftNews, durability: 'strict' | 'relaxed'): Promise<void> {
    return connection.send(['drafts'], durability, (tx) => {
      const drafts = writerOf(tx, 'drafts')
      if (text === null)
        drafts.delete([matter, field])
      else
        drafts.put({ text, board } satisfies KeptDraft, [matter, field])
    })
  }

  function forget(matter: MatterId): void {
    connection.send(['drafts'], 'strict', tx => void writerOf(tx, 'drafts').delete(rangeOf(matter))).catch(onFailed)
  }

  function stop(): void {
    clock.clearTimer(timer)
    timer = null
    latest = null
  }

  return { read, write, writeSynced: news => send(news, 'strict'), forget, stop }
}
