import { useI18n } from '#imports'
import type { EpochMs, MatterField } from '#shared/kanban/matter.ts'
import { dateInZone } from '#shared/kanban/deadline.ts'
import { formatList } from '#shared/kanban/format-list.ts'
import { formatDateTime, formatTime } from '#shared/kanban/format-time.ts'
import type { MergedPlace } from '#shared/realtime/presence.ts'
import type { KanbanView } from './useKanban.ts'
import { useKanban } from './useKanban.ts'

export interface UsePresenceWordsReturn {
  /** What somebody does at a place; null at a matter that isn't on this screen. */
  placeInWords: (place: MergedPlace) => string | null
  /** Since when somebody is here: the firm's time, with the day where it isn't today's. */
  since: (at: EpochMs) => string
}

/** Fields whose name stands with the words of a conflict. */
const NAMED_THERE = ['columnId', 'hold', 'closeRequest', 'archived', 'tasks', 'deadlines', 'assignments']
const NAMED_IN_MATTER: readonly (MatterField | 'clientMemberIds')[] = [
  'title', 'description', 'caseNumber', 'courtCaseNumber', 'courtName', 'clientName', 'opposingParty', 'clientMemberIds', 'practiceArea', 'waitingOn',
  'priority', 'confidentiality', 'tags', 'openedOn', 'filedOn',
]

/** Who is here and what they do, in the reader's language and by the firm's clock. */
export function usePresenceWords(kanban: Pick<KanbanView, 'matterById' | 'timeZone' | 'now'> = useKanban()): UsePresenceWordsReturn {
  const { t, locale } = useI18n()

  /** An item by its list; a field of which this page knows nothing is a field. */
  function nameOfField(field: string): string {
    const [list = field] = field.split('/')
    if (NAMED_THERE.includes(list))
      return t(`conflict.fields.${list}`)
    return (NAMED_IN_MATTER as readonly string[]).includes(list) ? t(`matter.fields.${list}`) : t('presence.place.field')
  }

  return {
    placeInWords({ matterId, action, fields }) {
      if (matterId === null)
        return t('presence.place.board')
      const matter = kanban.matterById(matterId)?.caseNumber
      if (matter === undefined)
        return null
      switch (action) {
        case 'viewing': return t('presence.place.viewing', { matter })
        case 'typing': return t('presence.place.typing', { matter })
        case 'editing': return t('presence.place.editing', { matter, fields: formatList(fields.length ? new Set(fields.map(nameOfField)) : [t('presence.place.field')], locale.value) })
        default: return action satisfies never
      }
    },
    since(at) {
      const zone = kanban.timeZone.value
      const isToday = dateInZone(at, zone) === dateInZone(kanban.now.value, zone)
      return isToday ? formatTime(at, locale.value, zone) : formatDateTime(at, locale.value, zone, 'short')
    },
  }
}
