import { useI18n } from '#imports'

/** Names as one list, in the reader's language and with its courtesy. */
export function useNames(): (members: readonly { name: string }[]) => string {
  const { t, locale } = useI18n()
  return members => new Intl.ListFormat(locale.value, { type: 'conjunction' }).format(members.map(({ name }) => t('presence.person', { name })))
}
