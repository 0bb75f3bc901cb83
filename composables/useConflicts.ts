import { useI18n } from '#imports'
import type { ComputedRef, InjectionKey } from 'vue'
import { computed, inject, nextTick, provide, shallowRef, watch } from 'vue'
import type { MatterId } from '#shared/kanban/matter.ts'
import type { BaseVersions } from '#shared/kanban/mutation.ts'
import { versionsOf } from '#shared/sync/conflict-choice.ts'
import type { Conflict } from '#shared/sync/conflict-record.ts'
import type { Submitted } from '#shared/sync/submitted.ts'
import { isToldLater } from './useAwayReport.ts'
import type { KanbanView } from './useKanban.ts'
import { useKanban } from './useKanban.ts'
import { useNotifications } from './useNotifications.ts'

/** What a decision is told as. */
export type DecisionKind = 'local' | 'remote' | 'merge' | 'delete'

export interface UseConflictsReturn {
  /** All that wait for a choice, the oldest first. */
  all: ComputedRef<readonly Conflict[]>
  of: (matterId: MatterId) => readonly Conflict[]
  /** The one in the dialog. It stays while its decision is on its way. */
  open: ComputedRef<Conflict | null>
  /** The decision of the open one is on its way. */
  isDeciding: ComputedRef<boolean>
  /** Opens the dialog; only ever for a person who asked for it. */
  show: (conflictId: string) => void
  /** Closes it; the conflict stays where it isn't decided. */
  close: () => void
  /** Follows a decision to its end: says that it is in, shows what it met, or tells why it can't be. */
  follow: (conflict: Conflict, kind: DecisionKind, submitted: Submitted | null) => Promise<void>
  /** Of a conflict that came of a decision: what was on the screen when it was made. */
  shownBefore: (conflictId: string) => BaseVersions | null
  /** Puts the focus back where the dialog was opened from, or on the matter where that is gone. */
  returnFocus: () => Promise<void>
}

const CONFLICTS: InjectionKey<UseConflictsReturn> = Symbol('conflicts')

/** Lets everything below this component show the conflicts of `kanban`. `ConflictHost` holds their dialog. */
export function provideConflicts(kanban: KanbanView): UseConflictsReturn {
  const conflicts = createConflicts(kanban)
  provide(CONFLICTS, conflicts)
  return conflicts
}

/** The conflicts of the open board. */
export function useConflicts(): UseConflictsReturn {
  return inject(CONFLICTS, null) ?? createConflicts(useKanban())
}

function createConflicts(kanban: KanbanView): UseConflictsReturn {
  const { t } = useI18n()
  const notices = useNotifications()
  const openId = shallowRef<string | null>(null)
  /** The one whose decision is on its way: it is no longer among those that wait. */
  const deciding = shallowRef<Conflict | null>(null)
  let again: { id: string, shown: BaseVersions } | null = null
  let cameFrom: { element: Element | null, matterId: MatterId } | null = null

  const byMatter = computed(() => Map.groupBy(kanban.conflicts.value, ({ matterId }) => matterId))
  const open = computed(() => openId.value === null
    ? null
    : kanban.conflicts.value.find(({ id }) => id === openId.value) ?? (deciding.value?.id === openId.value ? deciding.value : null))

  // Settled in another tab or by a colleague who wrote the same, or the matter went away with it.
  watch(open, (now) => {
    if (now || openId.value === null)
      return
    close()
    const isHere = cameFrom !== null && kanban.matterById(cameFrom.matterId) !== undefined
    notices.info({ title: t(isHere ? 'conflict.done.gone' : 'problems.MATTER_GONE') })
  })

  function show(conflictId: string): void {
    const conflict = kanban.conflicts.value.find(({ id }) => id === conflictId)
    if (!conflict)
      return
    cameFrom = { element: document.activeElement, matterId: conflict.matterId }
    openId.value = conflictId
  }

  function close(): void {
    openId.value = null
  }

  async function follow(conflict: Conflict, kind: DecisionKind, submitted: Submitted | null): Promise<void> {
    if (!submitted)
      return close()
    deciding.value = conflict
    // Without a network its end is far, and it is drawn and kept already.
    if (!kanban.isOnline.value)
      close()
    const caseNumber = kanban.matterById(conflict.matterId)?.caseNumber ?? ''
    const result = await submitted.settled
    const isStillOpen = openId.value === conflict.id
    if (deciding.value === conflict)
      deciding.value = null
    if (!result.ok && result.conflictId && isStillOpen && kanban.conflicts.value.some(({ id }) => id === result.conflictId)) {
      again = { id: result.conflictId, shown: versionsOf(conflict) }
      openId.value = result.conflictId
      return
    }
    // The rules refuse at once what can't be, and then the choice is still to be made.
    if (isStillOpen && !kanban.conflicts.value.some(({ id }) => id === conflict.id))
      close()
    if (isToldLater(result))
      return
    if (result.ok)
      notices.info({ title: t(`conflict.done.${kind}`, { matter: caseNumber }), icon: 'i-lucide-check' })
    else if (!result.conflictId)
      tellRefusal(caseNumber, t(`problems.${result.problem.code}`))
  }

  function tellRefusal(caseNumber: string, why: string): void {
    notices.error({ title: t('conflict.done.refused', { matter: caseNumber }), description: why, icon: 'i-lucide-circle-slash', duration: 12_000 })
  }

  async function returnFocus(): Promise<void> {
    await nextTick()
    if (!cameFrom)
      return
    const { element, matterId } = cameFrom
    const places = [element, document.querySelector('[data-matter-heading]'), document.querySelector(`[data-matter-id="${CSS.escape(matterId)}"] a`)]
    places.find((place): place is HTMLElement => place instanceof HTMLElement && place.isConnected && place !== document.body)?.focus()
  }

  return {
    all: computed(() => kanban.conflicts.value.toSorted((a, b) => a.at - b.at)),
    of: matterId => byMatter.value.get(matterId) ?? NONE,
    open,
    isDeciding: computed(() => deciding.value !== null && deciding.value.id === openId.value),
    show,
    close,
    follow,
    shownBefore: id => again?.id === id ? again.shown : null,
    returnFocus,
  }
}

const NONE: readonly Conflict[] = []
