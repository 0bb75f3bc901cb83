import type { Repository } from '#server/db/repository.ts'
import type { FirmAwarenessSettings } from '#server/services/personal/firm-awareness.ts'
import type { PersonalHeads } from '#server/services/personal/personal-heads.ts'
import type { MemberId } from '#shared/kanban/member.ts'
import type { Clock, Timer } from '#shared/realtime/clock.ts'
import { systemClock } from '#shared/realtime/clock.ts'

/** A look at the database that failed is taken again after so long. */
const AGAIN_MS = 1_000

/** Who wants to be seen, and whether the firm wants anybody to be (rule A3), from memory. */
export interface PresenceChoices {
  isOn: () => boolean
  isInvisible: (memberId: MemberId) => boolean
  /** Ends when no newer choice is being read, so that what somebody says after choosing goes by it. */
  settled: () => Promise<void>
  /** Hears whose choice changed; null: the firm's. Returns how to stop. */
  onChange: (listener: (memberId: MemberId | null) => void) => () => void
  close: () => void
}

export interface PresenceChoicesOptions {
  repository: Pick<Repository, 'accounts' | 'personal'>
  heads: Pick<PersonalHeads, 'onMoved'>
  awareness: Pick<FirmAwarenessSettings, 'current' | 'onChange'>
  /** @default systemClock */
  clock?: Clock
}

/** Reads all choices once, and a member's again whenever something of theirs moved. */
export async function openPresenceChoices({ repository, heads, awareness, clock = systemClock }: PresenceChoicesOptions): Promise<PresenceChoices> {
  const invisible = new Set<MemberId>()
  /** Whose choice couldn't be read: while nobody knows, nothing is told of them. */
  const unsure = new Set<MemberId>()
  const listeners = new Set<(memberId: MemberId | null) => void>()
  const tell = (memberId: MemberId | null) => listeners.forEach(listener => listener(memberId))
  let wanted = new Set<MemberId>()
  let looking: Promise<void> | null = null
  let again: Timer = null
  let isClosed = false

  async function read(ids: readonly MemberId[]): Promise<void> {
    const found = await repository.personal.preferencesOf(ids)
    for (const id of ids) {
      const isHidden = found.get(id)?.presence === 'invisible'
      const isOther = isHidden !== invisible.has(id) || unsure.has(id)
      unsure.delete(id)
      invisible[isHidden ? 'add' : 'delete'](id)
      if (isOther && !isClosed)
        tell(id)
    }
  }

  /** Reads what is wanted; what comes to be wanted meanwhile is read together after that. */
  async function look(): Promise<void> {
    while (wanted.size > 0 && !isClosed) {
      const ids = [...wanted]
      wanted = new Set()
      try {
        await read(ids)
      }
      catch {
        ids.forEach(id => unsure.add(id))
        again ??= clock.setTimer(lookAgain, AGAIN_MS)
      }
    }
    looking = null
  }

  function lookAgain(): void {
    again = null
    unsure.forEach(id => wanted.add(id))
    looking ??= look()
  }

  await read((await repository.accounts.listMembers()).map(({ id }) => id))
  let isOn = awareness.current().presence
  const stops = [
    heads.onMoved((memberId) => {
      if (memberId === null || isClosed)
        return
      wanted.add(memberId)
      looking ??= look()
    }),
    awareness.onChange(({ presence }) => {
      if (presence === isOn)
        return
      isOn = presence
      tell(null)
    }),
  ]

  return {
    isOn: () => isOn,
    isInvisible: memberId => invisible.has(memberId) || unsure.has(memberId),
    settled: () => looking ?? Promise.resolve(),
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close() {
      isClosed = true
      clock.clearTimer(again)
      stops.forEach(stop => stop())
      listeners.clear()
    },
  }
}

/** The choices of a firm in which everybody is seen. */
export const EVERYBODY_SEEN: PresenceChoices = {
  isOn: () => true,
  isInvisible: () => false,
  settled: () => Promise.resolve(),
  onChange: () => () => {},
  close: () => {},
}
