import type { Clock } from './clock.ts'
import { Fault, toFault } from './fault.ts'

/** A ticket without an answer is given up after so long. */
const TICKET_MS = 10_000

export interface TicketAskingOptions {
  clock: Clock
  /** Rejects with a `Fault`. */
  ticket: (signal: AbortSignal) => Promise<string>
  onTicket: (ticket: string) => void
  onFault: (fault: Fault) => void
}

/** Asks for one ticket at a time (rule S1); what was given up is never told. */
export interface TicketAsking {
  readonly isUnderWay: boolean
  start: () => void
  stop: () => void
}

export function createTicketAsking({ clock, ticket, onTicket, onFault }: TicketAskingOptions): TicketAsking {
  let stopAsking: (() => void) | null = null

  function start(): void {
    stop()
    const abort = new AbortController()
    const deadline = clock.setTimer(() => end(() => onFault(new Fault('network'))), TICKET_MS)

    function giveUp(): void {
      stopAsking = null
      clock.clearTimer(deadline)
      abort.abort()
    }

    /** Ends it, unless it has ended before. */
    function end(tell: () => void): void {
      if (stopAsking !== giveUp)
        return
      giveUp()
      tell()
    }

    stopAsking = giveUp
    ticket(abort.signal).then(got => end(() => onTicket(got)), error => end(() => onFault(toFault(error))))
  }

  function stop(): void {
    stopAsking?.()
  }

  return { get isUnderWay() { return stopAsking !== null }, start, stop }
}
