import { formatTime } from '#shared/kanban/format-time.ts'
import type { EpochMs } from '#shared/kanban/matter.ts'
import type { Preferences } from '#shared/protocol/preferences.ts'

/**
 * Whether it is quiet at an instant: by what the clocks of the firm's zone show, so that an hour that comes twice is
 * quiet twice, and one that is skipped isn't missed. From and to alike, nothing lies between them.
 */
export function isQuiet(hours: Preferences['quietHours'], at: EpochMs, timeZone: string): boolean {
  if (!hours)
    return false
  const { from, to } = hours
  const now = formatTime(at, 'en', timeZone)
  return from <= to ? now >= from && now < to : now >= from || now < to
}
