import type { Repository, Stores } from '#server/db/repository.ts'
import type { EpochMs } from '#shared/kanban/matter.ts'
import type { MemberId } from '#shared/kanban/member.ts'
import type { Maintenance } from '#shared/protocol/notifications.ts'
import type { AwarenessPatch } from '#shared/protocol/personal-requests.ts'
import type { FirmAwareness } from '#shared/protocol/personal.ts'
import { Problem } from '#shared/protocol/problems.ts'
import type { PersonalHeads } from './personal-heads.ts'

const MINUTE_MS = 60_000
const MAX_TRIES = 5

/** What the administrators set about presence and notices, from memory. */
export interface FirmAwarenessSettings {
  /** A maintenance that is over isn't in it. */
  current: () => FirmAwareness
  /** Sets what the patch names, and answers all of it. A maintenance that is announced is told to everybody. */
  set: (by: MemberId, patch: AwarenessPatch) => Promise<FirmAwareness>
  /** Hears what is set, here or in another process; returns how to stop. */
  onChange: (listener: (firm: FirmAwareness) => void) => () => void
  close: () => void
}

export interface FirmAwarenessOptions {
  repository: Pick<Repository, 'firm' | 'transaction'>
  heads: Pick<PersonalHeads, 'moved' | 'isBehind' | 'onMoved'>
  /** Writes to everybody that a maintenance was announced, or (null) called off, in the same transaction; answers the counters that it moved. */
  announce: (stores: Stores, maintenance: Maintenance | null, by: MemberId, at: EpochMs) => Promise<ReadonlyMap<MemberId, number>>
  /** Hears of a look at the database that failed. @default nobody */
  onError?: (error: unknown) => void
  /** @default Date.now */
  now?: () => EpochMs
}

/** Somebody else set something between the look and the writing. */
class Overtaken extends Error {}

/** Reads the settings once, and again whenever the firm's counter moves. */
export async function openFirmAwareness(
  { repository, heads, announce, onError = () => {}, now = Date.now }: FirmAwarenessOptions,
): Promise<FirmAwarenessSettings> {
  let { firm, version } = await repository.firm.awareness()
  const listeners = new Set<(firm: FirmAwareness) => void>()

  function take(next: FirmAwareness, at: number): void {
    if (at <= version)
      return
    version = at
    firm = next
    listeners.forEach(listener => listener(current()))
  }

  const current = () => withoutOver(firm, now())

  async function look(): Promise<void> {
    const found = await repository.firm.awareness()
    take(found.firm, found.version)
  }

  async function write(by: MemberId, patch: AwarenessPatch): Promise<FirmAwareness> {
    const at = now()
    if (patch.maintenance && isOver(patch.maintenance, at))
      throw new Problem('VALIDATION', 'would be over already', { field: 'maintenance.startsAt' })
    const done = await repository.transaction(async (stores) => {
      const before = await stores.firm.awareness()
      const next = withoutOver(patched(before.firm, patch), at)
      const version = await stores.firm.setAwareness(next)
      if (version !== before.version + 1)
        throw new Overtaken()
      const { maintenance } = next
      const isOther = JSON.stringify(maintenance) !== JSON.stringify(withoutOver(before.firm, at).maintenance)
      return { next, version, moved: isOther ? await announce(stores, maintenance, by, at) : new Map<MemberId, number>() }
    })
    take(done.next, done.version)
    heads.moved(done.moved, done.version)
    return current()
  }

  const stop = heads.onMoved((memberId) => {
    // Unless it is what was set here.
    if (memberId === null && !heads.isBehind(null, version + 1))
      look().catch(onError)
  })

  return {
    current,
    async set(by, patch) {
      for (let tries = 1; ; tries++) {
        try {
          return await write(by, patch)
        }
        catch (error) {
          if (!(error instanceof Overtaken) || tries === MAX_TRIES)
            throw error
        }
      }
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close() {
      stop()
      listeners.clear()
    },
  }
}

function patched(firm: FirmAwareness, { presence, notices, maintenance }: AwarenessPatch): FirmAwareness {
  return {
    presence: presence ?? firm.presence,
    notices: notices ?? firm.notices,
    maintenance: maintenance === undefined ? firm.maintenance : maintenance,
  }
}

/** The settings without a maintenance that is over. */
export function withoutOver(firm: FirmAwareness, now: EpochMs): FirmAwareness {
  return firm.maintenance && isOver(firm.maintenance, now) ? { ...firm, maintenance: null } : firm
}

function isOver({ startsAt, minutes }: Maintenance, now: EpochMs): boolean {
  return startsAt + minutes * MINUTE_MS <= now
}
