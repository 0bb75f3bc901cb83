import type { TransportKind } from '#shared/config/features.ts'
import type { BoardId } from '#shared/kanban/board.ts'
import type { EpochMs, MatterId } from '#shared/kanban/matter.ts'
import type { BoardEvent, SaidData, SaidTopic } from '#shared/protocol/events.ts'
import type { CursorData } from '#shared/protocol/presence.ts'
import type { UpdatesAnswer } from '#shared/protocol/messages.ts'
import type { PersonalTag } from '#shared/protocol/personal.ts'
import type { ProblemCode } from '#shared/protocol/problems.ts'
import type { Clock, Timer } from './clock.ts'
import { Fault } from './fault.ts'
import type { DropCause, SocketEnd } from './socket-end.ts'
import { endWithoutTicket } from './socket-end.ts'
import type { OpenSocket } from './socket-like.ts'
import { createSocketRest } from './socket-rest.ts'
import { createSocketRetry } from './socket-retry.ts'
import type { SocketSession } from './socket-session.ts'
import { WAKE_PROBE_MS } from './socket-heartbeat.ts'
import { openSocketSession } from './socket-session.ts'
import { createTicketAsking } from './ticket-asking.ts'
import type { BoardPosition, HeartbeatOptions, PullOutcome, ReconnectOptions, TransportWishes } from './transport.ts'

export type ChannelState
  /** Not wanted, nothing to open it for yet, or nobody has looked for a long time. */
  = | { state: 'closed' }
    | { state: 'opening', attempt: number }
    | { state: 'live', since: EpochMs }
    | { state: 'waiting', attempt: number, retryAt: EpochMs, cause: DropCause }
    /** Asking again gives the same, until `retryNow`. */
    | { state: 'refused', code: string }

/** The reader's position is read so long after an answer was handed out: by then it is taken in. */
const MOVED_MS = 50

/** One board's socket, through all its lives: it is opened, watched, given up and opened again. */
export interface SocketChannel {
  readonly state: ChannelState
  /** The server goes on from where the reader stands: everything new comes by itself. */
  readonly isPlaced: boolean
  /** When the last frame came, epoch milliseconds; null for never. */
  readonly heardAt: EpochMs | null
  /** Wants this board; the same board again only says where its reader stands now. */
  join: (boardId: BoardId, position: () => BoardPosition) => void
  leave: () => void
  /**
   * Wants the socket. Ends when it is live or has failed once, and at once where there is nothing to open it for yet: no
   * board, or none of its rows.
   */
  open: () => Promise<void>
  close: () => void
  /** Tries at once, dropping what stands, and forgets all failures. */
  retryNow: () => Promise<void>
  /** It may go well now: tries at once what waits, though never before the server asked to come back. */
  nudge: () => void
  /** The reader's rows came, or moved on, by another way: opens it where it waited for them, and tells the server. */
  moved: () => void
  /** Asks what is new, in the stream's own order. Rejects with a `Fault`; where it isn't live, at once. */
  sync: (position: BoardPosition, signal?: AbortSignal) => Promise<PullOutcome>
  /** Rejects with a `Fault`. */
  say: <Topic extends SaidTopic>(topic: Topic, data: SaidData[Topic]) => Promise<void>
  focus: (matterIds: readonly MatterId[]) => void
  want: (wishes: TransportWishes) => void
  /** Says where somebody points, where it is live. */
  point: (data: CursorData) => void
  attend: (isLooking: boolean) => void
  /** Asks whether the server is there, and gives the socket up after so many milliseconds. */
  probe: (deadlineMs?: number) => void
  setReconnect: (options: ReconnectOptions) => void
  setHeartbeat: (options: HeartbeatOptions | false) => void
}

export interface SocketChannelOptions {
  openSocket: OpenSocket
  /** Rejects with a `Fault`. */
  ticket: (signal: AbortSignal) => Promise<string>
  clock: Clock
  /** Only what is urgent is to come by itself. @default false */
  urgent?: boolean
  /** It stands differently, or `isPlaced` does. */
  onState: (state: ChannelState) => void
  /** News that weren't asked for. An empty answer is a sign of life, one from above the reader's version a gap (`TransportEvents.updates`). */
  onAnswer: (boardId: BoardId, answer: UpdatesAnswer) => void
  onSaid: (boardId: BoardId, events: BoardEvent[]) => void
  /** The reader's personal tag; also where it is the one that the page has. */
  onOwn: (tag: PersonalTag) => void
  onMode: (transport: TransportKind) => void
  /** The server goes away, and asks to come back in so many milliseconds. */
  onMaintenance: (backIn: number) => void
  onError: (code: ProblemCode) => void
  /** A ping of ours was answered after so many milliseconds. */
  onRoundTrip?: (tookMs: number) => void
  /** A socket, or the attempt at one, came to nothing. Before `onState` tells what follows. */
  onDrop?: (cause: DropCause) => void
}

