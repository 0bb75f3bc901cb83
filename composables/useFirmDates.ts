import { useI18n } from '#imports'
import type { DateOnly, Deadline, EpochMs } from '#shared/kanban/matter.ts'
import { formatDateTime, formatDay } from '#shared/kanban/format-time.ts'
import { inBrackets } from '#shared/kanban/in-brackets.ts'
import type { KanbanView } from './useKanban.ts'
import { useKanban } from './useKanban.ts'

export interface UseFirmDatesReturn {
  /** A calendar day, as it is in every zone. */
  day: (date: DateOnly) => string
  /** An instant by the firm's clock. */
  instant: (at: EpochMs) => string
  /** When a deadline falls: its day, its time where it has one, and its zone where that isn't the firm's. */
  due: (deadline: Pick<Deadline, 'date' | 'time' | 'timeZone'>) => string
}

/** Dates in the reader's language, by the firm's clock. */
export function useFirmDates({ timeZone }: Pick<KanbanView, 'timeZone'> = useKanban()): UseFirmDatesReturn {
  const { locale } = useI18n()
  const day = (date: DateOnly) => formatDay(date, locale.value)

  return {
    day,
    instant: at => formatDateTime(at, locale.value, timeZone.value),
    due({ date, time, timeZone: zone }) {
      if (!time)
        return formatDay(date, locale.value, 'long')
      const isElsewhere = zone !== null && zone !== timeZone.value
      return `${formatDay(date, locale.value, 'long')} ${time}${isElsewhere ? inBrackets(zone, locale.value) : ''}`
    },
  }
}
