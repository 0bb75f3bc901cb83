import { useI18n } from '#imports'
import type { SettledProblem } from '#shared/sync/submitted.ts'
import { isToldLater } from './useAwayReport.ts'
import { useNotifications } from './useNotifications.ts'

/** Tells why something came to nothing, where no field is there to say it beside. A conflict has a notice of its own. */
export function useProblemToast(): (problem: SettledProblem | null) => void {
  const { t } = useI18n()
  const notices = useNotifications()
  return (problem) => {
    if (problem && problem.code !== 'CONFLICT' && !isToldLater(problem))
      notices.error({ title: t(`problems.${problem.code}`) })
  }
}
