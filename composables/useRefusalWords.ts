import { useI18n } from '#imports'
import { formatList } from '#shared/kanban/format-list.ts'
import { sentenceGap } from '#shared/kanban/sentence-gap.ts'
import type { SettledProblem } from '#shared/sync/submitted.ts'
import type { KanbanView } from './useKanban.ts'

/** Says why a change can't be, and of a move where the matter may go instead. */
export function useRefusalWords({ columns }: Pick<KanbanView, 'columns'>): (problem: SettledProblem) => string {
  const { t, locale } = useI18n()

  return (problem) => {
    const why = t(`problems.${problem.code}`)
    const open = columns.value.filter(({ key }) => 'allowed' in problem && problem.allowed?.includes(key))
    return open.length > 0 ? `${why}${sentenceGap(locale.value)}${t('problems.movable', { columns: formatList(open.map(({ name }) => name[locale.value]), locale.value, 'or') })}` : why
  }
}
