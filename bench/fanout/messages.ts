/*
 * What the parts of the fan-out bench tell each other over the pipe between processes.
 */

/** Where readers go, and what they do there. */
export interface ReaderOrders {
  /** `plain`: a bare socket that says nothing; `board`: a ticket and a hello. */
  kind: 'plain' | 'board'
  url: string
  boardId: string
  epoch: string
  /** Where they stand. */
  version: number
  /** Of each reader; several share one. */
  cookies: string[]
  connections: number
  /** Handshakes a second. */
  pace: number
}

export type ToReaders
  = | { do: 'open', orders: ReaderOrders }
    | { do: 'count' }
    /** Drop every socket at once, and come back. */
    | { do: 'cut' }
    | { do: 'close' }

/** When a version reached a reader, in epoch milliseconds with fractions. */
export type FromReaders
  = | { told: 'open', refused: number }
    /** By version, the arrival at each reader that got it, in no order. */
    | { told: 'arrivals', arrivals: [version: number, times: number[]][] }
    | { told: 'back', ms: number[] }
    | { told: 'closed' }

/** Now, comparable between processes of one machine. */
export const now = (): number => performance.timeOrigin + performance.now()
