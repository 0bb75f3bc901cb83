import type { BoardId } from '#shared/kanban/board.ts'
import type { EpochMs, MatterId } from '#shared/kanban/matter.ts'
import type { MemberId } from '#shared/kanban/member.ts'
import type { Notification } from '#shared/protocol/notifications.ts'
import type { NoticeLevel } from '#shared/protocol/personal.ts'
import { NOTICE_LEVELS } from '#shared/protocol/personal.ts'
import type { Preferences, ToastTopic } from '#shared/protocol/preferences.ts'
import { isQuiet } from './quiet-hours.ts'

/** What decides whether something may be shown aloud. */
export interface NoticeContext {
  me: MemberId
  preferences: Pick<Preferences, 'mutedTypes' | 'mutedBoards' | 'mutedMatters' | 'quietHours'>
  /** What the administrator lets through. */
  level: NoticeLevel
  /** The server's clock. */
  now: EpochMs
  /** IANA zone of the firm's legal time. */
  timeZone: string
}

/** The lowest level that lets a topic through. */
const LEVEL_OF: Record<ToastTopic, NoticeLevel> = {
  system: 'system', assigned: 'personal', mentioned: 'personal', deadlineNear: 'personal', deadlineChanged: 'personal', followed: 'all', board: 'all',
}

/** Whether an administrator lets a topic be shown aloud. */
export function isLetThrough(topic: ToastTopic, level: NoticeLevel): boolean {
  return NOTICE_LEVELS.indexOf(level) >= NOTICE_LEVELS.indexOf(LEVEL_OF[topic])
}

/** Whether the member wants to hear nothing of a topic, a board or a matter. */
export function isMuted(about: { topic: ToastTopic, boardId: BoardId | null, matterId: MatterId | null }, preferences: NoticeContext['preferences']): boolean {
  const { mutedTypes, mutedBoards, mutedMatters } = preferences
  return mutedTypes.includes(about.topic)
    || (about.boardId !== null && mutedBoards.includes(about.boardId))
    || (about.matterId !== null && mutedMatters.includes(about.matterId))
}

/** Whether a new notification is shown aloud: it is unread, somebody else's doing, wanted, let through, and it isn't quiet. */
export function isAloud({ type, matter, read, by }: Notification, context: NoticeContext): boolean {
  const about = { topic: type, boardId: matter?.boardId ?? null, matterId: matter?.id ?? null }
  return !read && by !== context.me && mayTell(about, context)
}

/** The same of anything that is told in the page. */
export function mayTell(about: Parameters<typeof isMuted>[0], { preferences, level, now, timeZone }: NoticeContext): boolean {
  return isLetThrough(about.topic, level) && !isMuted(about, preferences) && !isQuiet(preferences.quietHours, now, timeZone)
}
