import { SOCKET_TIMES } from '#shared/protocol/socket.ts'
import type { Clock, Timer } from './clock.ts'
import type { HeartbeatOptions } from './transport.ts'

/** How long the other end has to answer when somebody looks again. */
export const WAKE_PROBE_MS = 3_000
/** How often it is looked whether this machine slept. */
const TICK_MS = 10_000
/** A timer this late tells that it did, or that the page was frozen. */
const SLEPT_MS = 5_000

export interface SocketHeartbeatOptions {
  clock: Clock
  heartbeat: HeartbeatOptions | false
  /** Sends a ping with this number. */
  ping: () => number
  /** The other end is gone. */
  onSilent: () => void
  onRoundTrip: (tookMs: number) => void
}

/** Finds out a link that stands and carries nothing (rule S3). */
export interface SocketHeartbeat {
  /** A frame came. */
  heard: () => void
  /** The other end has answered what was asked with `ref`, or something later. */
  answered: (ref: number) => void
  /** Asks whether it is there; where that was asked already, the earlier deadline counts. */
  probe: (deadlineMs?: number) => void
  set: (heartbeat: HeartbeatOptions | false) => void
  /** Begins to watch. */
  start: () => void
  stop: () => void
}

export function createSocketHeartbeat({ clock, heartbeat, ping, onSilent, onRoundTrip }: SocketHeartbeatOptions): SocketHeartbeat {
  let options = heartbeat
  let heardAt = clock.now()
  let watchTimer: Timer | null = null
  let asked: { ref: number, at: number, dueAt: number, timer: Timer } | null = null
  let isOn = false

  function watch(): void {
    clock.clearTimer(watchTimer)
    watchTimer = null
    if (!isOn || options === false)
      return
    const { afterMs = SOCKET_TIMES.probeAfterMs } = options
    // The clock may have been set back.
    heardAt = Math.min(heardAt, clock.now())
    const toProbe = heardAt + afterMs - clock.now()
    const delay = asked || toProbe <= 0 ? TICK_MS : Math.min(TICK_MS, toProbe)
    const dueAt = clock.now() + delay
    watchTimer = clock.setTimer(() => {
      if (clock.now() - dueAt >= SLEPT_MS)
        probe(WAKE_PROBE_MS)
      else if (clock.now() - heardAt >= afterMs)
        probe()
      watch()
    }, delay)
  }

  function probe(deadlineMs = (options || undefined)?.timeoutMs ?? SOCKET_TIMES.probeMs): void {
    if (!isOn)
      return
    const dueAt = clock.now() + deadlineMs
    if (asked) {
      if (dueAt < asked.dueAt)
        expect(asked.ref, asked.at, dueAt)
      return
    }
    const at = clock.now()
    const ref = ping()
    // Sending may have ended it.
    if (isOn)
      expect(ref, at, dueAt)
  }

  function expect(ref: number, at: number, dueAt: number, isSecond = false): void {
    clock.clearTimer(asked?.timer ?? null)
    const timer = clock.setTimer(() => {
      // A page that was frozen runs its timers before it reads what has long come in.
      if (!isSecond && clock.now() - dueAt >= WAKE_PROBE_MS)
        return expect(ref, at, clock.now() + WAKE_PROBE_MS, true)
      asked = null
      onSilent()
    }, dueAt - clock.now())
    asked = { ref, at, dueAt, timer }
  }

  function answered(ref: number): void {
    if (!asked || ref < asked.ref)
      return
    const question = asked
    clock.clearTimer(question.timer)
    asked = null
    // Whoever hears of it may end the link.
    if (ref === question.ref)
      onRoundTrip(clock.now() - question.at)
  }

  return {
    heard: () => { heardAt = clock.now() },
    answered, probe,
    set(next) {
      options = next
      watch()
    },
    start() {
      isOn = true
      heardAt = clock.now()
      watch()
    },
    stop() {
      isOn = false
      clock.clearTimer(watchTimer)
      clock.clearTimer(asked?.timer ?? null)
      asked = null
    },
  }
}