export function createSocketChannel(options: SocketChannelOptions): SocketChannel {
  const { clock, onState, urgent = false } = options
  const retry = createSocketRetry({ clock, onDue: begin })
  const rest = createSocketRest({ clock, isWanted: () => isWanted, onRest: beClosed })
  const asking = createTicketAsking({ clock, ticket: options.ticket, onTicket: start, onFault: noTicket })
  let state: ChannelState = { state: 'closed' }
  let board: { id: BoardId, position: () => BoardPosition } | null = null
  let isWanted = false
  let focused: readonly MatterId[] = []
  let wishes: TransportWishes = { cursors: false }
  let heartbeat: HeartbeatOptions | false = {}
  let session: SocketSession | null = null
  let heardAt: EpochMs | null = null
  let waiting: (() => void)[] = []
  let movedTimer: Timer | null = null
  /** A ticket was renewed since the last health; once is enough. */
  let hasRenewed = false
  /** What `bye` said about coming back, in milliseconds. */
  let comeBackAfter = 0

  function become(next: ChannelState): void {
    state = next
    if (next.state !== 'opening') {
      waiting.forEach(end => end())
      waiting = []
    }
    onState(next)
  }

  /** Asks for a ticket, if there is something to open a socket for and none is on its way. */
  function begin(): void {
    if (!isWanted || rest.isResting || asking.isUnderWay || session || state.state === 'refused')
      return
    retry.clear()
    if (!board || board.position().epoch === null)
      return beClosed()
    retry.begun()
    asking.start()
    become({ state: 'opening', attempt: retry.failures + 1 })
  }

  function noTicket(fault: Fault): void {
    const end = endWithoutTicket(fault)
    return end.kind === 'refused' ? refuse(end.code) : failed(end.cause, fault.retryAfterMs)
  }

  function start(ticket: string): void {
    const { id } = board!
    comeBackAfter = 0
    session = openSocketSession({
      openSocket: options.openSocket, clock, ticket, urgent, heartbeat, focus: focused, wishes,
      position: () => board!.position(),
      onLive: () => become({ state: 'live', since: clock.now() }),
      onPlaced: () => onState(state),
      onRoundTrip: tookMs => options.onRoundTrip?.(tookMs),
      onAnswer: answer => options.onAnswer(id, answer),
      onSaid: events => options.onSaid(id, events),
      onOwn: options.onOwn,
      onMode: options.onMode,
      onError: options.onError,
      onBye({ code, after }) {
        comeBackAfter = after
        if (code === 'drain')
          options.onMaintenance(after)
      },
      onEnd: ended,
    })
  }

  function ended(end: SocketEnd): void {
    dropSession()
    if (end.kind === 'refused')
      return refuse(end.code)
    if (end.kind === 'drop')
      return failed(end.cause, comeBackAfter)
    if (hasRenewed)
      return failed('server', comeBackAfter)
    hasRenewed = true
    begin()
  }

  function refuse(code: ProblemCode): void {
    options.onDrop?.('server')
    if (isIdle())
      become({ state: 'refused', code })
  }

  function failed(cause: DropCause, floorMs = 0): void {
    retry.failed(floorMs)
    options.onDrop?.(cause)
    if (!isIdle())
      return
    const retryAt = retry.plan(cause, floorMs, rest.isLooking)
    become({ state: 'waiting', attempt: retry.failures, retryAt, cause })
  }

  /** Still wanted, and nothing on its way: whoever heard of a drop may have closed or opened it. */
  function isIdle(): boolean {
    return isWanted && board !== null && !asking.isUnderWay && !session
  }

  function dropSession(): void {
    const dropped = session
    session = null
    if (!dropped)
      return
    heardAt = dropped.heardAt ?? heardAt
    if (state.state === 'live') {
      retry.stood(state.since)
      hasRenewed &&= retry.failures > 0
    }
    dropped.end()
  }

  /** Ends what is open or on its way; nothing is tried until `begin`. */
  function halt(): void {
    retry.clear()
    clock.clearTimer(movedTimer)
    asking.stop()
    dropSession()
  }

  function beClosed(): void {
    halt()
    if (state.state !== 'closed')
      become({ state: 'closed' })
  }

  function firstOutcome(): Promise<void> {
    return state.state === 'opening' ? new Promise(resolve => waiting.push(resolve)) : Promise.resolve()
  }

  function startAnew(): void {
    beClosed()
    retry.forget()
    hasRenewed = false
    begin()
  }

  function join(boardId: BoardId, position: () => BoardPosition): void {
    const isSame = board?.id === boardId
    board = { id: boardId, position }
    if (isSame)
      moved()
    else
      startAnew()
  }

  function leave(): void {
    board = null
    beClosed()
  }

  function open(): Promise<void> {
    isWanted = true
    rest.begin()
    if (state.state !== 'waiting')
      begin()
    return firstOutcome()
  }

  function close(): void {
    isWanted = false
    rest.end()
    beClosed()
  }

  function retryNow(): Promise<void> {
    isWanted = true
    rest.wake()
    startAnew()
    return firstOutcome()
  }

  function nudge(): void {
    if (state.state !== 'waiting')
      return
    const retryAt = retry.hasten(state.retryAt)
    if (retryAt !== null)
      become({ ...state, retryAt })
  }

  function moved(): void {
    clock.clearTimer(movedTimer)
    if (isWanted && (session || state.state === 'closed'))
      movedTimer = clock.setTimer(() => session ? session.reposition() : begin(), MOVED_MS)
  }

  function attend(isLooking: boolean): void {
    rest.attend(isLooking)
    if (!isLooking)
      return
    session?.probe(WAKE_PROBE_MS)
    nudge()
    if (rest.wake())
      begin()
  }

  return {
    get state() { return state },
    get isPlaced() { return session?.isPlaced ?? false },
    get heardAt() { return session?.heardAt ?? heardAt },
    join, leave, open, close, retryNow, nudge, moved, attend,
    sync: (position, signal) => session?.isLive && board?.id === position.boardId
      ? session.sync(position, signal)
      : Promise.reject(new Fault('network')),
    say: (topic, data) => session?.isLive ? session.say(topic, data) : Promise.reject(new Fault('network')),
    focus(matterIds) {
      focused = matterIds
      session?.focus(matterIds)
    },
    want(next) {
      wishes = next
      session?.want(next)
    },
    point: data => session?.isLive ? session.point(data) : undefined,
    probe: deadlineMs => session?.probe(deadlineMs),
    setReconnect: retry.set,
    setHeartbeat(next) {
      heartbeat = next
      session?.setHeartbeat(next)
    },
  }
}
