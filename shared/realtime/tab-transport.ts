import type { BoardId } from '#shared/kanban/board.ts'
import type { MemberId } from '#shared/kanban/member.ts'
import type { SaidData, SaidTopic } from '#shared/protocol/events.ts'
import type { PersonalTag } from '#shared/protocol/personal.ts'
import type { CursorData } from '#shared/protocol/presence.ts'
import type { Clock } from './clock.ts'
import { systemClock } from './clock.ts'
import type { Connection } from './connection.ts'
import { createConnectionEvents } from './connection-events.ts'
import { createBoardEventSource } from './derive-events.ts'
import { createTabFollower } from './tab-follower.ts'
import type { TabElection, TabRole } from './tab-leader.ts'
import { createTabElection } from './tab-leader.ts'
import type { LeaderReport, TabWish } from './tab-messages.ts'
import { tabsName } from './tab-messages.ts'
import { createTabPassing } from './tab-passing.ts'
import type { TabPorts } from './tab-ports.ts'
import { createTabWants } from './tab-wants.ts'
import { createToldOnce } from './told-once.ts'
import type { BoardPosition, KnownBoard, RealTimeTransport, TransportEvent } from './transport.ts'
import { createTransportEmitter } from './transport-events.ts'

/** A transport that this tab shares with the browser's other tabs of the same member and board (rules L1, L2). */
export interface TabTransport extends RealTimeTransport {
  /** `leader` and `alone` have a link of their own. */
  readonly role: TabRole
  /** The board whose news are wanted; null where none is open. */
  readonly boardId: BoardId | null
  /** The leading tab brings the news; there is no need to ask. While that is false, this tab asks for itself. */
  readonly isFollowing: boolean
  /** Hears when `role` or `isFollowing` may have changed; returns how to stop. `connection` is told then, too. */
  onRole: (listener: () => void) => () => void
  /** Forgets the board and what is open on it: whoever comes next joins anew. */
  forget: () => void
}

export interface TabTransportOptions {
  /** Who is signed in: tabs of two members have nothing to do with each other. Null stands alone. */
  memberId: () => MemberId | null
  ports: TabPorts
  /** Says something by HTTP, for a tab without a link of its own. Rejects with a `Fault`. */
  say: <Topic extends SaidTopic>(boardId: BoardId, topic: Topic, data: SaidData[Topic]) => Promise<void>
  /** The personal tag that the page has, as `inner` asks for it, too. @default () => null */
  own?: () => PersonalTag | null
  clock?: Clock
}

interface Joined {
  boardId: BoardId
  position: () => BoardPosition
  known: (() => KnownBoard | null) | undefined
}

/**
 * The tabs of one browser on one link. The leading tab has `inner` joined and passes on what comes; in the others
 * `inner` isn't joined and only carries what they ask and send by themselves.
 */
