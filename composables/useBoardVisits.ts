import type { ConfigurableDocument, ConfigurableWindow } from '@vueuse/core'
import { defaultWindow, tryOnScopeDispose, useEventListener } from '@vueuse/core'
import type { ComputedRef, InjectionKey } from 'vue'
import { computed, inject, provide, shallowRef } from 'vue'
import type { EpochMs } from '#shared/kanban/matter.ts'
import { isStaff } from '#shared/kanban/member.ts'
import type { VisitAnswer } from '#shared/protocol/activity.ts'
import { useRealtimeStore } from '~/stores/realtime.ts'
import { useApi } from './useApi.ts'
import type { KanbanView } from './useKanban.ts'

/** When the reader was on the open board before. */
export interface BoardVisits {
  /**
   * The first visit before this page of which the reader hasn't been told yet; null while only the server knows. Looking
   * away for a moment doesn't make it a later one.
   */
  since: ComputedRef<EpochMs | null>
  /** The reader was told: from now on counts what comes next. */
  markRead: () => Promise<void>
}

const VISITS: InjectionKey<BoardVisits> = Symbol('board-visits')

/** Notes when the reader of a board looks away from it, for as long as this component is there. The board's page calls it once. */
export function provideBoardVisits(kanban: Pick<KanbanView, 'boardId' | 'me'>): void {
  provide(VISITS, createBoardVisits(kanban))
}

/** The same without handing it down. */
export function createBoardVisits(kanban: Pick<KanbanView, 'boardId' | 'me'>, options: ConfigurableWindow & ConfigurableDocument = {}): BoardVisits {
  const { window = defaultWindow, document = window?.document } = options
  const api = useApi()
  const store = useRealtimeStore()
  const unread = shallowRef<EpochMs | null>(null)
  let isHere = true

  const note = () => api<VisitAnswer>(`/api/boards/${kanban.boardId.value}/visit`, { method: 'POST', keepalive: true, signInAgain: false })

  async function leave(): Promise<void> {
    // Who turned live updates off is asked for nothing that they didn't ask for.
    if (!isHere || !isStaff(kanban.me.value) || store.kind === 'off')
      return
    isHere = false
    const answer = await note().catch(() => null)
    unread.value ??= answer?.lastVisit ?? null
  }

  async function markRead(): Promise<void> {
    // What couldn't be noted is noted when they leave.
    await note().catch(() => {})
    unread.value = null
  }

  if (window && document) {
    useEventListener(document, 'visibilitychange', () => {
      if (document.visibilityState === 'hidden')
        void leave()
      else
        isHere = true
    })
    useEventListener(window, 'pagehide', () => void leave())
    useEventListener(window, 'pageshow', () => isHere = true)
    tryOnScopeDispose(() => void leave())
  }

  return { since: computed(() => unread.value), markRead }
}

/** The visits of the board that a component above has opened. */
export function useBoardVisits(): BoardVisits {
  const visits = inject(VISITS, null)
  if (!visits)
    throw new Error('useBoardVisits() needs provideBoardVisits() in a component above')
  return visits
}
