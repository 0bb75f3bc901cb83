import { v7 as uuidv7 } from 'uuid'
import type { BoardId } from '#shared/kanban/board.ts'
import type { EpochMs, MatterId } from '#shared/kanban/matter.ts'
import type { MemberId } from '#shared/kanban/member.ts'
import type { Clock } from '#shared/realtime/clock.ts'
import { systemClock } from '#shared/realtime/clock.ts'
import type { BoardStorage, StorageWrite } from '#shared/sync/board-storage.ts'
import { createMemoryStorage } from '#shared/sync/memory-storage.ts'
import { isLeaseOver } from '#shared/sync/stored-board.ts'
import { createBoardDisk } from './board-disk.ts'
import { createConnection, writerOf } from './connection.ts'
import type { Details } from './details.ts'
import { createDetails } from './details.ts'
import { createDeviceStorage } from './device-storage.ts'
import type { DraftNews } from './draft-disk.ts'
import type { Drafts } from './drafts.ts'
import { createDrafts } from './drafts.ts'
import type { FormerDraft } from './former-drafts.ts'
import { readFormerDrafts } from './former-drafts.ts'
import type { DeviceDatabase } from './schema.ts'
import { databaseName, rangeOf, STORES } from './schema.ts'
import type { SeenMembers } from './seen-members.ts'
import { createSeenMembers, deleteDatabase } from './seen-members.ts'
import { createTabs } from './tabs.ts'

/** Everything that one member has on this device. Nothing of it ever fails its caller. */
export interface Device {
  readonly memberId: MemberId
  /** The boards, what waits there, and what asks for a choice. */
  storage: BoardStorage
  drafts: Drafts
  details: Details
  /** The boards for which something waits to be sent; none where the device can't be read. */
  boardsWithUnsent: () => Promise<BoardId[]>
  /** False when something could only be kept in memory, and is lost with the page. */
  readonly isLasting: boolean
  /** What was kept is here, or it is known that nothing can be read. */
  ready: Promise<void>
  /** Leaves it as it is, for when the member comes back. */
  close: () => void
  /** Signs out: nothing of the member stays on this device. */
  wipe: () => Promise<void>
}

export interface DeviceOptions {
  /** Called once, when something could only be kept in memory. */
  onLasting?: (isLasting: false) => void
  /** @default the machine's */
  clock?: Clock
  /** Names new outboxes. @default UUIDv7 */
  makeId?: () => string
  /** @default kept in `localStorage` */
  seen?: SeenMembers
  /** Drafts that an earlier version of the page left. @default those in `localStorage` */
  former?: readonly FormerDraft[]
}

type DeviceNews = { kind: 'purged', matters: readonly MatterId[] } | { kind: 'drafted', draft: DraftNews }

/** Opens what a member has on this device; it can be used at once. */
export function openDevice(memberId: MemberId, options: DeviceOptions = {}): Device {
  const { onLasting = () => {}, clock = systemClock, makeId = uuidv7, former = readFormerDrafts(memberId) } = options
  const { seen = createSeenMembers({ now: clock.now }) } = options
  const tabs = createTabs<DeviceNews>(`aster-device-${memberId}`)
  const connection = createConnection(databaseName(memberId), { clock, onOpened })
  // On a screen that is being left nobody is signed in, and nobody has anything to lose.
  const isNobody = memberId === ''
  let isLasting = true
  if (isNobody)
    connection.close()

  function loseTouch(): void {
    if (!isLasting || isNobody)
      return
    isLasting = false
    onLasting(false)
  }

  async function onOpened(database: DeviceDatabase): Promise<void> {
    // A sign-out that the browser had no time to finish.
    if (seen.hasLeft(memberId))
      await clear(database)
    seen.note(memberId)
    // What is too old isn't shown either way.
    await dropExpired(database, clock.now()).catch(() => {})
  }

  const kept = createDeviceStorage({
    disk: createBoardDisk({ connection, makeId, now: clock.now }),
    memory: createMemoryStorage({ makeId, now: clock.now }),
    onLasting: loseTouch,
  })
  const storage: BoardStorage = {
    get isLasting() { return kept.isLasting },
    open: kept.open,
    append: kept.append,
    async write(boardId, changes) {
      const purge = [...changes.purge ?? [], ...await hiddenDrafts(boardId, changes)]
      if (purge.length > 0) {
        drafts.drop(purge)
        tabs.tell({ kind: 'purged', matters: purge })
      }
      await kept.write(boardId, purge.length > 0 ? { ...changes, purge } : changes)
    },
  }

  /** Matters that somebody typed about and that a full read lacks, although nobody here is about to make them (rule C6). */
  async function hiddenDrafts(boardId: BoardId, { rows }: StorageWrite): Promise<MatterId[]> {
    if (rows?.from !== null)
      return []
    await ready
    const hidden = drafts.mattersOn(boardId).filter(id => !rows.confirmed.rows.has(id))
    if (hidden.length === 0)
      return []
    const { outbox } = await kept.open(boardId)
    return hidden.filter(id => !outbox.some(({ mutation }) => mutation.kind === 'create' && mutation.id === id))
  }

  const drafts = createDrafts({ connection, former, clock, onFailed: loseTouch, onWritten: draft => tabs.tell({ kind: 'drafted', draft }) })
  tabs.onTold((news) => {
    if (news.kind === 'purged')
      drafts.drop(news.matters)
    else
      drafts.follow(news.draft)
  })

  const ready = drafts.load()

  async function boardsWithUnsent(): Promise<BoardId[]> {
    const keys = await connection.use().then(database => database.getAllKeys('outbox')).catch(() => [])
    return [...new Set(keys.map(([boardId]) => boardId))]
  }

  function close(): void {
    connection.close()
    tabs.close()
    drafts.drop()
  }

  async function wipe(): Promise<void> {
    seen.leave(memberId)
    former.forEach(({ remove }) => remove())
    // Deleting may have to wait for a tab that sleeps. What is in it goes at once.
    await connection.send([...STORES], 'strict', tx => STORES.forEach(store => writerOf(tx, store).clear())).catch(() => {})
    close()
    if (await deleteDatabase(memberId))
      seen.forget(memberId)
    else
      seen.leave(memberId)
  }

  return {
    memberId, storage, drafts, details: createDetails(connection, clock.now), ready, boardsWithUnsent, close, wipe,
    get isLasting() { return isLasting },
  }
}

async function clear(database: DeviceDatabase): Promise<void> {
  const tx = database.transaction([...STORES], 'readwrite', { durability: 'strict' })
  await Promise.all([...STORES.map(store => tx.objectStore(store).clear()), tx.done])
}

/** What no server has confirmed for 12 hours goes, whether or not anybody opens it again (rule W4). */
async function dropExpired(database: DeviceDatabase, now: EpochMs): Promise<void> {
  const tx = database.transaction(['boards', 'rows', 'details'], 'readwrite', { durability: 'relaxed' })
  for (let cursor = await tx.objectStore('boards').openCursor(); cursor; cursor = await cursor.continue()) {
    if (cursor.value.rows && isLeaseOver(cursor.value.contactAt, now)) {
      await cursor.update({ ...cursor.value, rows: null })
      await tx.objectStore('rows').delete(rangeOf(cursor.key))
    }
  }
  for (let cursor = await tx.objectStore('details').openCursor(); cursor; cursor = await cursor.continue()) {
    if (isLeaseOver(cursor.value.contactAt, now))
      await cursor.delete()
  }
  await tx.done
}
