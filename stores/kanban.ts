import { defineStore } from 'pinia'
import { v7 as uuidv7 } from 'uuid'
import { computed, shallowRef, toRaw, watch } from 'vue'
import { onNuxtReady } from '#imports'
import type { BoardId } from '#shared/kanban/board.ts'
import type { SnapshotAnswer } from '#shared/protocol/messages.ts'
import { systemClock } from '#shared/realtime/clock.ts'
import type { BoardRunner } from '#shared/sync/board-runner.ts'
import { createBoardRunner } from '#shared/sync/board-runner.ts'
import { waitingChanges } from '#shared/sync/board-work.ts'
import type { RemoteChange } from '#shared/sync/describe-changes.ts'
import { createEngineState } from '#shared/sync/engine-state.ts'
import type { EngineState, SettledChange } from '#shared/sync/engine-types.ts'
import { ApiProblem, useApi } from '~/composables/useApi.ts'
import { createBoardTabs } from '~/utils/device/board-tabs.ts'
import { useDeviceStore } from './device.ts'
import { useRealtimeStore } from './realtime.ts'
import { useSessionStore } from './session.ts'

/** A page with more rows than this is rendered without them: the browser fetches them faster than it could take them over. */
const MOST_RENDERED = 300

interface Listeners {
  news: (boardId: BoardId, changes: RemoteChange[]) => void
  settled: (boardId: BoardId, change: SettledChange) => void
}

/** The open board, and the work that still waits on boards that were open. */
export const useKanbanStore = defineStore('kanban', () => {
  const api = useApi()
  const session = useSessionStore()
  const realtime = useRealtimeStore()
  const device = useDeviceStore()
  const isBrowser = 'window' in globalThis
  /** What came with the page: plain data, from which the browser goes on. */
  const snapshot = shallowRef<SnapshotAnswer | null>(null)
  const isPartial = shallowRef(false)
  const loadProblem = shallowRef<{ boardId: BoardId, code: string } | null>(null)
  const noBoard = createEngineState({ boardId: '', me: session.me, cid: '' })
  /** The open board as it is this moment. */
  const state = shallowRef<EngineState>(noBoard)
  /** Runners outlive the page that opened them: what waits there is sent all the same. */
  const runners = new Map<BoardId, { runner: BoardRunner, opened: Promise<void> }>()
  const newsListeners = new Set<Listeners['news']>()
  const settledListeners = new Set<Listeners['settled']>()
  let isOnline = true
  /** A runner has gone on from `snapshot`, which is old news from then on. */
  let isTaken = false

  /**
   * Reads a board for the first time: with the page where it is rendered on the server; in the browser
   * from the device, and from the server only where the device has none of it.
   */
  async function load(boardId: BoardId): Promise<void> {
    loadProblem.value = null
    const { runner, opened } = runnerOf(boardId)
    await opened
    try {
      if (!runner.state.isWhole)
        takeIn(await api<SnapshotAnswer>('/api/kanban/snapshot', { query: { board: boardId } }))
    }
    catch (error) {
      if (!(error instanceof ApiProblem))
        throw error
      loadProblem.value = { boardId, code: error.code }
    }
    open(boardId)
  }

  function takeIn(answer: SnapshotAnswer): void {
    isTaken = false
    isPartial.value = !isBrowser && answer.matters.length > MOST_RENDERED
    snapshot.value = isPartial.value ? { ...answer, matters: [] } : answer
  }

  /** The runner of a board, which is the one that shows from now on. */
  function open(boardId: BoardId): BoardRunner {
    const { runner } = runnerOf(boardId)
    if (snapshot.value?.board.id === boardId && !isTaken)
      handOver(snapshot.value, runner)
    state.value = runner.state
    return runner
  }

  /** The runner has the rows from here on; what it drops, because it isn't to be seen any more, must not stay in a second place, nor come again. */
  function handOver(answer: SnapshotAnswer, runner: BoardRunner): void {
    if (!runner.state.isWhole)
      runner.start(toRaw(answer), !isPartial.value)
    isTaken = true
    if (isBrowser && answer.matters.length > 0)
      snapshot.value = { ...answer, matters: [] }
  }

  function runnerOf(boardId: BoardId): { runner: BoardRunner, opened: Promise<void> } {
    const known = runners.get(boardId)
    if (known)
      return known
    const { me } = session
    const runner = createBoardRunner({
      boardId,
      me,
      world: isBrowser ? { storage: device.of(me.id).storage, transport: realtime.transport, tabs: createBoardTabs(me.id, boardId) } : null,
      clock: systemClock,
      makeId: uuidv7,
      onChange() {
        if (state.value.boardId === boardId)
          state.value = runner.state
      },
      onNews: changes => newsListeners.forEach(listener => listener(boardId, changes)),
      onSettled: change => settledListeners.forEach(listener => listener(boardId, change)),
    })
    runner.tell({ kind: 'online', online: isOnline })
    // A board that came with the page is first shown as it came; what the device adds follows.
    const isRendered = snapshot.value?.board.id === boardId
    const opened = isRendered ? new Promise<void>(resolve => onNuxtReady(() => runner.open().then(resolve))) : runner.open()
    const made = { runner, opened }
    runners.set(boardId, made)
    return made
  }

  /** Sends what an earlier page left on the device, also of boards that nobody looks at. */
  async function sendKept(): Promise<void> {
    const { id } = session.me
    for (const boardId of await device.of(id).boardsWithUnsent()) {
      if (session.me.id === id)
        runnerOf(boardId)
    }
  }

  /** Hears what others did on any board; returns how to stop. */
  function onNews(listener: Listeners['news']): () => void {
    newsListeners.add(listener)
    return () => newsListeners.delete(listener)
  }

  /** Hears how own changes on any board ended; returns how to stop. */
  function onSettled(listener: Listeners['settled']): () => void {
    settledListeners.add(listener)
    return () => settledListeners.delete(listener)
  }

  /** What waits is sent while the browser has a network. */
  function setOnline(online: boolean): void {
    isOnline = online
    runners.forEach(({ runner }) => runner.tell({ kind: 'online', online }))
  }

  /** Sends what waited for somebody to sign in again. */
  function resume(): void {
    runners.forEach(({ runner }) => runner.tell({ kind: 'resumed' }))
  }

  /** Drops every board, and what waits in memory: it is another person's now, or nobody's. */
  function forget(): void {
    runners.forEach(({ runner }) => runner.close())
    runners.clear()
    snapshot.value = null
    state.value = noBoard
  }

  /** Whether leaving the page would lose something. */
  function hasUnsent(): boolean {
    return [...runners.values()].some(({ runner: { state } }) => device.isLasting
      ? waitingChanges(state).some(({ n }) => n === null)
      : waitingChanges(state).length + state.conflicts.length > 0)
  }

  /** What this member has changed and the server doesn't know yet, and what waits for their choice, on all boards. */
  function unsent(): { changes: number, conflicts: number } {
    const states = [...runners.values()].map(({ runner }) => runner.state)
    return {
      changes: states.reduce((sum, one) => sum + waitingChanges(one).length, 0),
      conflicts: states.reduce((sum, one) => sum + one.conflicts.length, 0),
    }
  }

  // Another name or role of the same person; another person's boards are forgotten.
  watch(() => session.me, me => runners.forEach(({ runner }) => runner.state.me.id === me.id && runner.tell({ kind: 'identified', me })), { flush: 'sync' })

  return {
    snapshot, isPartial, loadProblem, state: computed(() => state.value), load, open, sendKept, onNews, onSettled, setOnline, resume, forget, hasUnsent, unsent,
  }
})
