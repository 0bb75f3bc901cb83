import { useI18n, useToast } from '#imports'
import { until } from '@vueuse/core'
import type { KanbanView } from './useKanban.ts'
import { useKanban } from './useKanban.ts'

export interface UseUndoReturn {
  /** Takes back this person's last change, and tells how it ended. True once the server has taken it. */
  undo: () => Promise<boolean>
  /** Tells of a change, with the way back beside it. */
  offer: (told: { title: string, icon: string }) => void
}

/** One toast tells of the last change; an older one's way back would take back another change. */
const TOAST_ID = 'own-change'

/** News of a matter that was brought back are there by then, or the board shows by itself that they are late. */
const COMES_BACK_MS = 5_000

/** Taking back what one did, with the words that belong to it. */
export function useUndo(kanban: KanbanView = useKanban()): UseUndoReturn {
  const { t, locale } = useI18n()
  const toast = useToast()

  async function undo(): Promise<boolean> {
    toast.remove(TOAST_ID)
    const step = kanban.undoStep.value
    const submitted = kanban.undo()
    if (!step || !submitted)
      return false
    const result = await submitted.settled
    if (!result.ok) {
      toast.add({ title: t('board.undo.failed'), description: t(`problems.${result.problem.code}`), icon: 'i-lucide-circle-slash', color: 'error', duration: 9_000 })
      return false
    }
    // A deleted matter comes back with the next news, and its name with it.
    const matter = await until(() => kanban.matterById(submitted.id)).toMatch(Boolean, { timeout: COMES_BACK_MS })
    const column = kanban.columns.value.find(({ id }) => id === matter?.columnId)?.name[locale.value] ?? ''
    if (matter)
      toast.add({ title: t(`board.undo.done.${step.change.kind}`, { matter: matter.caseNumber, column }), icon: 'i-lucide-undo-2', color: 'neutral' })
    return true
  }

  function offer({ title, icon }: { title: string, icon: string }): void {
    const actions = [{ label: t('common.undo'), icon: 'i-lucide-undo-2', color: 'neutral' as const, variant: 'outline' as const, onClick: () => { void undo() } }]
    toast.add({ id: TOAST_ID, title, icon, color: 'neutral', actions })
  }

  return { undo, offer }
}
