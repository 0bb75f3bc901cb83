import type { ConfigurableDocument, ConfigurableWindow } from '@vueuse/core'
import { defaultWindow, refDebounced, tryOnScopeDispose } from '@vueuse/core'
import { v7 as uuidv7 } from 'uuid'
import type { MaybeRefOrGetter } from 'vue'
import { computed, shallowRef, toValue, watch } from 'vue'
import type { Matter, MatterId } from '#shared/kanban/matter.ts'
import type { CommentArgs, Mutation } from '#shared/kanban/mutation.ts'
import type { Clock } from '#shared/realtime/clock.ts'
import { systemClock } from '#shared/realtime/clock.ts'
import type { Connection } from '#shared/realtime/connection.ts'
import { connectionOf } from '#shared/realtime/connection.ts'
import { newsWayOf } from '#shared/realtime/news-way.ts'
import { pollInterval } from '#shared/realtime/poll-policy.ts'
import type { BoardRunner } from '#shared/sync/board-runner.ts'
import { mutationContext } from '#shared/sync/board-view.ts'
import { commentWorkOf, waitingChanges } from '#shared/sync/board-work.ts'
import { lastUndoable } from '#shared/sync/engine-submit.ts'
import type { Looked } from '#shared/sync/outbox-entry.ts'
import type { Submitted } from '#shared/sync/submitted.ts'
import { useDeviceStore } from '~/stores/device.ts'
import { useKanbanStore } from '~/stores/kanban.ts'
import { usePersonalStore } from '~/stores/personal.ts'
import { useRealtimeStore } from '~/stores/realtime.ts'
import { useSessionStore } from '~/stores/session.ts'
import { useAttention } from './useAttention.ts'
import type { KanbanView } from './useKanban.ts'
import { useMinute } from './useMinute.ts'
import { useRealTimeTransport } from './useRealTimeTransport.ts'
import { useRealTimeUpdates } from './useRealTimeUpdates.ts'

/** Coming back to a tab takes a moment to catch up, which isn't worth a word. */
const STALE_AFTER_MS = 1_000

/** So seldom is asked what comes unasked: a socket that lies is found out. */
const SAFETY_POLL_MS = 60_000

const NONE: readonly Matter[] = []

export interface UseKanbanRealTimeOptions extends ConfigurableWindow, ConfigurableDocument {
  /** Time and chance. @default the machine's */
  clock?: Clock
}

