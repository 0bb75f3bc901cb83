import type { BoardId } from '#shared/kanban/board.ts'
import type { MatterId } from '#shared/kanban/matter.ts'

/*
 * What a member chose for their own screens; kept by the server, so that it is the same on every device. No schemas here:
 * the browser loads this file (personal-requests.ts has them).
 */

/** What a notification can be about; each can be muted by itself. */
export const NOTIFICATION_TYPES = ['assigned', 'mentioned', 'deadlineNear', 'deadlineChanged', 'followed', 'system'] as const
export type NotificationType = typeof NOTIFICATION_TYPES[number]

/** `board`: what others do on the board that is open; told in the page only. */
export const TOAST_TOPICS = [...NOTIFICATION_TYPES, 'board'] as const
export type ToastTopic = typeof TOAST_TOPICS[number]

/** Milliseconds between two polls that a member may choose from; all within a lease, so that nobody who polls is taken for gone (rule A1). */
export const POLL_INTERVALS = [2_000, 5_000, 10_000, 30_000] as const

export const THEMES = ['system', 'light', 'dark'] as const
export const DENSITIES = ['comfortable', 'compact'] as const

export interface Preferences {
  theme: typeof THEMES[number]
  density: typeof DENSITIES[number]
  /** Between two polls, in milliseconds; null leaves it to the board. */
  pollIntervalMs: typeof POLL_INTERVALS[number] | null
  /** Whether others see that, and where, this member is. */
  presence: 'visible' | 'invisible'
  /** Whether this member shows their cursor and sees those of others who do. */
  cursors: boolean
  /** Types that are wanted neither as a toast nor in the centre. */
  mutedTypes: ToastTopic[]
  mutedBoards: BoardId[]
  mutedMatters: MatterId[]
  /** Notices of the operating system, where the browser was allowed to show any. */
  desktop: boolean
  /** No toasts and no desktop notices between these times (`HH:MM`) of the firm's day; null for never. `to` may be earlier: over midnight. */
  quietHours: { from: string, to: string } | null
}

export const DEFAULT_PREFERENCES: Readonly<Preferences> = {
  theme: 'system',
  density: 'comfortable',
  pollIntervalMs: null,
  presence: 'visible',
  cursors: false,
  mutedTypes: [],
  mutedBoards: [],
  mutedMatters: [],
  desktop: false,
  quietHours: null,
}
