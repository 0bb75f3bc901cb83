/** How a change of a board ended, as it is counted. */
export type CommitOutcome = 'committed' | 'refused' | 'repeated' | 'failed'

/** What a process has counted since it started: plain numbers, so that counting costs an addition. */
export interface ServerTally {
  /** Frames that were given to sockets, and their bytes before the protocol's own. */
  framesSent: number
  bytesSent: number
  framesReceived: number
  /** News of a board that a socket was told. */
  deliveries: number
  /** Sockets that were read for by themselves. */
  catchUps: number
  /** Members whom a change told of something, or hid or showed what they were told, each once a change. */
  notifications: number
  /** Requests by `method route class`. */
  requests: Map<string, number>
  /** Polls by the status of their answer. */
  polls: Map<number, number>
  /** Changes by `kind outcome`. */
  commits: Map<string, number>
  /** Times that the database was out of reach or failed, by who asked it. */
  databaseErrors: Map<'api' | 'sockets' | 'fan-out' | 'housekeeping', number>
  /** Takes how long the fan-out read a board for, in milliseconds. Null where nobody measures. */
  onPull: ((tookMs: number) => void) | null
}

export function createTally(): ServerTally {
  return {
    framesSent: 0, bytesSent: 0, framesReceived: 0, deliveries: 0, catchUps: 0, notifications: 0,
    requests: new Map(), polls: new Map(), commits: new Map(), databaseErrors: new Map(),
    onPull: null,
  }
}

/** One more of a kind. The kinds are few and known, so that a map of them stays small. */
export function countIn<Kind>(counts: Map<Kind, number>, kind: Kind, by = 1): void {
  counts.set(kind, (counts.get(kind) ?? 0) + by)
}

/** The numbers of this process, like its memory and its file handles: there is one of it. */
export const processTally = createTally()
