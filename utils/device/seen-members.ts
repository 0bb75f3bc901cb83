import { deleteDB } from 'idb'
import type { EpochMs } from '#shared/kanban/matter.ts'
import type { MemberId } from '#shared/kanban/member.ts'
import { databaseName, memberOfDatabase } from './schema.ts'

const KEY = 'aster-members'

/** Who hasn't been here for so long won't miss what they left. */
const UNSEEN_MS = 30 * 24 * 3_600_000

/** Stands for the time of somebody who signed out. */
const LEFT = 0

export interface SeenMembersOptions {
  /** @default the browser's `localStorage` */
  storage?: Pick<Storage, 'getItem' | 'setItem'>
  now?: () => EpochMs
}

/** When which member was last on this device. */
export interface SeenMembers {
  note: (memberId: MemberId) => void
  /** They signed out: until `forget`, what they had may still be here. */
  leave: (memberId: MemberId) => void
  hasLeft: (memberId: MemberId) => boolean
  forget: (memberId: MemberId) => void
  /** Deletes what those have here who signed out, or weren't here for 30 days. */
  sweep: () => Promise<void>
}

/** Where a browser forbids to keep it, nobody was seen. */
export function createSeenMembers({ storage, now = () => Date.now() }: SeenMembersOptions = {}): SeenMembers {
  const place = () => storage ?? globalThis.localStorage

  function read(): Record<MemberId, EpochMs> {
    try {
      const seen: unknown = JSON.parse(place().getItem(KEY) ?? '{}')
      return Object.fromEntries(Object.entries(seen ?? {}).filter(([, at]) => typeof at === 'number'))
    }
    catch {
      return {}
    }
  }

  function write(seen: Record<MemberId, EpochMs>): void {
    try {
      place().setItem(KEY, JSON.stringify(seen))
    }
    catch {
      // Full or forbidden.
    }
  }

  function forget(memberId: MemberId): void {
    const { [memberId]: _, ...seen } = read()
    write(seen)
  }

  async function sweep(): Promise<void> {
    const seen = read()
    for (const [memberId, at] of Object.entries(seen)) {
      if (now() - at >= UNSEEN_MS && await deleteDatabase(memberId))
        forget(memberId)
    }
    // Databases that outlived this list count from today.
    for (const memberId of await databaseOwners())
      write({ [memberId]: now(), ...read() })
  }

  return {
    note: memberId => write({ ...read(), [memberId]: now() }),
    leave: memberId => write({ ...read(), [memberId]: LEFT }),
    hasLeft: memberId => read()[memberId] === LEFT,
    forget,
    sweep,
  }
}

/** Deletes a member's database; false when that has to wait for another tab, or can't be done. */
export async function deleteDatabase(memberId: MemberId): Promise<boolean> {
  try {
    return await new Promise<boolean>((resolve, reject) => {
      deleteDB(databaseName(memberId), { blocked: () => resolve(false) }).then(() => resolve(true), reject)
    })
  }
  catch {
    return false
  }
}

async function databaseOwners(): Promise<MemberId[]> {
  try {
    return (await indexedDB.databases()).map(({ name }) => memberOfDatabase(name ?? '')).filter(memberId => memberId !== null)
  }
  catch {
    return []
  }
}
