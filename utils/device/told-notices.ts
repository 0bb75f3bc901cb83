import type { MemberId } from '#shared/kanban/member.ts'

/** As many of those that were told last are remembered. */
const MOST_TOLD = 200

export interface ToldNoticesOptions {
  /** @default the browser's `localStorage` */
  storage?: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  /** Null where the browser has none, as on plain http. @default navigator.locks */
  locks?: LockManager | null
}

/** What the tabs of one browser agree on, so that each notice is shown by one of them, and once. */
export interface ToldNotices {
  /** Of these, what no tab has told yet: whoever asks first tells it. */
  claim: (keys: readonly string[]) => Promise<string[]>
  /** Says that this page is on the screen, until what it returns is called. */
  show: () => () => void
  /** Whether any page of this member is on the screen, as far as the browser lets that be known. */
  isAnyShown: () => Promise<boolean>
  /** Nothing of it stays on the device, and nothing is kept any more. */
  forget: () => void
}

/** The agreement of a member's tabs. It holds ids only; where a browser forbids it, each tab tells for itself. */
export function createToldNotices(memberId: MemberId, { storage, locks = globalThis.navigator?.locks ?? null }: ToldNoticesOptions = {}): ToldNotices {
  const key = `aster-told-${memberId}`
  const shown = `aster-shown-${memberId}`
  /** Looked up at each use: even naming it throws where a browser forbids it. */
  const place = () => storage ?? globalThis.localStorage
  let isForgotten = false

  function take(keys: readonly string[]): string[] {
    try {
      const told = readTold(place().getItem(key))
      const fresh = keys.filter(one => !told.includes(one))
      // Who waited for the lock while their member signed out leaves nothing behind.
      if (fresh.length > 0 && !isForgotten)
        place().setItem(key, JSON.stringify([...told, ...fresh].slice(-MOST_TOLD)))
      return fresh
    }
    catch {
      return [...keys]
    }
  }

  return {
    claim: async keys => locks ? await locks.request(key, () => take(keys)) : take(keys),
    show() {
      const { promise, resolve } = Promise.withResolvers<undefined>()
      void locks?.request(shown, { mode: 'shared' }, () => promise)
      return () => resolve(undefined)
    },
    async isAnyShown() {
      const { held = [] } = await locks?.query() ?? {}
      return held.some(({ name }) => name === shown)
    },
    forget() {
      isForgotten = true
      try {
        place().removeItem(key)
      }
      catch {
        // Nothing can have been kept.
      }
    },
  }
}

/** What an older or newer page, or somebody's hand, left there is nothing. */
function readTold(kept: string | null): string[] {
  try {
    const told: unknown = JSON.parse(kept ?? '[]')
    return Array.isArray(told) ? told.filter(one => typeof one === 'string') : []
  }
  catch {
    return []
  }
}
