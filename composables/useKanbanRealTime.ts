import type { ConfigurableDocument, ConfigurableWindow } from '@vueuse/core'
import { defaultWindow, refDebounced, tryOnMounted, tryOnScopeDispose } from '@vueuse/core'
import { v7 as uuidv7 } from 'uuid'
import type { MaybeRefOrGetter } from 'vue'
import { computed, readonly, shallowRef, toValue, watch } from 'vue'
import type { Matter, MatterId } from '#shared/kanban/matter.ts'
import type { CommentArgs, Mutation } from '#shared/kanban/mutation.ts'
import type { Clock, Timer } from '#shared/realtime/clock.ts'
import { systemClock } from '#shared/realtime/clock.ts'
import { connectionOf } from '#shared/realtime/connection.ts'
import { pollInterval } from '#shared/realtime/poll-policy.ts'
import { mutationContext } from '#shared/sync/board-view.ts'
import type { RemoteChange } from '#shared/sync/describe-changes.ts'
import type { BoardEngine } from '#shared/sync/engine.ts'
import type { Submitted } from '#shared/sync/submitted.ts'
import { useKanbanStore } from '~/stores/kanban.ts'
import { useSessionStore } from '~/stores/session.ts'
import type { KanbanView } from './useKanban.ts'
import { useRealTimeUpdates } from './useRealTimeUpdates.ts'

/** Ages and deadlines on the screen move on each minute. */
const TICK_MS = 60_000

/** Coming back to a tab takes a moment to catch up, which isn't worth a word. */
const STALE_AFTER_MS = 1_000

const NONE: readonly Matter[] = []

export interface UseKanbanRealTimeOptions extends ConfigurableWindow, ConfigurableDocument {
  /** Time and chance. @default the machine's */
  clock?: Clock
}

/** A board kept live: its view, moves and edits that show at once, and what waits for the server. */
export function useKanbanRealTime(boardId: MaybeRefOrGetter<string>, options: UseKanbanRealTimeOptions = {}): KanbanView {
  const { clock = systemClock, window = defaultWindow } = options
  const store = useKanbanStore()
  const session = useSessionStore()
  const interacting = shallowRef(false)
  let engine!: BoardEngine
  watch(() => toValue(boardId), id => engine = store.open(id), { immediate: true, flush: 'sync' })

  const view = computed(() => store.state.view)
  const updates = useRealTimeUpdates(async ({ signal }) => {
    await engine.sync(signal)
    return { epoch: engine.view.epoch, version: engine.view.version }
  }, {
    ...options,
    interval: () => pollInterval({ now: clock.now(), changedAt: store.state.changedAt, wish: store.state.wish }),
    enabled: () => !session.expired,
    pauseOnInteraction: interacting,
    // What waits may have failed for the same reason: it needn't sit out its own delay.
    onReconnect: () => engine.resume(),
  })
  watch(() => toValue(boardId), () => void updates.refresh())

  // The same minute in the server's render and in the browser's first one.
  const now = shallowRef(store.snapshot?.now ?? clock.now())
  let timer: Timer = null
  function tick(): void {
    now.value = clock.now() + store.state.clockOffset
    timer = clock.setTimer(tick, TICK_MS)
  }
  if (window) {
    tryOnMounted(tick)
    tryOnScopeDispose(() => clock.clearTimer(timer))
  }

  const me = computed(() => session.me)
  const pending = computed<ReadonlySet<MatterId>>((before) => {
    const next = new Set(store.state.waiting.map(({ mutation }) => mutation.id))
    // The same set while it names the same matters, so that no card draws again for nothing.
    return before && before.symmetricDifference(next).size === 0 ? before : next
  })
  const status = computed(() => connectionOf({
    error: updates.error.value,
    retryCount: updates.retryCount.value,
    nextSyncAt: updates.nextSyncAt.value,
    lastSync: updates.lastSync.value,
    pausedBy: updates.pausedBy.value,
  }, session.expired))
  // Rows that came with the page are fresh until asking again has failed, and a hidden tab is nobody's worry.
  const looksStale = computed(() => updates.isStale.value && !updates.pausedBy.value.includes('hidden')
    && (updates.lastSync.value !== null || updates.retryCount.value > 0))
  const error = computed(() => {
    if (store.loadProblem?.boardId === toValue(boardId) && !store.state.isWhole)
      return { code: store.loadProblem.code }
    return status.value.state === 'refused' ? { code: status.value.code } : null
  })

  function submit(mutation: Mutation): Submitted {
    return engine.submit(mutation)
  }

  function comment(id: string, args: CommentArgs): Submitted {
    return submit({ kind: 'comment', id, args })
  }

  function onRemoteChange(listener: (changes: RemoteChange[]) => void): () => void {
    const stop = store.onRemoteChanges((id, changes) => id === toValue(boardId) && listener(changes))
    tryOnScopeDispose(stop)
    return stop
  }

  return {
    boardId: computed(() => toValue(boardId)),
    board: computed(() => view.value.board),
    columns: computed(() => view.value.columns),
    matters: computed(() => view.value.matters),
    matterById: id => view.value.byId.get(id),
    mattersIn: columnId => view.value.shown.get(columnId) ?? NONE,
    members: computed(() => view.value.members),
    me,
    timeZone: computed(() => view.value.timeZone),
    now: readonly(now),
    context: computed(() => mutationContext(view.value, me.value, now.value)),

    loading: computed(() => !store.state.isWhole && error.value === null),
    error,
    version: computed(() => view.value.version),
    lastSync: updates.lastSync,
    status,
    isOnline: updates.isOnline,
    isStale: refDebounced(looksStale, STALE_AFTER_MS),
    pending,
    pendingUpdates: computed(() => store.state.waiting.length),

    moveMatter: (id, args) => submit({ kind: 'move', id, args }),
    editMatter: (id, args, base) => submit({ kind: 'edit', id, args, ...(base && { base }) }),
    createMatter: args => submit({ kind: 'create', id: uuidv7(), args }),
    deleteMatter: (id, reason) => submit({ kind: 'delete', id, args: reason ? { reason } : {} }),
    addComment: (id, body) => comment(id, { action: 'add', commentId: uuidv7(), body }),
    editComment: (id, commentId, body) => comment(id, { action: 'edit', commentId, body }),
    removeComment: (id, commentId) => comment(id, { action: 'remove', commentId }),
    commentWork: id => store.state.commentWork.filter(({ matterId }) => matterId === id),

    canUndo: computed(() => store.state.canUndo),
    undo: () => engine.undo(),

    onRemoteChange,
    interacting,
    refresh: updates.refresh,
    pause: updates.pause,
    resume: updates.resume,
  }
}
