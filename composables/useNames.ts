import { useI18n } from '#imports'
import { formatList } from '#shared/kanban/format-list.ts'

/** Names as one list, in the reader's language and with its courtesy. */
export function useNames(): (members: readonly { name: string }[]) => string {
  const { t, locale } = useI18n()
  return members => formatList(members.map(({ name }) => t('presence.person', { name })), locale.value)
}
