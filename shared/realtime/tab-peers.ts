import type { MatterId } from '#shared/kanban/matter.ts'
import { TAB_TIMES } from './tab-times.ts'

/** What is known of the other tabs. */
export interface TabPeers {
  has: (id: string) => boolean
  /** A tab is there; without `focus`, what it has open is as before. */
  note: (id: string, isVisible: boolean, focus?: readonly MatterId[]) => void
  remove: (id: string) => void
  /** Whether another tab is looked at, and so is to lead. */
  isAnyVisible: () => boolean
  /** The matters that are open in any of them. */
  open: () => MatterId[]
  /** Forgets tabs that ended without a word. */
  forgetSilent: () => void
}

/** @param now epoch milliseconds */
export function createTabPeers(now: () => number): TabPeers {
  const peers = new Map<string, { isVisible: boolean, focus: readonly MatterId[], at: number }>()

  return {
    has: id => peers.has(id),
    note: (id, isVisible, focus = peers.get(id)?.focus ?? []) => void peers.set(id, { isVisible, focus, at: now() }),
    remove: id => void peers.delete(id),
    isAnyVisible: () => [...peers.values()].some(({ isVisible, at }) => isVisible && Math.abs(now() - at) < TAB_TIMES.visibleForMs),
    open: () => [...peers.values()].flatMap(({ focus }) => focus),
    forgetSilent() {
      for (const [id, { at }] of peers) {
        // As after a clock was set back.
        if (Math.abs(now() - at) >= TAB_TIMES.presentForMs)
          peers.delete(id)
      }
    },
  }
}
