import type { MatterId } from '#shared/kanban/matter.ts'
import type { CursorData } from '#shared/protocol/presence.ts'
import type { Clock, Timer } from './clock.ts'
import type { LeaderNews, LeaderReport, TabMessage, TabWish, TabWord } from './tab-messages.ts'
import { createTabClaim } from './tab-claim.ts'
import { isTabMessage, TAB_VERSION } from './tab-messages.ts'
import type { PeerWants } from './tab-peers.ts'
import { createTabPeers } from './tab-peers.ts'
import type { TabPorts } from './tab-ports.ts'
import { TAB_TIMES } from './tab-times.ts'

/** `alone`: this tab has no others, or can't agree with them. */
export type TabRole = 'alone' | 'leader' | 'follower'

export interface TabElectionOptions {
  /** Of the lock and the channel. */
  name: string
  ports: TabPorts
  clock: Clock
  /** What this tab has open and wants. */
  wants: () => PeerWants
  /** What the leader's beats say. */
  report: () => LeaderReport
  /** `role` or `isLed` has changed. */
  onRole: () => void
  /** A beat of the leader. */
  onReport: (report: LeaderReport) => void
  /** What the leader passes on. */
  onNews: (news: LeaderNews) => void
  /** To the leader: a follower is there, or wants something. */
  onFollower: (wish: TabWish) => void
  /** To the leader: the member points somewhere in a follower. */
  onPoint: (data: CursorData) => void
}

/** One tab's part in electing the leader of a board (rules L1, L2). */
export interface TabElection {
  readonly role: TabRole
  /** A follower whose leader was heard of lately. */
  readonly isLed: boolean
  /** The open matters of other tabs, as the leader knows them. */
  openElsewhere: () => MatterId[]
  /** Whether another tab wants to see where others point, as the leader knows it. */
  wantsCursorsElsewhere: () => boolean
  /** Somebody looks at this tab (again), or nobody does. */
  attend: (isVisible: boolean) => void
  /** As the leader: passes on what came. */
  share: (news: LeaderNews) => void
  /** As the leader: says at once how things stand. */
  beat: () => void
  /** As a follower: tells the leader what is open, and what is wanted. */
  announce: (wish: TabWish) => void
  /** As a follower: has the leader say where the member points. */
  point: (data: CursorData) => void
  /** Leaves; the next tab leads. */
  close: () => void
}

/** Two terms may be equal when two tabs take the lock in the same moment. */
interface Rank {
  term: number
  id: string
}

const outranks = (a: Rank, b: Rank): boolean => a.term > b.term || (a.term === b.term && a.id > b.id)

