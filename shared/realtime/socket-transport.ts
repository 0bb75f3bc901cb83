import type { TransportKind } from '#shared/config/features.ts'
import type { CursorData } from '#shared/protocol/presence.ts'
import type { Connection, SocketLack } from './connection.ts'
import type { HttpExchange } from './http-exchange.ts'
import type { DropCause } from './socket-end.ts'
import type { ChannelState, SocketChannel, SocketChannelOptions } from './socket-channel.ts'
import { createSocketChannel } from './socket-channel.ts'
import { createCursorPace } from './cursor-pace.ts'
import type { TransportOptions } from './transport-base.ts'
import { createTransportBase } from './transport-base.ts'
import type { BoardPosition, Delivers, PullOutcome, RealTimeTransport } from './transport.ts'

/**
 * Beside a live socket it is asked by HTTP this often, so that a socket that lies is found out within a minute: a poller that
 * asks every 60 s does so up to a tenth early.
 */
const SAFETY_MS = 50_000

export interface SocketTransportOptions extends TransportOptions, Pick<SocketChannelOptions, 'urgent' | 'onRoundTrip'> {
  kind: Exclude<TransportKind, 'polling' | 'off'>
  /** The socket stands differently; before listeners hear of it. */
  onState?: (state: ChannelState) => void
  onDrop?: (cause: DropCause) => void
  /** An exchange by HTTP went well and took so long, or (null) failed. */
  onTrip?: (tookMs: number | null) => void
  /** Why news come by polling, where that is more than what the socket says. */
  lacks?: (state: ChannelState) => SocketLack | null
}

/** A transport with both halves, and the halves. */
export interface SocketTransport {
  transport: RealTimeTransport
  channel: SocketChannel
  http: HttpExchange
  /** Tells how the link stands, if `lacks` has made that another. */
  refresh: () => void
}

/** Asks over the socket while that is live, and by HTTP while it isn't. */
export function createSocketTransport(options: SocketTransportOptions): SocketTransport {
  const { kind, openSocket, urgent = false, lacks } = options
  const base = createTransportBase({ ...options, onHttp })
  const { clock, http, tell } = base
  const channel = createSocketChannel({
    openSocket, clock, urgent,
    ticket: http.ticket,
    onState(state) {
      options.onState?.(state)
      refresh()
    },
    onDrop: options.onDrop,
    onRoundTrip: options.onRoundTrip,
    onAnswer: base.pushed,
    onSaid: base.said.pushed,
    onOwn: base.owned,
    onMode: transport => tell('policy', { transport }),
    onMaintenance: backIn => tell('system:maintenance', { backIn }),
    onError: code => tell('system:error', { code }),
  })
  const cursor = createCursorPace(clock, channel.point)
  let joins = 0
  let polledAt = -Infinity

  function onHttp(connection: Connection, before: Connection): void {
    refresh()
    // The server is back, or somebody has signed in: what kept the socket away may be over.
    if (connection.state !== 'live' || before.state === 'connecting')
      return
    if (channel.state.state === 'refused' && channel.state.code === 'UNAUTHENTICATED')
      void channel.retryNow()
    else
      channel.nudge()
  }

  function connectionNow(): Connection {
    const { connection } = http
    if (connection.state !== 'live' && connection.state !== 'waiting' && connection.state !== 'connecting')
      return connection
    if (channel.state.state === 'live')
      return { state: 'live', since: channel.state.since, via: 'socket' }
    return connection.state === 'live' ? { ...connection, lacks: lacks?.(channel.state) ?? lackOf(channel.state) } : connection
  }

  function deliversNow(): Delivers {
    return channel.isPlaced ? (urgent ? 'urgent' : 'all') : 'nothing'
  }

  function refresh(): void {
    base.stand(connectionNow(), deliversNow())
  }

  /** Over the socket, so that what comes next follows on what was answered; by HTTP where that can't be, and now and then all the same. */
  async function pull(position: BoardPosition, signal?: AbortSignal): Promise<PullOutcome> {
    // A socket for what is urgent keeps the rest back, of what members say, too: all of that comes with a poll.
    // Neither does a clock that was set back put off the safe way.
    const sincePoll = clock.now() - polledAt
    const isDue = urgent || sincePoll >= SAFETY_MS || sincePoll < 0
    const overSocket = isDue ? null : await pullOverSocket(position, signal)
    if (overSocket)
      return overSocket
    try {
      return await pullByHttp(position, signal)
    }
    catch (error) {
      const other = isDue && http.connection.state === 'waiting' ? await pullOverSocket(position, signal) : null
      if (!other)
        throw error
      return other
    }
  }

  /** Null where it can't be: no live socket, a full read, or an answer that didn't come. */
  async function pullOverSocket(position: BoardPosition, signal?: AbortSignal): Promise<PullOutcome | null> {
    if (!channel.isPlaced || position.epoch === null || position.boardId !== base.boardId || signal?.aborted)
      return null
    const outcome = await channel.sync(position, signal).catch(() => null)
    if (outcome)
      base.pulled(position.boardId, outcome)
    return outcome
  }

  async function pullByHttp(position: BoardPosition, signal?: AbortSignal): Promise<PullOutcome> {
    const outcome = await base.pull(position, signal)
    if (position.boardId !== base.boardId || outcome.kind === 'reset')
      return outcome
    polledAt = clock.now()
    // The reader goes on from there, by what this answer brought; the server is told.
    channel.moved()
    return outcome
  }

  const transport: RealTimeTransport = {
    kind,
    get connection() { return connectionNow() },
    get delivers() { return deliversNow() },
    get lastConnected() {
      const at = Math.max(http.answeredAt ?? -Infinity, channel.heardAt ?? -Infinity)
      return at === -Infinity ? null : at
    },
    isConnected: () => connectionNow().state === 'live',
    connect() {
      http.open()
      return channel.open()
    },
    disconnect() {
      cursor.stop()
      channel.close()
      http.close()
    },
    reconnect() {
      http.restart()
      return channel.retryNow()
    },
    setReconnectOptions: channel.setReconnect,
    enableHeartbeat: channel.setHeartbeat,
    focus: channel.focus,
    want: channel.want,
    attend: channel.attend,
    on: base.on,
    off: base.off,
    async emit(topic, data) {
      if (topic === 'cursor')
        return cursor.point(data as CursorData)
      return base.boardId !== null && channel.state.state === 'live' ? await channel.say(topic, data) : await base.emit(topic, data)
    },
    join(boardId, position, known) {
      const joined = ++joins
      cursor.stop()
      base.join(boardId, known)
      polledAt = -Infinity
      channel.join(boardId, position)
      return () => {
        if (joined !== joins)
          return
        cursor.stop()
        base.leave()
        channel.leave()
      }
    },
    pull,
    send: http.send,
    presence: http.presence,
    compare: http.compare,
  }

  return { transport, channel, http, refresh }
}

function lackOf(state: ChannelState): SocketLack {
  switch (state.state) {
    case 'waiting': return state.cause === 'blocked' ? 'blocked' : 'unsteady'
    case 'refused': return 'refused'
    case 'closed':
    case 'opening':
    case 'live': return 'opening'
    default: return state satisfies never
  }
}
