import type { TransportKind, TransportMode } from './features.ts'

/** What decides which way news take to a member. */
export interface TransportChoice {
  /** The firm's way. */
  mode: TransportMode
  /** Percent of members who use it, 0 to 100; the others poll. */
  share: number
  /** The member's own choice, which wins; null is the firm's way. */
  choice: 'polling' | 'off' | null
  memberId: string
}

/**
 * The way of a member. Who is in the share is decided by the id alone, so that everybody stays where they are
 * from day to day, and raising the share only adds members.
 */
export function transportFor({ mode, share, choice, memberId }: TransportChoice): TransportKind {
  if (choice !== null)
    return choice
  return placeOf(memberId) < share ? mode : 'polling'
}

/** A number from 0 to 99 that an id always has. Ids that are alike, as those given in one second are, lie far apart. */
function placeOf(id: string): number {
  let hash = 0x811C9DC5
  for (let index = 0; index < id.length; index++)
    hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85EBCA6B)
  hash = Math.imul(hash ^ (hash >>> 13), 0xC2B2AE35)
  return ((hash ^ (hash >>> 16)) >>> 0) % 100
}
