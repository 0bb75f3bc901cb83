import type { MatterId } from '#shared/kanban/matter.ts'
import type { Clock, Timer } from './clock.ts'
import type { LeaderNews, LeaderReport, TabMessage, TabWish, TabWord } from './tab-messages.ts'
import { isTabMessage, TAB_VERSION } from './tab-messages.ts'

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

/** `alone`: this tab has no others, or can't agree with them. */
export type TabRole = 'alone' | 'leader' | 'follower'

export interface TabElectionOptions {
  /** Of the lock and the channel. */
  name: string
  ports: TabPorts
  clock: Clock
  /** The matters that this tab has open. */
  focus: () => readonly MatterId[]
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
}

/** One tab's part in electing the leader of a board (rules L1, L2). */
export interface TabElection {
  readonly role: TabRole
  /** A follower whose leader was heard of lately. */
  readonly isLed: boolean
  /** The open matters of other tabs, as the leader knows them. */
  openElsewhere: () => MatterId[]
  /** Somebody looks at this tab (again), or nobody does. */
  attend: (isVisible: boolean) => void
  /** As the leader: passes on what came. */
  share: (news: LeaderNews) => void
  /** As the leader: says at once how things stand. */
  beat: () => void
  /** As a follower: tells the leader what is open, and what is wanted. */
  announce: (wish: TabWish) => void
  /** Leaves; the next tab leads. */
  close: () => void
}

/** How long is what, in milliseconds. */
export const TAB_TIMES = {
  beatMs: 2_000,
  /** So long without a beat, then a visible follower asks for itself. */
  quietMs: 6_000,
  /** Timers of hidden tabs may run once a minute. */
  hiddenQuietMs: 90_000,
  /** So long without a beat, then a visible follower takes the lock. */
  stealMs: 10_000,
  /** By chance up to so much later, so that not all do it at once. */
  spreadMs: 500,
  /** Who has just been shown or has slept gives the leader so long to be heard. */
  graceMs: 4_000,
  /** Followers say so often that they are there. */
  hereMs: 10_000,
  /** A tab that said it is visible, and then nothing, isn't after so long. */
  visibleForMs: 30_000,
  /** And it isn't there any more. */
  presentForMs: 150_000,
} as const

interface Claim {
  waiting: AbortController
  /** Gives the lock back; null while it isn't held. */
  release: (() => void) | null
}

interface Peer {
  isVisible: boolean
  focus: readonly MatterId[]
  at: number
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
  const peers = new Map<string, Peer>()
  const bornAt = clock.now()
  let role: TabRole = locks && channel ? 'follower' : 'alone'
  let wasLed = false
  let isVisible = ports.isVisible()
  let isClosed = false
  /** The newest leader that was heard of. */
  let top: Rank = { term: 0, id: '' }
  let heardAt: number | null = null
  let awakeAt = bornAt
  let claim: Claim | null = null
  let beatTimer: Timer | null = null
  let quietTimer: Timer | null = null
  let stealTimer: Timer | null = null
  let hereTimer: Timer | null = null

  function post(word: TabWord): void {
    channel?.post({ v: TAB_VERSION, from: id, term: top.term, ...word } as TabMessage)
  }

  function isLed(): boolean {
    const freshFor = isVisible ? TAB_TIMES.quietMs : TAB_TIMES.hiddenQuietMs
    return role === 'follower' && heardAt !== null && clock.now() - heardAt < freshFor
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

  /** Whether another tab is looked at, and so is to lead. */
  function isAnotherVisible(): boolean {
    const since = clock.now() - TAB_TIMES.visibleForMs
    return [...peers.values()].some(peer => peer.isVisible && peer.at > since)
  }

  /** Puts this tab where it belongs, by what it knows now. */
  function plan(): void {
    if (isClosed || role === 'alone')
      return
    if (role === 'leader') {
      if (!isVisible && isAnotherVisible())
        stepDown()
      return
    }
    const wants = isVisible || !isAnotherVisible()
    if (wants && !claim)
      queue({})
    else if (!wants)
      letGo()
    watch()
  }

  function queue(how: { steal?: true }): void {
    const mine: Claim = { waiting: new AbortController(), release: null }
    claim = mine
    const hold = (): Promise<void> => claim === mine
      ? new Promise((resolve) => {
          mine.release = resolve
          lead()
        })
      : Promise.resolve()
    locks!.request(name, how.steal ? how : { signal: mine.waiting.signal }, hold).then(() => lose(mine), () => {
      if (claim === mine && !isClosed)
        standAlone()
    })
  }

  /** The lock went to another tab, for a frozen one perhaps before it knew that it had it. */
  function lose(mine: Claim): void {
    if (claim !== mine || isClosed)
      return
    claim = null
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

  /** Gives back what is held, and waits no longer. */
  function letGo(): void {
    const former = claim
    claim = null
    former?.release?.()
    if (former?.release === null)
      former.waiting.abort()
  }

  function lead(): void {
    top = { term: Math.max(top.term + 1, clock.now()), id }
    clock.clearTimer(quietTimer)
    clock.clearTimer(stealTimer)
    become('leader')
    beat()
  }

  function stepDown(): void {
    letGo()
    clock.clearTimer(beatTimer)
    heardAt = null
    awakeAt = clock.now()
    become('follower')
    announce('nothing')
    plan()
  }

  function beat(): void {
    if (role !== 'leader' || isClosed)
      return
    forgetPeers()
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
    const silentSince = heardAt ?? bornAt
    quietTimer = clock.setTimer(review, silentSince + TAB_TIMES.quietMs - clock.now())
    const stealAt = Math.max(silentSince + TAB_TIMES.stealMs, awakeAt + TAB_TIMES.graceMs) + clock.random() * TAB_TIMES.spreadMs
    stealTimer = clock.setTimer(() => steal(stealAt), stealAt - clock.now())
  }

  function steal(dueAt: number): void {
    const now = clock.now()
    // A timer that is late slept together with the leader.
    const slept = now - dueAt > TAB_TIMES.beatMs
    awakeAt = now
    if (!slept) {
      letGo()
      queue({ steal: true })
    }
    watch()
  }

  function announce(wish: TabWish): void {
    if (role !== 'follower' || isClosed)
      return
    forgetPeers()
    post({ kind: 'here', isVisible, focus: [...options.focus()], wish })
    clock.clearTimer(hereTimer)
    hereTimer = clock.setTimer(() => {
      announce('nothing')
      plan()
    }, TAB_TIMES.hereMs)
  }

  function forgetPeers(): void {
    const since = clock.now() - TAB_TIMES.presentForMs
    for (const [peer, { at }] of peers) {
      if (at <= since)
        peers.delete(peer)
    }
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
      peers.set(message.from, { focus: [], ...peers.get(message.from), isVisible: message.isVisible, at: heardAt })
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
      peers.delete(message.from)
    if (message.kind === 'here')
      peers.set(message.from, { isVisible: message.isVisible, focus: message.focus, at: clock.now() })
    if (message.term > top.term) {
      top = { term: message.term, id: '' }
      if (role === 'leader')
        stepDown()
    }
    plan()
    // It may have given way to that follower.
    if (role !== 'leader' || message.kind === 'outdated')
      return
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
    letGo()
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
    openElsewhere: () => [...peers.values()].flatMap(({ focus }) => focus),
    attend,
    share: news => role === 'leader' && !isClosed ? post({ kind: 'news', news }) : undefined,
    beat, announce, close,
  }
}
