import type { EpochMs, MatterId } from '#shared/kanban/matter.ts'
import type { MeAnswer } from './messages.ts'
import type { Maintenance, Notification, NotifiedMatter } from './notifications.ts'
import type { Preferences } from './preferences.ts'

/*
 * Everything that is a member's own, told by one tag (docs/adr/0015-awareness.md, 1). Polls name the tag that the page
 * has (`own`), and answers and sockets name the newest where that is another. No schemas here: the browser loads this file.
 */

/** The member's counter and the firm's, as `12.3`, and their generation where a backup was restored. Opaque to the page but for being the same or not. */
export type PersonalTag = string

/** What of the notifications is shown aloud: nothing, the system's, those that are about this member, or all. */
export const NOTICE_LEVELS = ['none', 'system', 'personal', 'all'] as const
export type NoticeLevel = typeof NOTICE_LEVELS[number]

/** What an administrator set for all, as far as pages need it; `PUT /api/firm/awareness` answers it. */
export interface FirmAwareness {
  /** Whether people see who is here at all. */
  presence: boolean
  notices: NoticeLevel
  /** Null while none is announced; one that is over is none. */
  maintenance: Maintenance | null
}

/** Until an administrator sets otherwise. */
export const DEFAULT_AWARENESS: Readonly<FirmAwareness> = { presence: true, notices: 'all', maintenance: null }

/** `GET /api/preferences/muted`: those of the muted matters that the caller sees. */
export interface MutedMattersAnswer {
  matters: NotifiedMatter[]
}

/** `GET /api/personal?since=`: without `since` everything is answered. */
export interface PersonalAnswer {
  tag: PersonalTag
  preferences: Preferences
  /** What this member chose that the server itself needs. */
  account: Pick<MeAnswer['member'], 'locale' | 'transport'>
  firm: FirmAwareness
  /** Matters that this member follows and may see. */
  follows: MatterId[]
  notifications: {
    /** True: these are all that the page needs, what it had is to be forgotten. False: they are to be laid over what it has. */
    full: boolean
    /** The newest 100, or those that came or changed since; newest first. */
    items: Notification[]
    /** Those that were cleared, or can't be seen any more. */
    gone: string[]
    unread: number
  }
  /** The server's clock. */
  now: EpochMs
}
