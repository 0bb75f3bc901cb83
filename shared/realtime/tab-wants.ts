import type { MatterId } from '#shared/kanban/matter.ts'
import { SOCKET_LIMITS } from '#shared/protocol/socket.ts'
import type { TabElection } from './tab-leader.ts'
import type { PeerWants } from './tab-peers.ts'
import type { RealTimeTransport, TransportWishes } from './transport.ts'

export interface TabWantsOptions {
  /** The link of this tab. */
  link: Pick<RealTimeTransport, 'focus' | 'want'>
  /** This tab's part among the others; null while it has none. */
  election: () => Pick<TabElection, 'role' | 'openElsewhere' | 'wantsCursorsElsewhere'> | null
}

/** What the tabs want of their one link: the matters that are open in any of them are urgent to all, and where others point comes if any tab shows it. */
export interface TabWants {
  /** What this tab wants by itself. */
  readonly own: PeerWants
  focus: (matterIds: readonly MatterId[]) => void
  want: (wishes: TransportWishes) => void
  /** Tells the link what all want, where that differs from what it was told. A follower's link isn't told. */
  pass: () => void
}

export function createTabWants({ link, election }: TabWantsOptions): TabWants {
  let open: readonly MatterId[] = []
  let wishes: TransportWishes = { cursors: false }
  let passedOpen = ''
  let passedCursors = false

  function pass(): void {
    const others = election()
    if (others?.role === 'follower')
      return
    const cursors = wishes.cursors || (others?.wantsCursorsElsewhere() ?? false)
    if (cursors !== passedCursors) {
      passedCursors = cursors
      link.want({ cursors })
    }
    const all = [...new Set([...open, ...others?.openElsewhere() ?? []])].slice(0, SOCKET_LIMITS.openMatters)
    if (all.join() === passedOpen)
      return
    passedOpen = all.join()
    link.focus(all)
  }

  return {
    get own() { return { focus: open, cursors: wishes.cursors } },
    focus(matterIds) {
      open = [...matterIds]
      pass()
    },
    want(next) {
      wishes = { ...next }
      pass()
    },
    pass,
  }
}