export function createTabTransport(inner: RealTimeTransport, options: TabTransportOptions): TabTransport {
  const { ports, memberId, say, own = () => null, clock = systemClock } = options
  const { on, off, tell } = createTransportEmitter()
  const roleListeners = new Set<() => void>()
  const connectionEvents = createConnectionEvents(tell, () => clock.now())
  const source = createBoardEventSource(tell, { known: boardId => joined?.boardId === boardId ? joined.known?.() ?? null : null })
  const isNew = createToldOnce()
  let joined: Joined | null = null
  let isOpen = false
  let isAwake = true
  let isStarted = false
  let election: TabElection | null = null
  let leaveInner: (() => void) | null = null
  let stopWaking: (() => void) | null = null
  /** As it was last told. */
  let wasFollowing = false
  /** This tab began anew: that the leader found the way closed for good may be over. */
  let doubtsEnd = false

  const position = () => joined?.position() ?? null
  /** What another tab shows, and this one doesn't, comes by the same link. */
  const isWanted = (event: TransportEvent): boolean => event !== 'cursor' || wants.own.cursors
  const wants = createTabWants({ link: inner, election: () => election })
  const passing = createTabPassing({ link: inner, clock, tell, source, position, election: () => election, isWanted, isNew })
  const follower = createTabFollower({
    clock, own, tell, source, position,
    isNew: (event, data) => isWanted(event) && isNew(event, data),
  })
  const role = (): TabRole => election?.role ?? 'alone'

  /** A board that was never read is read by its own tab first. */
  function isFollowing(): boolean {
    return election?.isLed === true && follower.report !== null && joined !== null && joined.position().epoch !== null
  }

  /** What an own exchange found out for good, the leader only doesn't know yet. */
  function connectionNow(): Connection {
    const own = inner.connection
    if (!isFollowing() || isEnd(own))
      return own
    const theirs = follower.report!.connection
    return doubtsEnd && isEnd(theirs) ? own : theirs
  }

  function tellConnection(): void {
    const now = connectionNow()
    connectionEvents.became(now)
    tell('connection', now)
  }

  function start(): void {
    if (!joined || !isOpen || !isAwake || isStarted)
      return
    isStarted = true
    passing.begin()
    const member = memberId()
    if (member !== null) {
      election = createTabElection({
        name: tabsName(member, joined.boardId),
        ports, clock,
        wants: () => wants.own,
        report: makeReport,
        onRole: settle,
        onReport: takeReport,
        onNews: follower.takeNews,
        onFollower: heedFollower,
        onPoint: data => void inner.emit('cursor', data),
      })
    }
    settle()
  }

  function stop(): void {
    if (!isStarted)
      return
    isStarted = false
    const former = election
    election = null
    follower.forget()
    leaveInner?.()
    leaveInner = null
    former?.close()
    settle()
  }

  /** Has the link that the role is due. */
  function settle(): void {
    const hasLink = isStarted && role() !== 'follower'
    if (hasLink && !leaveInner) {
      follower.begin()
      leaveInner = inner.join(joined!.boardId, joined!.position, joined!.known)
    }
    if (!hasLink && leaveInner) {
      leaveInner()
      leaveInner = null
    }
    wants.pass()
    wasFollowing = isFollowing()
    tellConnection()
    roleListeners.forEach(listener => listener())
  }

  function makeReport(): LeaderReport {
    wants.pass()
    const { connection, delivers, lastConnected } = inner
    return { position: joined!.position(), asOf: passing.asOf, connection, delivers, lastConnected, own: own() }
  }

  function takeReport(report: LeaderReport): void {
    doubtsEnd &&= isEnd(report.connection)
    const isDifferent = follower.takeReport(report)
    if (isFollowing() !== wasFollowing)
      settle()
    else if (wasFollowing && isDifferent)
      tellConnection()
  }

  function heedFollower(wish: TabWish): void {
    wants.pass()
    if (wish === 'probe')
      inner.attend(true)
    if (wish === 'reconnect')
      void inner.reconnect()
  }

  inner.on('connection', () => {
    tellConnection()
    election?.beat()
  })

  function join(boardId: BoardId, position: () => BoardPosition, known?: () => KnownBoard | null): () => void {
    stop()
    const mine = joined = { boardId, position, known }
    start()
    return () => {
      if (joined !== mine)
        return
      stop()
      joined = null
    }
  }

  function takePart(): void {
    isOpen = true
    stopWaking ??= ports.onAwake((next) => {
      isAwake = next
      if (next)
        start()
      else
        stop()
    })
    start()
  }

  function connect(): Promise<void> {
    takePart()
    return inner.connect()
  }

  function reconnect(): Promise<void> {
    takePart()
    doubtsEnd = isFollowing()
    if (doubtsEnd)
      election!.announce('reconnect')
    return inner.reconnect()
  }

  function disconnect(): void {
    isOpen = false
    stopWaking?.()
    stopWaking = null
    isAwake = true
    stop()
    inner.disconnect()
  }

  function forget(): void {
    stop()
    joined = null
    wants.focus([])
  }

  return {
    get kind() { return inner.kind },
    get connection() { return connectionNow() },
    get delivers() { return isFollowing() ? follower.report!.delivers : inner.delivers },
    get lastConnected() { return isFollowing() ? follower.report!.lastConnected : inner.lastConnected },
    get role() { return role() },
    get boardId() { return joined?.boardId ?? null },
    get isFollowing() { return isFollowing() },
    isConnected: () => connectionNow().state === 'live',
    connect, reconnect, disconnect, on, off, join,
    pull: passing.pull,
    setReconnectOptions: inner.setReconnectOptions,
    enableHeartbeat: inner.enableHeartbeat,
    async emit(topic, data) {
      if (role() !== 'follower')
        return await inner.emit(topic, data)
      if (topic === 'cursor')
        return election!.point(data as CursorData)
      return await say(joined!.boardId, topic, data)
    },
    focus(matterIds) {
      wants.focus(matterIds)
      election?.announce('nothing')
    },
    want(next) {
      wants.want(next)
      election?.announce('nothing')
    },
    attend(isLooking) {
      inner.attend(isLooking)
      // What is looked at is awake, whatever was heard of it.
      isAwake ||= isLooking
      start()
      election?.attend(isLooking)
    },
    send: inner.send,
    presence: inner.presence,
    compare: inner.compare,
    forget,
    onRole(listener) {
      roleListeners.add(listener)
      return () => roleListeners.delete(listener)
    },
  }
}

/** Asking again gives the same, until somebody signs in or the page is another. */
function isEnd(connection: Connection): boolean {
  return connection.state === 'refused' || (connection.state === 'paused' && connection.reason === 'signed-out')
}
