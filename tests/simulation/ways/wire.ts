import type { SocketEvent, SocketLike } from '#shared/realtime/socket-like.ts'
import type { Chance } from '../chance.ts'
import type { Link, Network } from '../world/network.ts'
import type { Schedule } from '../world/schedule.ts'

const ABNORMAL = 1006

/** One socket of a page, with the network that it goes through. */
export interface Wire extends SocketLike {
  /** It takes up a place in the browser. */
  readonly isThere: boolean
  /** It breaks, and both ends hear of it. */
  drop: () => void
  /** The page is gone. */
  abandon: () => void
}

export interface WireParts {
  schedule: Schedule
  network: Network
  chance: Chance
  link: Link
  /** Opens the server's end. */
  open: () => SocketLike
  /** Carries what happens into the page, which may be frozen. */
  run: (task: () => void) => void
}

/**
 * A socket through bad weather. What goes through it stays in order; where something was swallowed, nothing comes after it, and
 * nobody is told.
 */
export function openWire({ schedule, network, chance, link, open, run }: WireParts): Wire {
  const listeners = new Map<string, ((event: SocketEvent) => void)[]>()
  const inner = link.isOffline || link.isHalfOpen || link.isBlocked ? null : open()
  let isThere = true
  let swallowsOut = false
  let swallowsIn = false
  const last = { out: 0, in: 0 }

  const tell = (event: SocketEvent) => run(() => listeners.get(event.type)?.forEach(listener => listener(event)))

  /** When the next thing in this direction is through. */
  function wait(direction: 'out' | 'in'): number {
    const { late, usualMs, longMs } = network.profile
    const usual = 5 + chance() * (chance.likely(late / 4) ? Math.min(longMs, 4_000) : usualMs) / 2
    last[direction] = Math.max(last[direction], schedule.now + usual + (direction === 'in' ? link.slowMs : 0))
    return last[direction] - schedule.now
  }

  /** What is lost on such a link, nothing makes up for. */
  function look(): void {
    swallowsOut ||= link.isOffline || link.isHalfOpen
    swallowsIn ||= swallowsOut || link.isOneWay
  }

  function closed(code: number, delayMs: number): void {
    schedule.after(delayMs, () => {
      if (!isThere)
        return
      isThere = false
      if (code === ABNORMAL)
        tell({ type: 'error' })
      tell({ type: 'close', code })
    })
  }

  inner?.addEventListener('open', () => {
    look()
    if (!swallowsIn)
      schedule.after(wait('in'), () => void (isThere && tell({ type: 'open' })))
  })
  inner?.addEventListener('message', ({ data }) => {
    look()
    if (!swallowsIn)
      schedule.after(wait('in'), () => void (isThere && tell({ type: 'message', data })))
  })
  inner?.addEventListener('close', ({ code = ABNORMAL }) => {
    look()
    if (!swallowsIn)
      closed(code, wait('in'))
  })
  if (!inner && !link.isHalfOpen)
    closed(ABNORMAL, 5)

  return {
    get isThere() { return isThere },
    addEventListener: (type, listener) => void listeners.set(type, [...listeners.get(type) ?? [], listener]),
    send(frame) {
      look()
      if (isThere && !swallowsOut)
        schedule.after(wait('out'), () => inner?.send(frame))
    },
    close(code) {
      look()
      if (!isThere)
        return
      isThere = false
      if (!swallowsOut)
        schedule.after(wait('out'), () => inner?.close(code))
      schedule.after(1, () => tell({ type: 'close', code: code ?? 1000 }))
    },
    drop() {
      inner?.close(ABNORMAL)
      closed(ABNORMAL, 1)
    },
    abandon() {
      isThere = false
      inner?.close(1001)
    },
  }
}
