import type { MatterId } from '#shared/kanban/matter.ts'
import { TAB_TIMES } from './tab-times.ts'

/** What a tab wants of its leader's link. */
export interface PeerWants {
  /** The matters that it has open. */
  focus: readonly MatterId[]
  /** To see where others point. */
  cursors: boolean
}

const NOTHING: PeerWants = { focus: [], cursors: false }

/** What is known of the other tabs. */
export interface TabPeers {
  has: (id: string) => boolean
  /** A tab is there; without `wants`, what it has open and wants is as before. */
  note: (id: string, isVisible: boolean, wants?: PeerWants) => void
  remove: (id: string) => void
  /** Whether another tab is looked at, and so is to lead. */
  isAnyVisible: () => boolean
  /** The matters that are open in any of them. */
  open: () => MatterId[]
  /** Whether any of them wants to see where others point. */
  wantsCursors: () => boolean
  /** Forgets tabs that ended without a word. */
  forgetSilent: () => void
}

/** @param now epoch milliseconds */
export function createTabPeers(now: () => number): TabPeers {
  const peers = new Map<string, PeerWants & { isVisible: boolean, at: number }>()

  return {
    has: id => peers.has(id),
    note: (id, isVisible, wants = peers.get(id) ?? NOTHING) => void peers.set(id, { isVisible, focus: wants.focus, cursors: wants.cursors, at: now() }),
    remove: id => void peers.delete(id),
    isAnyVisible: () => [...peers.values()].some(({ isVisible, at }) => isVisible && Math.abs(now() - at) < TAB_TIMES.visibleForMs),
    open: () => [...peers.values()].flatMap(({ focus }) => focus),
    wantsCursors: () => [...peers.values()].some(({ cursors }) => cursors),
    forgetSilent() {
      for (const [id, { at }] of peers) {
        // As after a clock was set back.
        if (Math.abs(now() - at) >= TAB_TIMES.presentForMs)
          peers.delete(id)
      }
    },
  }
}
