import type { TabMessage } from './tab-messages.ts'

/** Locks that at most one tab of a browser holds at a time. */
export interface TabLocks {
  /**
   * Waits for the lock and calls `hold`, never at once, at whose end the lock is free again. Ends with the hold, when another
   * tab takes the lock away, and when `signal` ends the waiting; rejects where this page gets no locks. `steal`: takes it
   * from whoever has it.
   */
  request: (name: string, options: { steal?: true, signal?: AbortSignal }, hold: () => Promise<void>) => Promise<void>
}

/** A way to all other tabs that opened the same name. */
export interface TabChannel {
  post: (message: TabMessage) => void
  onMessage: (listener: (message: unknown) => void) => void
  close: () => void
}

/** What a browser gives a tab, to live with others. */
export interface TabPorts {
  /** Null where there are none, as on plain http. */
  locks: TabLocks | null
  /** Null where there are none. */
  openChannel: (name: string) => TabChannel | null
  isVisible: () => boolean
  /** Hears when this tab is put to sleep (false) and when it wakes; returns how to stop. */
  onAwake: (listener: (isAwake: boolean) => void) => () => void
  /** A name that no other tab has. */
  makeId: () => string
}
