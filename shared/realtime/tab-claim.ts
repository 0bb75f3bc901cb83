import type { TabLocks } from './tab-ports.ts'

export interface TabClaimOptions {
  name: string
  locks: TabLocks
  /** The lock is this tab's. */
  onHeld: () => void
  /** It is another's, which a frozen tab may hear before it ever knew that it had it. */
  onLost: () => void
  /** There is no lock for this page. */
  onRefused: () => void
}

/** One tab's claim to the lock of the leader. */
export interface TabClaim {
  /** Waits for the lock in turn, unless it does so already. */
  raise: () => void
  /** Takes the lock, from whoever has it. */
  steal: () => void
  /** Gives back what is held, and waits no longer. */
  drop: () => void
}

export function createTabClaim({ name, locks, onHeld, onLost, onRefused }: TabClaimOptions): TabClaim {
  let current: { waiting: AbortController, release: (() => void) | null } | null = null

  function request(steal: boolean): void {
    const mine: NonNullable<typeof current> = { waiting: new AbortController(), release: null }
    current = mine
    // What was dropped in the meantime is given back at once.
    const hold = (): Promise<void> => current === mine
      ? new Promise((resolve) => {
          mine.release = resolve
          onHeld()
        })
      : Promise.resolve()
    const end = (onEnd: () => void) => () => {
      if (current !== mine)
        return
      current = null
      onEnd()
    }
    locks.request(name, steal ? { steal } : { signal: mine.waiting.signal }, hold).then(end(onLost), end(onRefused))
  }

  function drop(): void {
    const former = current
    current = null
    former?.release?.()
    if (former?.release === null)
      former.waiting.abort()
  }

  return {
    raise: () => current ?? request(false),
    steal() {
      drop()
      request(true)
    },
    drop,
  }
}
