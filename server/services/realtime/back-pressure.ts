import type { Clock, Timer } from '#shared/realtime/clock.ts'
import type { BoardSocket } from './socket-registry.ts'

/** A socket with more unsent bytes than this is sent nothing more (rule B3). */
const HIGH_BYTES = 256 * 1024
/** Until it has fewer than this. */
const LOW_BYTES = 64 * 1024
/** With more than this it is closed. */
const MAX_BYTES = 1024 * 1024
/** So it is when it stays dirty for longer than this. */
const MAX_DIRTY_MS = 10_000
const LOOK_MS = 100

/** Watches sockets whose readers take less than they are sent. */
export interface BackPressure {
  /** Whether nothing may be sent now; then the socket is watched until something may. */
  isDirty: (socket: BoardSocket) => boolean
  /** Ends when something may be sent, and when the socket leaves. */
  drained: (socket: BoardSocket) => Promise<void>
  forget: (socket: BoardSocket) => void
  close: () => void
}

export interface BackPressureOptions {
  clock: Clock
  /** A socket may be sent what it missed. */
  onDrained: (socket: BoardSocket) => void
  /** A socket takes too little for too long. */
  onSlow: (socket: BoardSocket) => void
}

export function createBackPressure({ clock, onDrained, onSlow }: BackPressureOptions): BackPressure {
  const dirty = new Map<BoardSocket, { since: number, waiting: (() => void)[] }>()
  let timer: Timer | undefined

  function forget(socket: BoardSocket): void {
    const known = dirty.get(socket)
    dirty.delete(socket)
    known?.waiting.forEach(goOn => goOn())
    if (dirty.size === 0)
      stop()
  }

  function stop(): void {
    clock.clearTimer(timer)
    timer = undefined
  }

  function look(): void {
    timer = undefined
    for (const [socket, { since }] of [...dirty]) {
      const unsent = socket.unsentBytes()
      if (unsent > MAX_BYTES || (unsent >= LOW_BYTES && clock.now() - since >= MAX_DIRTY_MS)) {
        forget(socket)
        onSlow(socket)
      }
      else if (unsent < LOW_BYTES) {
        forget(socket)
        onDrained(socket)
      }
    }
    watch()
  }

  /** Looks again in a while, as long as something is dirty. */
  function watch(): void {
    if (dirty.size > 0)
      timer ??= clock.setTimer(look, LOOK_MS)
  }

  function isDirty(socket: BoardSocket): boolean {
    if (dirty.has(socket))
      return true
    const unsent = socket.unsentBytes()
    if (unsent <= HIGH_BYTES)
      return false
    if (unsent > MAX_BYTES) {
      onSlow(socket)
      return true
    }
    dirty.set(socket, { since: clock.now(), waiting: [] })
    watch()
    return true
  }

  return {
    isDirty,
    drained(socket) {
      if (!isDirty(socket))
        return Promise.resolve()
      const known = dirty.get(socket)
      return known ? new Promise(resolve => known.waiting.push(resolve)) : Promise.resolve()
    },
    forget,
    close() {
      for (const socket of [...dirty.keys()])
        forget(socket)
      stop()
    },
  }
}
