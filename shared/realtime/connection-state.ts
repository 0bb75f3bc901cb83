import type { Connection } from './connection.ts'
import type { LinkStanding } from './link-meter.ts'

/** How fresh a board is, in one word: exactly one of these at a time. */
export type ConnectionState
  /** News come the moment that they happen. */
  = | 'live'
    /** News come every few seconds. */
    | 'polling'
    /** It is asked what is new, or something of this person's is on its way. */
    | 'syncing'
    /** The server doesn't answer. */
    | 'delayed'
    | 'offline'
    /** What shows may have been overtaken. */
    | 'stale'
    /** The member wants no news but by hand. */
    | 'off'

export interface ConnectionSituation {
  status: Connection
  isOnline: boolean
  isStale: boolean
  /** Something of this person's waits for the server. */
  hasPending: boolean
}

export function connectionStateOf({ status, isOnline, isStale, hasPending }: ConnectionSituation): ConnectionState {
  if (!isOnline)
    return 'offline'
  switch (status.state) {
    case 'connecting':
    case 'closed': return 'syncing'
    case 'waiting': return 'delayed'
    case 'refused': return 'stale'
    // Who wants no news isn't told that there may be some.
    case 'paused': return status.reason === 'off' ? 'off' : isStale || status.reason === 'signed-out' ? 'stale' : 'live'
    case 'live': return isStale ? 'stale' : hasPending ? 'syncing' : status.via === 'socket' ? 'live' : 'polling'
    default: return status satisfies never
  }
}

/** Whether nothing is wrong: nobody has to be told. */
export function isUsual(state: ConnectionState): boolean {
  return state === 'live' || state === 'polling' || state === 'syncing'
}

/** Whether the server can't be reached just now. */
export function isDown({ status, isOnline }: Pick<ConnectionSituation, 'status' | 'isOnline'>): boolean {
  return !isOnline || status.state === 'waiting'
}

/** Whether the server has answered: a page that rests, or asks for the first time, doesn't know whether it is there. */
export function isKnownUp({ status, isOnline }: Pick<ConnectionSituation, 'status' | 'isOnline'>): boolean {
  return isOnline && (status.state === 'live' || status.state === 'refused' || (status.state === 'paused' && status.reason === 'signed-out'))
}

/** How the link stands, for the meter: a page that rests is neither up nor down. */
export function standingOf(situation: Pick<ConnectionSituation, 'status' | 'isOnline'>): LinkStanding {
  if (isDown(situation))
    return 'down'
  return situation.status.state === 'live' ? 'up' : 'idle'
}
