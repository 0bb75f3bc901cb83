import { useI18n } from '#imports'
import { until } from '@vueuse/core'
import type { ComputedRef } from 'vue'
import { computed, watch } from 'vue'
import { formatList } from '#shared/kanban/format-list.ts'
import type { Matter, MatterField, MatterId } from '#shared/kanban/matter.ts'
import type { UndoStep } from '#shared/sync/outbox-entry.ts'
import { isToldLater } from './useAwayReport.ts'
import { useConflictWords } from './useConflictWords.ts'
import type { KanbanView } from './useKanban.ts'
import { useKanban } from './useKanban.ts'
import { useRiskyAction } from './useRiskyAction.ts'
import { useNotifications } from './useNotifications.ts'

export interface UseUndoReturn {
  /** What `undo` would take back, by its name. */
  label: ComputedRef<string>
  /** Takes back this person's last change, and tells how it ended. True once the server has taken it. */
  undo: () => Promise<boolean>
  /** Tells of a change of a matter, with the way back beside it as long as it is the last change. */
  offer: (told: { matterId: MatterId, title: string, icon: string }) => void
}

/** One toast tells of the last change; an older one's way back would take back another change. */
const TOAST_ID = 'own-change'

/** The step that the toast offers to take back, whichever component told of it. */
let offered: string | null = null

/** News of a matter that was brought back are there by then, or the board shows by itself that they are late. */
const COMES_BACK_MS = 5_000

/** What no person sets by itself. */
const UNSPOKEN: readonly string[] = ['rank', 'stageEnteredAt', 'updatedAt', 'updatedBy', 'version', 'fieldVersions']

/** Taking back what one did, with the words that belong to it. */
export function useUndo(kanban: KanbanView = useKanban()): UseUndoReturn {
  const { t, locale } = useI18n()
  const notices = useNotifications()
  const words = useConflictWords(kanban)
  const { isRisky, askFirst } = useRiskyAction(kanban)

  const columnName = (id: string | undefined) => kanban.columns.value.find(column => column.id === id)?.name[locale.value] ?? ''
  const label = computed(() => kanban.undoStep.value ? labelOf(kanban.undoStep.value) : t('board.undo.nothing'))

  // Whoever does something else meanwhile would take that back.
  watch(() => kanban.undoStep.value?.key, (key) => {
    if (offered !== null && key !== offered)
      withdraw()
  })

  function labelOf({ matterId, change }: UndoStep): string {
    const row = kanban.matterById(matterId)
    const matter = row?.caseNumber ?? ''
    switch (change.kind) {
      case 'move': return t('board.undo.step.move', { matter, column: columnName(change.after?.columnId ?? row?.columnId) })
      case 'edit': return t('board.undo.step.edit', { matter, fields: formatList(spoken(Object.keys(change.after)), locale.value) })
      case 'delete': return t('board.undo.step.delete')
      default: return change satisfies never
    }
  }

  function spoken(fields: readonly string[]): string[] {
    return fields.filter(field => !UNSPOKEN.includes(field)).map(field => words.nameOfField(field as MatterField))
  }

  function withdraw(): void {
    offered = null
    notices.dismiss(TOAST_ID)
  }

  async function undo(): Promise<boolean> {
    withdraw()
    const step = kanban.undoStep.value
    // Whether a deleted matter is to come back, colleagues may have decided since.
    if (step?.change.kind === 'delete' && isRisky() && !(await askFirst() && kanban.undoStep.value?.key === step.key))
      return false
    const submitted = kanban.undo()
    if (!step || !submitted)
      return false
    const result = await submitted.settled
    if (isToldLater(result))
      return result.ok
    if (!result.ok) {
      const why = result.problem.code === 'UNDO_STALE' ? whoBuiltOn(step) : null
      notices.error({ title: t('board.undo.failed'), description: why ?? t(`problems.${result.problem.code}`), icon: 'i-lucide-circle-slash', duration: 9_000 })
      return false
    }
    // A deleted matter comes back with the next news, and its name with it.
    const matter = await until(() => kanban.matterById(submitted.id)).toMatch(Boolean, { timeout: COMES_BACK_MS })
    if (matter)
      notices.info({ title: t(`board.undo.done.${step.change.kind}`, { matter: matter.caseNumber, column: columnName(matter.columnId) }), icon: 'i-lucide-undo-2' })
    return true
  }

  /** Who changed since what the step would take back; null where this device doesn't know. */
  function whoBuiltOn({ matterId, change }: UndoStep): string | null {
    const row = kanban.matterById(matterId)
    if (!row || change.kind === 'delete')
      return null
    const others = Object.keys(change.after ?? change.before).flatMap((field) => {
      const last = row.fieldVersions[field as keyof Matter['fieldVersions']]
      return last && last.by !== kanban.me.value.id && (change.version === null || last.v > change.version) ? [{ field, by: last.by }] : []
    })
    const fields = spoken(others.map(({ field }) => field))
    if (others.length === 0)
      return null
    const who = words.namesOf(others.map(({ by }) => by))
    if (change.kind === 'move')
      return t('board.undo.staleMove', { who, matter: row.caseNumber, column: columnName(row.columnId) })
    return fields.length > 0 ? t('board.undo.stale', { who, matter: row.caseNumber, fields: formatList(fields, locale.value) }) : null
  }

  function offer({ matterId, title, icon }: { matterId: MatterId, title: string, icon: string }): void {
    const step = kanban.undoStep.value
    const isLast = step?.matterId === matterId
    offered = isLast ? step.key : null
    const actions = isLast ? [{ label: t('common.undo'), icon: 'i-lucide-undo-2', color: 'neutral' as const, variant: 'outline' as const, onClick: () => { void undo() } }] : []
    notices.info({ id: TOAST_ID, title, icon, actions })
  }

  return { label, undo, offer }
}
