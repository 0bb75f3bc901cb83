import { useI18n, useToast } from '#imports'
import type { SettledProblem } from '#shared/sync/submitted.ts'
import { isToldLater } from './useAwayReport.ts'

/** Tells why something came to nothing, where no field is there to say it beside. A conflict has a notice of its own. */
export function useProblemToast(): (problem: SettledProblem | null) => void {
  const { t } = useI18n()
  const toast = useToast()
  return (problem) => {
    if (problem && problem.code !== 'CONFLICT' && !isToldLater(problem))
      toast.add({ title: t(`problems.${problem.code}`), color: 'error', icon: 'i-lucide-circle-alert' })
  }
}
