import type { EpochMs } from '#shared/kanban/matter.ts'
import type { MeAnswer } from '#shared/protocol/messages.ts'
import { DEFAULT_AWARENESS } from '#shared/protocol/personal.ts'
import { DEFAULT_PREFERENCES } from '#shared/protocol/preferences.ts'
import { isLeaseOver } from '#shared/sync/stored-board.ts'

const KEY = 'aster-session'

export interface KeptSessionOptions {
  /** @default the browser's `localStorage` */
  storage?: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  /** @default the machine's clock */
  now?: () => EpochMs
}

/** Who was signed in on this device, so that the board opens without a network. */
export interface KeptSession {
  /** Keeps what the server just said about who is signed in. */
  keep: (answer: MeAnswer) => void
  /** The server was reached again in the same session: the 12 hours begin anew. */
  renew: () => void
  /** Who was signed in; null after sign-out, and 12 hours after the last contact (rule W4). */
  read: () => MeAnswer | null
  forget: () => void
}

interface Kept {
  answer: MeAnswer
  contactAt: EpochMs
}

/** A browser that keeps nothing opens nothing offline, and says nothing about it. */
export function createKeptSession({ storage, now = () => Date.now() }: KeptSessionOptions = {}): KeptSession {
  /** Looked up at each use: even naming it throws where a browser forbids it. */
  const place = () => storage ?? globalThis.localStorage

  function write(kept: Kept): void {
    try {
      place().setItem(KEY, JSON.stringify(kept))
    }
    catch {
      // Full or forbidden.
    }
  }

  function stored(): Kept | null {
    try {
      const kept: unknown = JSON.parse(place().getItem(KEY) ?? 'null')
      return isKept(kept) ? kept : null
    }
    catch {
      return null
    }
  }

  function renew(): void {
    const kept = stored()
    if (kept)
      write({ ...kept, contactAt: now() })
  }

  function read(): MeAnswer | null {
    const kept = stored()
    return kept && !isLeaseOver(kept.contactAt, now()) ? whole(kept.answer) : null
  }

  function forget(): void {
    try {
      place().removeItem(KEY)
    }
    catch {
      // Nothing can have been kept.
    }
  }

  return { keep: answer => write({ answer, contactAt: now() }), renew, read, forget }
}

/** An older page kept less: until the server says more, news are asked for, the firm's zone is nobody's, and all else is as it is for who never chose. */
function whole(answer: Pick<MeAnswer, 'member' | 'boards'> & Partial<MeAnswer>): MeAnswer {
  return {
    transport: 'polling',
    timeZone: 'UTC',
    ...answer,
    preferences: { ...DEFAULT_PREFERENCES, ...answer.preferences },
    firm: { ...DEFAULT_AWARENESS, ...answer.firm },
    member: { ...answer.member, transport: answer.member.transport ?? null },
  }
}

/** What an older or newer page, or somebody's hand, left there is nobody. */
function isKept(kept: unknown): kept is Kept {
  const { answer, contactAt } = (kept ?? {}) as Partial<Kept>
  return typeof contactAt === 'number' && typeof answer?.member?.id === 'string' && typeof answer.member.role === 'string' && Array.isArray(answer.boards)
}
