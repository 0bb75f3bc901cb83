import type { InjectionKey, Ref, ShallowRef } from 'vue'
import { inject, provide, shallowReadonly, shallowRef, watch } from 'vue'
import type { Clock } from '#shared/realtime/clock.ts'
import { systemClock } from '#shared/realtime/clock.ts'
import type { AwayReport } from '#shared/sync/away-report.ts'
import { beginAwayWatch, endAbsence, heardAt, joinReports, othersDid, ownEnded } from '#shared/sync/away-report.ts'
import type { MergeNote } from '#shared/sync/conflict-record.ts'
import type { Settled, SettledProblem } from '#shared/sync/submitted.ts'
import type { KanbanView } from './useKanban.ts'

export interface UseAwayReportReturn {
  /** What happened since the person was away; null once it is dismissed, and where there is nothing to tell. */
  report: Readonly<ShallowRef<AwayReport | null>>
  /** With what an own change merged, by the key of the change. */
  notes: ReadonlyMap<string, MergeNote>
  /** Whether the list is on the screen; only a person opens it. */
  isOpen: Ref<boolean>
  dismiss: () => void
}

export interface UseAwayReportOptions {
  /** @default the machine's */
  clock?: Clock
}

const AWAY: InjectionKey<UseAwayReportReturn> = Symbol('away-report')

/** Ends that the report tells of, for as long as those who wait for them ask. */
const toldLater = new WeakSet<object>()

/** Whether the report "Since you were away" tells how this ended: then nobody else does. */
export function isToldLater(end: Settled | SettledProblem): boolean {
  return toldLater.has(end)
}

/** Gathers for everything below this component what happens on the board while the person is away from it. */
export function provideAwayReport(kanban: KanbanView, { clock = systemClock }: UseAwayReportOptions = {}): UseAwayReportReturn {
  const report = shallowRef<AwayReport | null>(null)
  const isOpen = shallowRef(false)
  const notes = new Map<string, MergeNote>()
  /** Changes carry the server's time where this machine's clock is far off. */
  let offset = 0
  watch(kanban.now, at => offset = at - clock.now(), { flush: 'sync' })
  const now = () => clock.now() + offset
  let seen = beginAwayWatch(now(), kanban.lastSync.value)

  kanban.onSettled((change) => {
    const ended = ownEnded(seen, change, now())
    seen = ended.watch
    if (!ended.isLate)
      return
    const ends = change.settled.ok ? [change.settled] : [change.settled, change.settled.problem]
    ends.forEach(end => toldLater.add(end))
    // Changes of a matter that is gone all end in the same words, also those that are told at once.
    clock.setTimer(() => ends.forEach(end => toldLater.delete(end)), 0)
    const note = change.settled.ok && change.settled.merged && kanban.notes.value.findLast(({ matterId }) => matterId === change.matterId)
    if (note)
      notes.set(change.key, note)
  })
  kanban.onRemoteChange((changes) => {
    seen = othersDid(seen, changes, clock.now())
  })
  watch(kanban.lastSync, (at) => {
    if (at !== null)
      seen = heardAt(seen, at)
  })
  watch([kanban.lastSync, kanban.pendingUpdates, kanban.isConfirmed, kanban.status], tell)

  /** Once all that waited has gone out, and the server has said what is new, or is asked by hand alone. */
  function tell(): void {
    const { status: { value: status } } = kanban
    const isHeard = status.state === 'live' || (status.state === 'paused' && status.reason === 'off')
    if (kanban.pendingUpdates.value > 0 || !kanban.isConfirmed.value || !isHeard)
      return
    const ended = endAbsence(seen)
    seen = ended.watch
    if (ended.report)
      report.value = joinReports(report.value, ended.report)
  }

  function dismiss(): void {
    isOpen.value = false
    report.value = null
    notes.clear()
  }

  const away = { report: shallowReadonly(report), notes, isOpen, dismiss }
  provide(AWAY, away)
  return away
}

/** The report of the open board, which a component above gathers. */
export function useAwayReport(): UseAwayReportReturn {
  const away = inject(AWAY, null)
  if (!away)
    throw new Error('useAwayReport() needs provideAwayReport() in a component above')
  return away
}
