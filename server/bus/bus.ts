import type { BoardEvent } from '#shared/protocol/events.ts'
import type { PresentMember } from '#shared/protocol/presence.ts'

/** What one process tells the others (rule B1). No row is ever in it. */
export type BusMessage
  /** A board stands here now. */
  = | { kind: 'board', id: string, epoch: string, version: number }
    /** Something about a member changed: sessions, role or choice are to be looked at again. */
    | { kind: 'member', memberId: string }
    /** The firm's settings changed. */
    | { kind: 'settings' }
    /** Something that is a member's own changed, or (null) the firm's part of it; its counter stands here now. */
    | { kind: 'personal', memberId: string | null, version: number }
    /** Who is on a board by this process, every 15 s and when another process asks by coming. */
    | { kind: 'present', boardId: string, members: PresentMember[] }
    /** Something was said on a board. */
    | { kind: 'event', boardId: string, event: BoardEvent }

/** Where processes of one firm hear of each other. Any message may get lost. */
export interface Bus {
  /** Never throws and never waits: a message that can't be sent is lost. The sender doesn't hear it. */
  publish: (message: BusMessage) => void
  /** Hears the others; returns how to stop. */
  subscribe: (listener: (message: BusMessage) => void) => () => void
  /** Called whenever messages may have been missed, like after a lost connection; returns how to stop. */
  onGap: (listener: () => void) => () => void
  /** Whether what is said reaches the others just now; null where there is nothing to reach them by. */
  isConnected: () => boolean | null
  close: () => Promise<void>
}