/** Takes part from now on, until `close`. */
export function createTabElection(options: TabElectionOptions): TabElection {
  const { name, ports, clock } = options
  const { locks } = ports
  const channel = locks && ports.openChannel(name)
  const id = ports.makeId()
  const peers = createTabPeers(() => clock.now())
  const claim = locks && channel && createTabClaim({ name, locks, onHeld: lead, onLost: lose, onRefused: standAlone })
  let role: TabRole = claim ? 'follower' : 'alone'
  let wasLed = false
  let isVisible = ports.isVisible()
  let isClosed = false
  /** The newest leader that was heard of. */
  let top: Rank = { term: 0, id: '' }
  let heardAt: number | null = null
  /** Since when a leader is waited for that was never heard. */
  let followerSince = clock.now()
  let awakeAt = followerSince
  let beatTimer: Timer | null = null
  let quietTimer: Timer | null = null
  let stealTimer: Timer | null = null
  let hereTimer: Timer | null = null

  function post(word: TabWord): void {
    channel?.post({ v: TAB_VERSION, from: id, term: top.term, ...word } as TabMessage)
  }

  function isLed(): boolean {
    const freshFor = isVisible ? TAB_TIMES.quietMs : TAB_TIMES.hiddenQuietMs
    return role === 'follower' && heardAt !== null && Math.abs(clock.now() - heardAt) < freshFor
  }

  function review(): void {
    const led = isLed()
    if (led === wasLed)
      return
    wasLed = led
    options.onRole()
  }

  function become(next: TabRole): void {
    if (role === next)
      return
    role = next
    wasLed = isLed()
    options.onRole()
  }

  /** Puts this tab where it belongs, by what it knows now. */
  function plan(): void {
    if (isClosed || role === 'alone')
      return
    if (role === 'leader') {
      if (!isVisible && peers.isAnyVisible())
        stepDown()
      return
    }
    if (isVisible || !peers.isAnyVisible())
      claim?.raise()
    else
      claim?.drop()
    watch()
  }

  function lose(): void {
    if (role === 'leader')
      stepDown()
    else
      plan()
  }

  /** The browser gives no locks after all: nothing can be agreed on. */
  function standAlone(): void {
    leave()
    become('alone')
  }

  function lead(): void {
    top = { term: Math.max(top.term + 1, clock.now()), id }
    clock.clearTimer(quietTimer)
    clock.clearTimer(stealTimer)
    become('leader')
    beat()
  }

  function stepDown(): void {
    claim?.drop()
    clock.clearTimer(beatTimer)
    heardAt = null
    followerSince = awakeAt = clock.now()
    become('follower')
    announce('nothing')
    plan()
  }

  function beat(): void {
    if (role !== 'leader' || isClosed)
      return
    peers.forgetSilent()
    post({ kind: 'beat', isVisible, report: options.report() })
    clock.clearTimer(beatTimer)
    beatTimer = clock.setTimer(beat, TAB_TIMES.beatMs)
  }

  /** Looks out for a leader that falls silent. */
  function watch(): void {
    clock.clearTimer(quietTimer)
    clock.clearTimer(stealTimer)
    if (role !== 'follower' || !isVisible)
      return
    const silentSince = heardAt ?? followerSince
    quietTimer = clock.setTimer(review, silentSince + TAB_TIMES.quietMs - clock.now())
    const stealAt = Math.max(silentSince + TAB_TIMES.stealMs, awakeAt + TAB_TIMES.graceMs) + clock.random() * TAB_TIMES.spreadMs
    stealTimer = clock.setTimer(() => steal(stealAt), stealAt - clock.now())
  }

  function steal(dueAt: number): void {
    const now = clock.now()
    // A timer that is late slept together with the leader.
    const slept = now - dueAt > TAB_TIMES.beatMs
    awakeAt = now
    if (!slept)
      claim?.steal()
    watch()
  }

  function announce(wish: TabWish): void {
    if (role !== 'follower' || isClosed)
      return
    peers.forgetSilent()
    const { focus, cursors } = options.wants()
    post({ kind: 'here', isVisible, focus: [...focus], wantsCursors: cursors, wish })
    clock.clearTimer(hereTimer)
    hereTimer = clock.setTimer(() => {
      announce('nothing')
      plan()
    }, TAB_TIMES.hereMs)
  }

  function hear(message: unknown): void {
    if (isClosed || role === 'alone' || !isTabMessage(message) || message.from === id)
      return
    if (message.kind === 'beat' || message.kind === 'news')
      hearLeader(message)
    else
      hearFollower(message)
  }

  function hearLeader(message: Extract<TabMessage, { kind: 'beat' | 'news' }>): void {
    const rank = { term: message.term, id: message.from }
    if (outranks(top, rank)) {
      if (message.kind === 'beat')
        post({ kind: 'outdated' })
      return
    }
    const isNew = outranks(rank, top)
    top = rank
    if (role === 'leader')
      stepDown()
    heardAt = clock.now()
    if (message.kind === 'beat')
      peers.note(message.from, message.isVisible)
    plan()
    if (message.kind === 'beat')
      options.onReport(message.report)
    else
      options.onNews(message.news)
    review()
    if (isNew)
      announce('nothing')
  }

  function hearFollower(message: Exclude<TabMessage, { kind: 'beat' | 'news' }>): void {
    const isNew = !peers.has(message.from)
    if (message.kind === 'leave')
      peers.remove(message.from)
    if (message.kind === 'here')
      peers.note(message.from, message.isVisible, { focus: message.focus, cursors: message.wantsCursors })
    if (message.term > top.term) {
      top = { term: message.term, id: '' }
      if (role === 'leader')
        stepDown()
    }
    plan()
    // It may have given way to that follower.
    if (role !== 'leader' || message.kind === 'outdated')
      return
    if (message.kind === 'point')
      return options.onPoint(message.data)
    const wish = message.kind === 'here' ? message.wish : 'nothing'
    options.onFollower(wish)
    if (message.kind === 'here' && (isNew || wish !== 'nothing'))
      beat()
  }

  function attend(next: boolean): void {
    if (next && !isVisible)
      awakeAt = clock.now()
    isVisible = next
    if (role === 'leader')
      beat()
    else
      announce(next ? 'probe' : 'nothing')
    plan()
    review()
  }

  /** Does no more of an election. */
  function leave(): void {
    post({ kind: 'leave' })
    claim?.drop()
    for (const timer of [beatTimer, quietTimer, stealTimer, hereTimer])
      clock.clearTimer(timer)
    channel?.close()
  }

  function close(): void {
    if (isClosed)
      return
    isClosed = true
    if (role !== 'alone')
      leave()
  }

  channel?.onMessage(hear)
  announce(isVisible ? 'probe' : 'nothing')
  plan()

  return {
    get role() { return role },
    get isLed() { return isLed() },
    openElsewhere: peers.open,
    wantsCursorsElsewhere: peers.wantsCursors,
    point: data => role === 'follower' && !isClosed ? post({ kind: 'point', data }) : undefined,
    attend,
    share: news => role === 'leader' && !isClosed ? post({ kind: 'news', news }) : undefined,
    beat, announce, close,
  }
}
