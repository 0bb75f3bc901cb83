import { useI18n } from '#imports'
import { nextTick, watch } from 'vue'
import { isToldLater } from './useAwayReport.ts'
import { useConflictWords } from './useConflictWords.ts'
import type { UseConflictsReturn } from './useConflicts.ts'
import type { KanbanView } from './useKanban.ts'
import { useLiveRegion } from './useLiveRegion.ts'
import { useNotifications } from './useNotifications.ts'

const TOAST_ID = 'conflicts'

/**
 * Tells at once that a change met a newer one, in one notice for all, without taking the focus; it stays until
 * it is answered or dismissed, and never lies over the dialog that it leads to. What merged silently is only said.
 */
export function useConflictNotice(kanban: KanbanView, { all, open, show }: Pick<UseConflictsReturn, 'all' | 'open' | 'show'>): void {
  const { t } = useI18n()
  const notices = useNotifications()
  const { say } = useLiveRegion()
  const words = useConflictWords(kanban)
  /** What the notice speaks of. */
  let told: string[] = []
  /** What it spoke of before the dialog took its place. */
  let held: string[] = []

  function tell(): void {
    if (open.value)
      return
    const conflicts = all.value.filter(({ id }) => told.includes(id))
    const [first] = conflicts
    if (!first)
      return notices.dismiss(TOAST_ID)
    const matter = kanban.matterById(first.matterId)?.caseNumber ?? ''
    notices.warning({
      id: TOAST_ID,
      title: t('conflict.notice.title', { who: words.othersIn(first), matter, count: conflicts.length }, conflicts.length),
      description: conflicts.length === 1 ? t('conflict.notice.body', { field: words.fieldsIn(first) }) : t('conflict.notice.bodyMany'),
      icon: 'i-lucide-git-compare-arrows',
      duration: 0,
      actions: [{ label: t('conflict.notice.compare'), color: 'neutral', variant: 'outline', onClick: () => show(first.id) }],
    })
  }

  kanban.onSettled(async ({ matterId, settled }) => {
    // The record is in the state that this word comes from.
    await nextTick()
    if (isToldLater(settled))
      return
    if (!settled.ok && settled.conflictId) {
      told = [...told, settled.conflictId]
      tell()
    }
    else if (settled.ok && settled.merged) {
      const note = kanban.notes.value.findLast(candidate => candidate.matterId === matterId)
      const text = note && words.noteInWords(note)
      if (text)
        say(text)
    }
  })
  watch(all, (now) => {
    const left = told.filter(id => now.some(conflict => conflict.id === id))
    if (left.length < told.length) {
      told = left
      tell()
    }
  })
  watch(() => open.value?.id, (now, before) => {
    if (now !== undefined) {
      held = [...held, ...told]
      told = []
      notices.dismiss(TOAST_ID)
      return
    }
    // Who decided one is led to the next; who put it off isn't asked again.
    const isDecided = !all.value.some(({ id }) => id === before)
    told = (isDecided ? [...held, ...told] : told).filter(id => id !== before)
    held = []
    if (told.length > 0)
      tell()
  })
}
