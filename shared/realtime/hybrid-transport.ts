import type { EpochMs } from '#shared/kanban/matter.ts'
import type { Timer } from './clock.ts'
import { systemClock } from './clock.ts'
import type { LinkEvent } from './link-quality.ts'
import { judgeLink, noteLink, UNKNOWN_LINK } from './link-quality.ts'
import type { ChannelState } from './socket-channel.ts'
import type { DropCause } from './socket-end.ts'
import { createSocketTransport } from './socket-transport.ts'
import type { TransportOptions } from './transport-base.ts'
import type { RealTimeTransport } from './transport.ts'

export interface HybridTransportOptions extends TransportOptions {
  /** What was live before the page was loaded anew: it is tried first, at once. @default null */
  remembered?: 'socket' | null
  /** News come this way now, and it is the one worth remembering; `polling` when the socket isn't worth it any more. */
  onLive?: (via: 'socket' | 'polling') => void
  /** Hears that the device may be on another network; returns how to stop. @default nobody knows */
  onNetworkChange?: (listener: () => void) => () => void
}

/** Somebody who looks again after so long, or after a machine slept for so long, may have come from elsewhere. */
const AWAY_MS = 5 * 60_000
/** Round trips are compared this often at most, in milliseconds. */
const COMPARE_EVERY_MS = 30_000

/**
 * Polls first, opens a socket beside it, and goes by whichever is better (rule T2): `link-quality.ts` judges, and here
 * the socket is let open or kept closed by that.
 */
export function createHybridTransport({ remembered = null, onLive, onNetworkChange, ...options }: HybridTransportOptions): RealTimeTransport {
  const clock = options.clock ?? systemClock
  let quality = UNKNOWN_LINK
  /** Between connect and disconnect. */
  let isOpen = false
  /** The socket is let open. */
  let isLet = false
  /** It needn't wait until polling has worked. */
  let comesFirst = remembered === 'socket'
  let hasPolled = false
  let hasHeartbeat = true
  /** Since when nobody looks. */
  let leftAt: EpochMs | null = null
  let comparedAt: EpochMs = -Infinity
  let timer: Timer | null = null
  let stopNetwork = () => {}

  const { transport, channel, http, refresh } = createSocketTransport({
    ...options,
    kind: 'hybrid',
    onState,
    onDrop,
    onTrip,
    onRoundTrip: tookMs => note({ kind: 'pong', tookMs }),
    lacks: () => isBarred() ? quality.barredFor : null,
  })

  function isBarred(): boolean {
    return !judgeLink(quality, clock.now()).allowsSocket
  }

  function note(event: LinkEvent): void {
    const { bars } = quality
    quality = noteLink(quality, event, clock.now())
    if (quality.bars > bars) {
      comesFirst = false
      onLive?.('polling')
    }
    settle()
  }

  /** Lets the socket open, or closes it and comes back to it when it may be tried again. */
  function settle(): void {
    clock.clearTimer(timer)
    timer = null
    if (!isOpen)
      return
    const judged = judgeLink(quality, clock.now())
    if (!judged.allowsSocket)
      timer = clock.setTimer(settle, judged.at - clock.now())
    const lets = judged.allowsSocket && (hasPolled || comesFirst)
    if (lets === isLet)
      return
    isLet = lets
    if (lets)
      void channel.open()
    else
      channel.close()
    refresh()
  }

  function onState(state: ChannelState): void {
    if (state.state === 'live' && quality.liveSince === null) {
      comesFirst = true
      onLive?.('socket')
      note({ kind: 'live' })
    }
    // Like after half an hour in which nobody looked.
    else if (state.state === 'closed' && quality.liveSince !== null) {
      note({ kind: 'ended' })
    }
    // Who isn't signed in, or is too old, isn't so because of the socket: HTTP says the same.
    else if (state.state === 'refused' && state.code !== 'UNAUTHENTICATED' && state.code !== 'UPGRADE_REQUIRED') {
      note({ kind: 'refused' })
    }
  }

  function onDrop(cause: DropCause): void {
    switch (cause) {
      case 'blocked': return note({ kind: 'blocked' })
      case 'dropped':
      case 'silent': return note({ kind: 'dropped' })
      case 'server':
      case 'network': return note({ kind: 'ended' })
      default: return cause satisfies never
    }
  }

  function onTrip(tookMs: number | null): void {
    const now = clock.now()
    hasPolled ||= tookMs !== null
    note({ kind: 'http', startedAt: now - (tookMs ?? 0), tookMs: tookMs ?? 0, answered: tookMs !== null })
    if (tookMs === null || !hasHeartbeat || channel.state.state !== 'live' || now - comparedAt < COMPARE_EVERY_MS)
      return
    comparedAt = now
    channel.probe()
  }

  function networkChanged(): void {
    note({ kind: 'changed' })
    channel.nudge()
  }

  async function connect(): Promise<void> {
    if (!isOpen) {
      isOpen = true
      stopNetwork = onNetworkChange?.(networkChanged) ?? stopNetwork
      http.open()
      settle()
    }
    if (isLet)
      await channel.open()
  }

  return {
    ...transport,
    get connection() { return transport.connection },
    get delivers() { return transport.delivers },
    get lastConnected() { return transport.lastConnected },
    connect,
    disconnect() {
      isOpen = false
      isLet = false
      hasPolled = false
      stopNetwork()
      note({ kind: 'ended' })
      transport.disconnect()
    },
    reconnect() {
      quality = UNKNOWN_LINK
      comesFirst = true
      if (!isOpen)
        return connect()
      settle()
      return transport.reconnect()
    },
    enableHeartbeat(heartbeat) {
      hasHeartbeat = heartbeat !== false
      transport.enableHeartbeat(heartbeat)
    },
    attend(isLooking) {
      const awaySince = leftAt ?? transport.lastConnected
      leftAt = isLooking ? null : awaySince
      transport.attend(isLooking)
      if (isLooking && awaySince !== null && clock.now() - awaySince >= AWAY_MS)
        networkChanged()
    },
  }
}
