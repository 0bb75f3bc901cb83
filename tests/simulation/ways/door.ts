import type { TransportKind } from '#shared/config/features.ts'
import type { Clock } from '#shared/realtime/clock.ts'
import type { SocketLike } from '#shared/realtime/socket-like.ts'
import type { Chance } from '../chance.ts'
import type { Counts } from '../counts.ts'
import type { Device } from '../world/device.ts'

/** The server's end of sockets: the model of it, or the real one. */
export interface Door {
  ticketFor: (device: Device) => string
  /** The browser's end of a new socket; nothing is lost or late behind it. */
  open: (device: Device) => SocketLike
  /** The board moved on. */
  moved: () => void
  /** Every socket breaks without a word. */
  dropAll: () => void
  /** Every socket is told that the server goes away. */
  drain: () => void
  /** One of the next pieces of news gets lost behind the server's back. */
  losePush: () => void
  /** Nothing gets lost any more. */
  heal: () => void
  /** The session of a device ended. */
  signedOut: (device: Device) => void
  /** Somebody has another role. */
  roleChanged: (memberId: string) => void
  /** The way to use is another. */
  policyChanged: () => void
  end: () => void
}

/** What a door is made with. */
export interface DoorParts {
  clock: Clock
  chance: Chance
  counts: Counts
  isDown: () => boolean
  way: () => TransportKind
  fail: (invariant: string, details: string) => void
}

export type DoorMaker = (parts: DoorParts) => Door

/** Whether a way has sockets. */
export const usesSockets = (way: TransportKind): boolean => way !== 'polling' && way !== 'off'
