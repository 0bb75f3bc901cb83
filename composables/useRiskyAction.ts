import { useI18n } from '#imports'
import { useConfirm } from './useConfirm.ts'
import { useConflictWords } from './useConflictWords.ts'
import type { KanbanView } from './useKanban.ts'
import { useKanban } from './useKanban.ts'

/** Rows this old, in milliseconds, may have been overtaken by so much that what can't be taken back wants a second thought. */
export const RISKY_AGE_MS = 5 * 60_000

export interface UseRiskyActionReturn {
  /** Whether what shows is so old that a colleague may long have decided otherwise. */
  isRisky: () => boolean
  /** Asks before something that is hard to take back, where what shows is old. True: go on. */
  askFirst: () => Promise<boolean>
}

/**
 * What a person is asked before deleting, closing, sealing and the like on a board that is out of date. Plain moves and
 * edits don't ask: conflicts handle them.
 */
export function useRiskyAction(kanban: KanbanView = useKanban()): UseRiskyActionReturn {
  const { t } = useI18n()
  const { ask } = useConfirm()
  const { time } = useConflictWords(kanban)

  function isRisky(): boolean {
    const age = kanban.age()
    return age === null ? !kanban.isConfirmed.value : age >= RISKY_AGE_MS
  }

  async function askFirst(): Promise<boolean> {
    if (!isRisky())
      return true
    const at = kanban.lastSync.value
    const { confirmed } = await ask({
      title: t('connection.risky.title'),
      body: at === null ? t('connection.risky.bodyNever') : t('connection.risky.body', { time: time(at) }),
      confirmLabel: t('connection.risky.confirm'),
      color: 'warning',
    })
    return confirmed
  }

  return { isRisky, askFirst }
}
