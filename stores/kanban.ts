import { defineStore } from 'pinia'
import { v7 as uuidv7 } from 'uuid'
import { computed, shallowRef, toRaw } from 'vue'
import type { BoardId } from '#shared/kanban/board.ts'
import type { SnapshotAnswer } from '#shared/protocol/messages.ts'
import { systemClock } from '#shared/realtime/clock.ts'
import type { BoardView } from '#shared/sync/board-view.ts'
import { EMPTY_VIEW } from '#shared/sync/board-view.ts'
import type { RemoteChange } from '#shared/sync/describe-changes.ts'
import type { BoardEngine, CommentWork } from '#shared/sync/engine.ts'
import { createBoardEngine } from '#shared/sync/engine.ts'
import type { OutboxEntry } from '#shared/sync/outbox.ts'
import { ApiProblem, useApi } from '~/composables/useApi.ts'
import { useRealtimeStore } from './realtime.ts'
import { useSessionStore } from './session.ts'

/** A page with more rows than this is rendered without them: the browser fetches them faster than it could take them over. */
const MOST_RENDERED = 300

/** The open board as it is this moment. */
export interface BoardState {
  boardId: BoardId
  view: BoardView
  waiting: readonly OutboxEntry[]
  commentWork: readonly CommentWork[]
  canUndo: boolean
  isWhole: boolean
  changedAt: number | null
  wish: number | null
  /** What the server's clock is ahead of this machine's, in milliseconds. */
  clockOffset: number
}

const NO_BOARD: BoardState = {
  boardId: '', view: EMPTY_VIEW, waiting: [], commentWork: [], canUndo: false, isWhole: false, changedAt: null, wish: null, clockOffset: 0,
}

/** The open board, and the work that still waits on boards that were open. */
export const useKanbanStore = defineStore('kanban', () => {
  const api = useApi()
  const session = useSessionStore()
  const realtime = useRealtimeStore()
  /** What came with the page: plain data, from which the browser goes on. */
  const snapshot = shallowRef<SnapshotAnswer | null>(null)
  const isPartial = shallowRef(false)
  const loadProblem = shallowRef<{ boardId: BoardId, code: string } | null>(null)
  const state = shallowRef<BoardState>(NO_BOARD)
  /** Engines outlive the page that opened them: what waits there is sent all the same. */
  const engines = new Map<BoardId, BoardEngine>()
  const listeners = new Set<(boardId: BoardId, changes: RemoteChange[]) => void>()
  let isOnline = true

  /** Reads a board for the first time, with the page where it is rendered on the server. */
  async function load(boardId: BoardId): Promise<void> {
    loadProblem.value = null
    if (engines.get(boardId)?.isWhole)
      return
    try {
      const answer = await api<SnapshotAnswer>('/api/kanban/snapshot', { query: { board: boardId } })
      isPartial.value = !('window' in globalThis) && answer.matters.length > MOST_RENDERED
      snapshot.value = isPartial.value ? { ...answer, matters: [] } : answer
      open(boardId)
    }
    catch (error) {
      if (!(error instanceof ApiProblem))
        throw error
      loadProblem.value = { boardId, code: error.code }
    }
  }

  /** The engine of a board, which is the one that shows from now on. */
  function open(boardId: BoardId): BoardEngine {
    const engine = engines.get(boardId) ?? create(boardId)
    if (snapshot.value?.board.id === boardId && !engine.isWhole && (!isPartial.value || engine.view.board === null))
      engine.start(toRaw(snapshot.value), !isPartial.value)
    state.value = stateOf(boardId, engine)
    return engine
  }

  function create(boardId: BoardId): BoardEngine {
    const engine = createBoardEngine({
      boardId,
      actor: () => session.me,
      transport: realtime.transport,
      clock: systemClock,
      cid: uuidv7(),
      onChange: () => {
        if (state.value.boardId === boardId)
          state.value = stateOf(boardId, engine)
      },
      onRemoteChanges: changes => listeners.forEach(listener => listener(boardId, changes)),
    })
    engine.setOnline(isOnline)
    engines.set(boardId, engine)
    return engine
  }

  /** Hears what others did on any board; returns how to stop. */
  function onRemoteChanges(listener: (boardId: BoardId, changes: RemoteChange[]) => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  /** What waits is sent while the browser has a network. */
  function setOnline(online: boolean): void {
    isOnline = online
    engines.forEach(engine => engine.setOnline(online))
  }

  /** Sends what waited for somebody to sign in again. */
  function resume(): void {
    engines.forEach(engine => engine.resume())
  }

  /** Drops every board and what waits: it is another person's now, or nobody's. */
  function forget(): void {
    engines.forEach(engine => engine.close())
    engines.clear()
    snapshot.value = null
    state.value = NO_BOARD
  }

  /** Whether leaving the page would lose something. */
  function hasUnsent(): boolean {
    return [...engines.values()].some(engine => engine.waiting.length > 0)
  }

  return { snapshot, isPartial, loadProblem, state: computed(() => state.value), load, open, onRemoteChanges, setOnline, resume, forget, hasUnsent }
})

function stateOf(boardId: BoardId, { view, waiting, commentWork, canUndo, isWhole, changedAt, wish, clockOffset }: BoardEngine): BoardState {
  return { boardId, view, waiting, commentWork, canUndo, isWhole, changedAt, wish, clockOffset }
}
