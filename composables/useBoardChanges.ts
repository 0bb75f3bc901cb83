import { useRoute } from '#imports'
import { tryOnScopeDispose, useDocumentVisibility } from '@vueuse/core'
import type { Component } from 'vue'
import { h, shallowRef, watch } from 'vue'
import type { MatterId } from '#shared/kanban/matter.ts'
import type { Deed, PendingWork, WorkNotice } from '#shared/notifications/board-changes.ts'
import { gatherWork, takeDueWork, tellWorkAt } from '#shared/notifications/board-changes.ts'
import { mayTell } from '#shared/notifications/notice-rules.ts'
import type { Clock, Timer } from '#shared/realtime/clock.ts'
import { systemClock } from '#shared/realtime/clock.ts'
import type { RemoteChange } from '#shared/sync/describe-changes.ts'
import { useNotificationsStore } from '~/stores/notifications.ts'
import { usePersonalStore } from '~/stores/personal.ts'
import { useAwayReport } from './useAwayReport.ts'
import type { KanbanView } from './useKanban.ts'
import { useNotifications } from './useNotifications.ts'

const NOTICE_ID = 'board-changes'

/** Long enough to be read in passing, and no longer in the way of what is open beside the board. */
const SHOWN_MS = 8_000

/** So old a notification may be of the change that is told here. */
const JUST_NOW_MS = 30_000

/** After so long without the server the board has caught up: nobody did that just now. */
const LATE_MS = 60_000

export interface UseBoardChangesOptions {
  /** Draws what was done, the newest first: `works` and `kanban` are its props, `close` what it emits. */
  lines: Component
  /** @default the machine's */
  clock?: Clock
}

/**
 * Tells what others do on the open board, by person, in one notice. It is said by the board's own voice already, so that
 * a screen reader isn't told twice; what is seen anyway, muted, or told by the report of an absence, isn't told here.
 */
export function useBoardChanges(kanban: KanbanView, { lines, clock = systemClock }: UseBoardChangesOptions): void {
  const route = useRoute()
  const personal = usePersonalStore()
  const store = useNotificationsStore()
  const notices = useNotifications()
  const { report } = useAwayReport()
  const visibility = useDocumentVisibility()
  const shown = shallowRef<WorkNotice[]>([])
  let pending: PendingWork[] = []
  let timer: Timer = null
  let contactAt = kanban.lastSync.value

  watch(kanban.lastSync, at => contactAt = at)
  kanban.onRemoteChange((changes) => {
    const wanted = changes.filter(change => isWanted(change) && change.by !== kanban.me.value.id)
    if (wanted.length > 0)
      pending = gatherWork(pending, wanted, clock.now(), isLate(changes))
    wake()
  })
  // Nothing is told while somebody holds a card, or looks elsewhere: then it is told together, afterwards.
  watch([kanban.interacting, visibility], wake)
  tryOnScopeDispose(() => {
    clock.clearTimer(timer)
    close()
    notices.dismiss(NOTICE_ID)
  })

  function isLate(changes: readonly RemoteChange[]): boolean {
    return changes.length > 0 && contactAt !== null && clock.now() - contactAt >= LATE_MS
  }

  function isWanted({ matterId, kind }: Deed): boolean {
    const isOpen = route.params.matterId === matterId
    // What went away since has no name any more.
    const isHere = kind === 'deleted' || kanban.matterById(matterId) !== undefined
    return isHere && !isOpen && mayTell({ topic: 'board', boardId: kanban.boardId.value, matterId }, {
      me: kanban.me.value.id, preferences: personal.preferences, level: personal.firm.notices, now: personal.now(), timeZone: kanban.timeZone.value,
    })
  }

  function wake(): void {
    clock.clearTimer(timer)
    const at = tellWorkAt(pending)
    if (at !== null && !kanban.interacting.value && visibility.value === 'visible')
      timer = clock.setTimer(tell, Math.max(0, at - clock.now()))
  }

  function tell(): void {
    const told = new Set([...report.value?.others.map(({ matterId }) => matterId) ?? [], ...justTold()])
    const { due, left } = takeDueWork(pending, clock.now(), deed => isWanted(deed) && !told.has(deed.matterId))
    pending = left
    if (due.length > 0)
      show(due)
    wake()
  }

  /** Matters of which this member is told by a notification of their own. */
  function justTold(): MatterId[] {
    const since = personal.now() - JUST_NOW_MS
    return [...store.byId.values()].flatMap(({ at, matter }) => at > since && matter ? [matter.id] : [])
  }

  function show(due: readonly WorkNotice[]): void {
    // A person's newest line takes the place of the one before.
    const kept = shown.value.filter(({ by, isCatchUp }) => !due.some(work => work.by === by && work.isCatchUp === isCatchUp))
    shown.value = [...due, ...kept]
    store.hasBoardNotice = true
    notices.info({
      id: NOTICE_ID,
      title: () => h(lines, { 'works': shown.value, kanban, 'onClose': () => notices.dismiss(NOTICE_ID), 'data-reka-toast-announce-exclude': '' }),
      icon: 'i-lucide-square-kanban',
      politeness: 'off',
      duration: SHOWN_MS,
      onClose: close,
    })
  }

  function close(): void {
    shown.value = []
    store.hasBoardNotice = false
  }
}