/** A board kept live: its view, moves and edits that show at once, what waits for the server, and what asks for a choice. */
export function useKanbanRealTime(boardId: MaybeRefOrGetter<string>, options: UseKanbanRealTimeOptions = {}): KanbanView {
  const { clock = systemClock, window = defaultWindow } = options
  const store = useKanbanStore()
  const session = useSessionStore()
  const personal = usePersonalStore()
  const device = useDeviceStore()
  const { transport } = useRealtimeStore()
  const link = useRealTimeTransport()
  const interacting = shallowRef(false)
  let runner!: BoardRunner
  watch(() => toValue(boardId), (id, _, onCleanup) => {
    const opened = runner = store.open(id)
    if (window)
      onCleanup(transport.join(id, opened.position, opened.known))
  }, { immediate: true, flush: 'sync' })

  const state = computed(() => store.state)
  const view = computed(() => state.value.view)
  const updates = useRealTimeUpdates(async ({ signal }) => {
    await runner.sync(signal)
    return { epoch: runner.state.view.epoch, version: runner.state.view.version }
  }, {
    ...options,
    interval: () => link.delivers.value === 'all'
      ? SAFETY_POLL_MS
      : pollInterval({ now: clock.now(), changedAt: state.value.changedAt, wish: runner.state.wish }, {
          baseMs: personal.preferences.pollIntervalMs ?? undefined,
        }),
    // Whoever signs out isn't asked for on the way out.
    enabled: () => session.member !== null,
    pauseOnInteraction: interacting,
    rest: () => link.kind.value === 'off' ? 'off' : link.isFollowing.value ? 'following' : null,
    // What waits may have failed for the same reason: it needn't sit out its own delay.
    onReconnect: () => runner.tell({ kind: 'resumed' }),
  })
  watch(() => toValue(boardId), () => void updates.refresh())
  // What came until now came by the link that is gone; what comes next has to be asked for.
  watch(link.delivers, (now, before) => before === 'all' && now !== 'all' && updates.nudge())
  // A socket that stands proves that the server is there, also to what has waited longer and longer for it.
  watch(() => link.connected.value && link.delivers.value !== 'nothing', stands => stands && runner.tell({ kind: 'resumed' }))
  // A board that rests is read once all the same, where only the device has spoken of it.
  if (window && updates.pausedBy.value.length > 0 && !runner.state.isConfirmed)
    void updates.refresh()

  /** The rows are right as of when the server last spoke of them, whichever way that came. */
  function noteContact(): void {
    const { contactAt, isConfirmed } = runner.state
    if (contactAt !== null && isConfirmed)
      updates.heard(contactAt)
  }
  watch(() => state.value.contactAt, noteContact, { flush: 'sync' })
  tryOnScopeDispose(transport.on('updates', noteContact))

  useAttention((isLooking) => {
    transport.attend(isLooking)
    if (isLooking)
      updates.nudge()
  }, options)

  const looked = new Map<symbol, MatterId>()
  function focus(id: MatterId): () => void {
    const look = Symbol(id)
    const tell = () => transport.focus([...new Set(looked.values())])
    const stop = () => looked.delete(look) && tell()
    looked.set(look, id)
    tell()
    tryOnScopeDispose(stop)
    return stop
  }

  const me = computed(() => session.me)
  // The same minute in the server's render and in the browser's first one.
  const now = useMinute({ initial: store.snapshot?.now, offset: () => runner.state.clockOffset, clock, window })
  const waiting = computed(() => waitingChanges(state.value))
  const pending = computed<ReadonlySet<MatterId>>((before) => {
    const next = new Set(waiting.value.flatMap(({ mutation }) => mutation.kind === 'void' ? [] : [mutation.id]))
    // The same set while it names the same matters, so that no card draws again for nothing.
    return before && before.symmetricDifference(next).size === 0 ? before : next
  })
  const status = computed<Connection>(() => state.value.isOutdated
    ? { state: 'refused', code: 'UPGRADE_REQUIRED' }
    : connectionOf({
        error: updates.error.value,
        retryCount: updates.retryCount.value,
        nextSyncAt: updates.nextSyncAt.value,
        lastSync: updates.lastSync.value,
        pausedBy: updates.pausedBy.value,
      }, session.expired, link.connection.value))
  // Rows that came with the page are fresh until asking again has failed, a hidden tab is nobody's worry, and who wants no
  // news is told as of when they are.
  const looksStale = computed(() => updates.isStale.value && !updates.pausedBy.value.some(reason => reason === 'hidden' || reason === 'off')
    && (updates.lastSync.value !== null || updates.retryCount.value > 0))
  const staysStale = refDebounced(looksStale, STALE_AFTER_MS)
  const error = computed(() => {
    if (store.loadProblem?.boardId === toValue(boardId) && !state.value.isWhole)
      return { code: store.loadProblem.code }
    return status.value.state === 'refused' ? { code: status.value.code } : null
  })

  function submit(mutation: Mutation, looked?: Looked): Submitted {
    return runner.submit(mutation, looked)
  }

  function comment(id: string, args: CommentArgs): Submitted {
    return submit({ kind: 'comment', id, args })
  }

  /** What is told of this board, until the caller's scope ends. */
  function hear<Told>(listen: (listener: (id: string, told: Told) => void) => () => void, listener: (told: Told) => void): () => void {
    const stop = listen((id, told) => id === toValue(boardId) && listener(told))
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
    now,
    context: computed(() => mutationContext(view.value, me.value, now.value)),

    loading: computed(() => !state.value.isWhole && error.value === null),
    error,
    version: computed(() => view.value.version),
    lastSync: computed(() => updates.lastSync.value ?? state.value.contactAt),
    status,
    newsWay: computed(() => newsWayOf({
      kind: link.kind.value,
      delivers: link.delivers.value,
      connection: status.value,
      isFollowing: link.isFollowing.value,
      choice: session.member?.transport ?? null,
    })),
    isOnline: updates.isOnline,
    // It takes a moment to be said, and none to be over.
    isStale: computed(() => looksStale.value && staysStale.value),
    pending,
    pendingUpdates: computed(() => waiting.value.length),
    isConfirmed: computed(() => state.value.isConfirmed),
    isStoredHere: computed(() => device.isLasting),
    isOutdated: computed(() => state.value.isOutdated),

    moveMatter: (id, args) => submit({ kind: 'move', id, args }),
    editMatter: (id, args, looked) => submit({ kind: 'edit', id, args }, looked),
    createMatter: args => submit({ kind: 'create', id: uuidv7(), args }),
    deleteMatter: (id, reason) => submit({ kind: 'delete', id, args: reason ? { reason } : {} }),
    addComment: (id, body) => comment(id, { action: 'add', commentId: uuidv7(), body }),
    editComment: (id, commentId, body) => comment(id, { action: 'edit', commentId, body }),
    removeComment: (id, commentId) => comment(id, { action: 'remove', commentId }),
    commentWork: id => commentWorkOf(state.value, id),

    conflicts: computed(() => state.value.conflicts),
    resolveConflict: (id, resolution) => runner.resolve(id, resolution),
    notes: computed(() => state.value.notes),
    readNote: id => runner.tell({ kind: 'noteRead', id }),
    undoStep: computed(() => lastUndoable(state.value)),
    undo: () => runner.undo(),

    onSettled: listener => hear(store.onSettled, listener),
    onRemoteChange: listener => hear(store.onNews, listener),
    interacting,
    focus,
    refresh: updates.refresh,
    async retry() {
      runner.tell({ kind: 'resumed' })
      void transport.reconnect()
      await updates.retry()
    },
    age() {
      const at = updates.lastSync.value ?? state.value.contactAt
      return at === null ? null : Math.max(0, clock.now() - at)
    },
    pause: updates.pause,
    resume: updates.resume,
  }
}
