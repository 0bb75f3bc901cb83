import type { BoardId } from '#shared/kanban/board.ts'
import type { MatterId } from '#shared/kanban/matter.ts'
import { REAL_TIME_EVENTS } from '#shared/protocol/events.ts'
import type { Clock } from './clock.ts'
import { systemClock } from './clock.ts'
import { createConnectionEvents } from './connection-events.ts'
import { toFault } from './fault.ts'
import { createTransportEmitter } from './transport-events.ts'
import type {
  BoardPosition, HeartbeatOptions, KnownBoard, RealTimeTransport, ReconnectOptions, TransportEvent, TransportEvents, TransportWishes,
} from './transport.ts'

/** What is passed on as it comes. When the link was established, lost and restored goes by what is seen of it here, over all swaps. */
const RELAYED = [
  'updates', 'policy', ...REAL_TIME_EVENTS.filter(event => !event.startsWith('connection:')),
] as const satisfies readonly TransportEvent[]

/** A transport whose inside can be changed while people listen to it. */
export interface SwitchableTransport extends RealTimeTransport {
  /** Puts another transport inside: it is told all that the one before was told, and connected when that was to be. */
  swap: (next: RealTimeTransport) => void
}

interface Joined {
  boardId: BoardId
  position: () => BoardPosition
  known: (() => KnownBoard | null) | undefined
  leave: () => void
}

/** One transport for good, around one that may change: its listeners stay (rule T1). */
export function createSwitchableTransport(first: RealTimeTransport, { clock = systemClock }: { clock?: Clock } = {}): SwitchableTransport {
  const { on, off, tell } = createTransportEmitter()
  const connectionEvents = createConnectionEvents(tell, () => clock.now())
  let inner = first
  let isWanted = false
  let joined: Joined | null = null
  let focused: readonly MatterId[] | null = null
  let wishes: TransportWishes | null = null
  let isLooking: boolean | null = null
  let reconnectOptions: ReconnectOptions | null = null
  let heartbeat: HeartbeatOptions | false | null = null
  let connectedBefore: number | null = null
  let stop = listen()

  function listen(): () => void {
    const stops = RELAYED.map(event => inner.on(event, (data: TransportEvents[typeof event]) => tell(event, data)))
    const stopConnection = inner.on('connection', tellConnection)
    return () => [...stops, stopConnection].forEach(stopOne => stopOne())
  }

  function tellConnection(): void {
    connectionEvents.became(inner.connection)
    tell('connection', inner.connection)
  }

  function swap(next: RealTimeTransport): void {
    const before = inner
    if (next === before)
      return
    stop()
    connectedBefore = lastConnected()
    inner = next
    if (reconnectOptions)
      next.setReconnectOptions(reconnectOptions)
    if (heartbeat !== null)
      next.enableHeartbeat(heartbeat)
    if (focused)
      next.focus(focused)
    if (wishes)
      next.want(wishes)
    if (isLooking !== null)
      next.attend(isLooking)
    stop = listen()
    const leaveBefore = joined?.leave
    if (joined)
      joined.leave = next.join(joined.boardId, joined.position, joined.known)
    if (isWanted)
      void next.connect()
    leaveBefore?.()
    before.disconnect()
    tellConnection()
  }

  function lastConnected(): number | null {
    const now = inner.lastConnected
    return now === null || connectedBefore === null ? now ?? connectedBefore : Math.max(now, connectedBefore)
  }

  /**
   * Asks the one inside; what was under way when another took its place is asked of that one again. So is a pull whose
   * answer came too late for a swap: nobody heard the events in it.
   */
  async function ask<Answer>(question: (transport: RealTimeTransport) => Promise<Answer>, signal?: AbortSignal, isPull = false): Promise<Answer> {
    const asked = inner
    const isSwapped = () => inner !== asked && !signal?.aborted
    try {
      const answer = await question(asked)
      if (!isPull || !isSwapped())
        return answer
    }
    catch (error) {
      if (!isSwapped() || toFault(error).kind !== 'network')
        throw error
    }
    return ask(question, signal, isPull)
  }

  return {
    get kind() { return inner.kind },
    get connection() { return inner.connection },
    get delivers() { return inner.delivers },
    get lastConnected() { return lastConnected() },
    isConnected: () => inner.isConnected(),
    connect() {
      isWanted = true
      return inner.connect()
    },
    disconnect() {
      isWanted = false
      inner.disconnect()
    },
    reconnect() {
      isWanted = true
      return inner.reconnect()
    },
    setReconnectOptions(options) {
      reconnectOptions = { ...reconnectOptions, ...options }
      inner.setReconnectOptions(options)
    },
    enableHeartbeat(options) {
      heartbeat = options
      inner.enableHeartbeat(options)
    },
    on, off,
    emit: (topic, data) => inner.emit(topic, data),
    join(boardId, position, known) {
      const mine: Joined = { boardId, position, known, leave: inner.join(boardId, position, known) }
      joined = mine
      return () => {
        mine.leave()
        if (joined === mine)
          joined = null
      }
    },
    focus(matterIds) {
      focused = matterIds
      inner.focus(matterIds)
    },
    want(next) {
      wishes = next
      inner.want(next)
    },
    attend(looks) {
      isLooking = looks
      inner.attend(looks)
    },
    pull: (position, signal) => ask(transport => transport.pull(position, signal), signal, true),
    send: (boardId, cid, items, signal) => ask(transport => transport.send(boardId, cid, items, signal), signal),
    presence: (boardId, signal) => ask(transport => transport.presence(boardId, signal), signal),
    compare: (rows, signal) => ask(transport => transport.compare(rows, signal), signal),
    swap,
  }
}
